import NamedEntities
import Testing

@Suite struct SentenceChangeTests {
  private let gold = [span("PER", 0, 2), span("LOC", 3, 4)]

  @Test func `a sentence is fixed, broken, changed otherwise, or not changed`() {
    let wrong = [span("PER", 0, 2)]
    let worse = [span("ORG", 0, 2)]
    #expect(SentenceChange(gold: gold, control: wrong, treatment: gold) == .fixed)
    #expect(SentenceChange(gold: gold, control: gold, treatment: wrong) == .broken)
    #expect(SentenceChange(gold: gold, control: wrong, treatment: worse) == .otherwise)
    #expect(SentenceChange(gold: gold, control: wrong, treatment: wrong) == nil)
    #expect(SentenceChange(gold: gold, control: gold, treatment: gold.reversed()) == nil)
  }

  @Test func `entities stand in brackets with their type`() {
    let words = ["Ada", "Lovelace", "left", "London"]
    #expect(bracketed(words, gold) == "[PER Ada Lovelace] left [LOC London]")
    #expect(bracketed(words, []) == "Ada Lovelace left London")
    #expect(bracketed(["Ada"], [span("PER", 0, 3), span("LOC", 5, 6)]) == "[PER Ada]")
  }
}

@Suite struct VisibleTextTests {
  @Test func `what steers a terminal becomes visible`() {
    #expect("\u{1B}[31mred\u{7}".withVisibleControls == "␛[31mred␇")
    #expect("a\u{9B}2J\u{7F}".withVisibleControls == "a\u{FFFD}2J␡")
    #expect("a\u{202E}b\u{2066}c\u{2028}".withVisibleControls == "a\u{FFFD}b\u{FFFD}c\u{FFFD}")
    #expect("a\r\nb\tc".withVisibleControls == "a␍␊b\tc")
  }

  @Test func `lines stay lines where they are wanted`() {
    #expect("a\n\u{1B}b\r\n".linesWithVisibleControls == "a\n␛b␍\n")
  }

  @Test func `text without controls stays as it is`() {
    for text in ["", "naïve नमस्ते שלום 東京", "👩‍👩‍👧"] {
      #expect(text.withVisibleControls == text)
      #expect(text.jsonWithEscapedControls == text)
    }
  }

  @Test func `JSON is escaped, and means the same`() {
    #expect("\"a\u{9B}\u{202E}\"".jsonWithEscapedControls == #""a\u009b\u202e""#)
  }
}

import Testing

@testable import TerminalUI

/// The expected widths are those of Python's wcwidth 0.7.0, `wcwidth.wcswidth(text)`, except where the
/// name of the test says otherwise.
@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("loss", 4), ("Łódź", 4), ("naïve", 5), ("東京", 4), ("ｆｕｌｌ", 8), ("한국어", 6),
    ("カナ", 4), ("ｶﾅ", 2), ("עברית", 5), ("العربية", 7), ("ไทย", 3), ("ที่", 1), ("का", 2),
    ("हिं", 2), ("क्ष", 2), ("தமி", 3), ("⠉⠒", 2), ("╭─╮", 3),
  ])
  func `scripts take the columns that wcwidth counts`(text: String, columns: Int) {
    #expect(TextWidth.width(of: text) == columns)
  }

  @Test(arguments: ["👍", "👍🏽", "👨‍👩‍👧", "👩🏽‍🚀", "🇩🇪", "❤️", "1️⃣", "🏳️‍🌈", "🫠"])
  func `an emoji takes two columns however it is put together`(emoji: String) {
    #expect(emoji.count == 1)
    #expect(TextWidth.width(of: emoji) == 2)
  }

  @Test func `a combining mark takes no column of its own`() {
    #expect(TextWidth.width(of: "e\u{301}") == 1)
    #expect(TextWidth.width(of: "\u{1112}\u{1161}\u{11AB}") == 2, "a syllable of three jamo")
    #expect(TextWidth.width(of: "\u{301}") == 0)
  }

  @Test func `what cannot be seen takes no column, what is replaced takes one`() {
    #expect(TextWidth.width(of: "\u{200B}\u{200F}\u{202E}\u{2066}\u{FEFF}\u{AD}") == 0)
    #expect(TextWidth.width(of: "a\tb\u{1B}c\n\r\nd\u{7F}\u{9B}") == 10)
  }

  @Test func `a conjunct longer than two columns is taken apart, unlike in wcwidth`() {
    // न (1) ् (0) द (1) ी (1): wcwidth allows a grapheme two columns, most terminals give it three.
    #expect(TextWidth.width(of: "न्दी") == 3)
    let pieces = "न्दी".flatMap { TextWidth.pieces(of: $0) }
    #expect(pieces.map(\.text) == ["न्", "दी"])
    #expect(pieces.map(\.width) == [1, 2])
  }

  @Test func `text that is too long ends in an ellipsis within its columns`() {
    #expect(TextWidth.truncated("priming", to: 7) == "priming")
    #expect(TextWidth.truncated("priming", to: 4) == "pri…")
    #expect(TextWidth.truncated("東京", to: 3) == "東…")
    #expect(TextWidth.truncated("東京", to: 2) == "…")
    #expect(TextWidth.truncated("東京", to: 1) == "…")
    #expect(TextWidth.truncated("東京", to: 0) == "")
  }

  @Test func `padding fills exactly the columns asked for`() {
    for text in ["", "a", "東京", "priming", "👍🏽x"] {
      for columns in 0...9 {
        for alignment in [Alignment.left, .center, .right] {
          let padded = TextWidth.padded(text, to: columns, alignment: alignment)
          #expect(TextWidth.width(of: padded) == columns, "\(text) in \(columns)")
        }
      }
    }
    #expect(TextWidth.padded("ab", to: 5, alignment: .right) == "   ab")
    #expect(TextWidth.padded("ab", to: 5, alignment: .center) == " ab  ")
  }
}

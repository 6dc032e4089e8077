import Tokenization
import Foundation
import Testing

/// What a text is after normalisation: its characters are unknown, or subwords of themselves.
private func normalized(_ text: String, _ normalizer: Any) throws -> String {
  var file = UnigramFile()
  file.normalizer = normalizer
  file.preTokenizer = NSNull()
  file.postProcessor = NSNull()
  return try file.opened().encode(text: text).subwords.joined()
}

/// Equal to the byte, not only for the reader.
private func expectScalars(
  _ found: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    found.unicodeScalars.map(\.value) == expected.unicodeScalars.map(\.value),
    sourceLocation: sourceLocation)
}

/// Expectations are by hand; the `tokenizers` library (0.22.2) gives the same.
@Suite struct TokenizationNormalizerTests {
  private let charsmap = CharsmapMaker([
    "\u{FB01}": "fi", "\u{A0}": " ", "e\u{301}": "é", "\u{1}": "", "A": "a", "Ａ": "A",
    "\u{915}": "k",
  ]).normalizer()

  @Test func `a table replaces characters and whole graphemes`() throws {
    expectScalars(try normalized("o\u{FB01}x\u{A0}", charsmap), "ofix ")
    expectScalars(try normalized("e\u{301}ee\u{308}", charsmap), "éee\u{308}")
    expectScalars(try normalized("A\u{1}Ａ", charsmap), "aA")
    expectScalars(try normalized("", charsmap), "")
    expectScalars(try normalized("\u{0}\u{1F600}", charsmap), "\u{0}\u{1F600}")
  }

  @Test func `an entry that begins a short grapheme replaces all of it`() throws {
    // Three bytes and two: the accent goes with it. That is how the library reads the table.
    expectScalars(try normalized("\u{FB01}\u{301}", charsmap), "fi")
    expectScalars(try normalized("A\u{301}", charsmap), "a")
    // Three and three: six bytes are too many, so each scalar is looked up alone.
    expectScalars(try normalized("\u{915}\u{93E}", charsmap), "k\u{93E}")
    expectScalars(try normalized("A\u{301}\u{301}\u{301}", charsmap), "a\u{301}\u{301}\u{301}")
  }

  @Test func `of two entries that begin a grapheme the shorter one counts`() throws {
    let table = CharsmapMaker(["a": "1", "a\u{301}": "2"]).normalizer()
    expectScalars(try normalized("a\u{301}a", table), "11")
  }

  @Test func `marks that Unicode 16 does not know stand alone`() throws {
    // U+1ADC is a mark since Unicode 17; the table's blank takes no such mark with it.
    expectScalars(try normalized("\u{A0}\u{1ADC}", charsmap), " \u{1ADC}")
  }

  @Test(arguments: [
    ("NFC", "e\u{301}\u{FB01}", "é\u{FB01}"),
    ("NFD", "\u{E9}\u{AC01}", "e\u{301}\u{1100}\u{1161}\u{11A8}"),

    ("NFKC", "\u{FB01}e\u{301}\u{FF21}", "fiéA"), ("NFKD", "\u{FB01}\u{E9}", "fie\u{301}"),
    ("Lowercase", "ÀΣİ", "\u{E0}\u{3C3}i\u{307}"),
    ("StripAccents", "e\u{301}é\u{93F}", "e\u{E9}"),
    ("Nmt", "a\u{1}\t\u{200B}b", "a  b"),
  ])
  func `forms and cases are as their names say`(type: String, text: String, expected: String) throws
  {
    expectScalars(try normalized(text, ["type": type]), expected)
  }

  @Test func `marks are sorted and joined by the tables of Unicode 9`() throws {
    // U+08D3 is of Unicode 11, below the line; older tables see a plain character there.
    expectScalars(
      try normalized("\u{953}\u{323}\u{8D3}\u{323}", ["type": "NFD"]),
      "\u{323}\u{953}\u{8D3}\u{323}")
    // A blank and two marks above, then one of class 9, which belongs before them.
    expectScalars(
      try normalized("\u{1FCE}\u{1B44}", ["type": "NFKD"]), " \u{1B44}\u{313}\u{301}")
    // U+32FF is of Unicode 12.1.
    expectScalars(try normalized("\u{32FF}", ["type": "NFKC"]), "\u{32FF}")
  }

  @Test func `marks are sorted by class in a text of any kind`() throws {
    // U+0F81 is U+0F71 and U+0F80, of classes 129 and 130; an accent is of class 230.
    expectScalars(try normalized("\u{301}\u{F81}", ["type": "NFD"]), "\u{F71}\u{F80}\u{301}")
    expectScalars(try normalized("\u{301}\u{F81}", ["type": "NFC"]), "\u{F71}\u{F80}\u{301}")
    // Of marks of one class the order stays, however many there are.
    let marks = String(repeating: "\u{301}\u{308}", count: 500)
    expectScalars(
      try normalized("\u{1F600}" + marks + "\u{323}", ["type": "NFC"]),
      "\u{1F600}\u{323}" + marks)
  }

  @Test func `only a letter and a mark that have a character of their own are joined`() throws {
    // U+E0067 is the tag of a g, not a g.
    expectScalars(try normalized("\u{E0067}\u{301}", ["type": "NFC"]), "\u{E0067}\u{301}")
    expectScalars(try normalized("g\u{301}", ["type": "NFC"]), "\u{1F5}")
    // Two marks are joined one after the other; one between keeps an equal one away.
    expectScalars(try normalized("a\u{301}\u{323}", ["type": "NFC"]), "\u{1EA1}\u{301}")
    expectScalars(try normalized("x\u{302}a\u{302}\u{301}", ["type": "NFC"]), "x\u{302}\u{1EA5}")
    expectScalars(try normalized("a\u{30D}\u{301}", ["type": "NFC"]), "a\u{30D}\u{301}")
    // U+0958 is excluded from composition.
    expectScalars(try normalized("\u{958}", ["type": "NFC"]), "\u{915}\u{93C}")
    // A lead and a vowel, a tail; the syllable 각 is taken apart into the same three.
    expectScalars(try normalized("\u{1100}\u{1161}\u{11A8}", ["type": "NFC"]), "\u{AC01}")
    expectScalars(try normalized("\u{AC01}\u{11A8}", ["type": "NFC"]), "\u{AC01}\u{11A8}")
  }

  @Test func `an expression's ends are those of each line`() throws {
    func replace(_ expression: String) -> [String: Any] {
      ["type": "Replace", "pattern": ["Regex": expression], "content": "-"]
    }
    expectScalars(try normalized("ab\nab\rab", replace("^a")), "-b\n-b\rab")
    expectScalars(try normalized("ab\nab", replace("b$")), "a-\na-")
  }

  @Test func `texts, runs and expressions are replaced`() throws {
    func replace(_ pattern: [String: String], _ content: String) -> [String: Any] {
      ["type": "Replace", "pattern": pattern, "content": content]
    }
    expectScalars(try normalized("ababa", replace(["String": "ab"], "é")), "ééa")
    expectScalars(try normalized("a   b c  ", replace(["Regex": " {2,}"], " ")), "a b c ")
    expectScalars(try normalized("a12b345", replace(["Regex": "[0-9]+"], "$0")), "a$0b$0")
  }

  @Test func `white space is stripped, text put in front, one step after the other`() throws {
    let strip: [String: Any] = ["type": "Strip", "strip_left": true, "strip_right": false]
    expectScalars(try normalized("\u{3000} a ", strip), "a ")
    let steps: [String: Any] = [
      "type": "Sequence",
      "normalizers": [strip, ["type": "Lowercase"], ["type": "Prepend", "prepend": "▁"]],
    ]
    expectScalars(try normalized(" AB ", steps), "▁ab ")
    expectScalars(try normalized(" ", steps), "")
  }
}

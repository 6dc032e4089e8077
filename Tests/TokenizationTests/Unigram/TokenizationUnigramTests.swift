import Tokenization
import Foundation
import TestSupport
import Testing

/// Expectations are by hand; the `tokenizers` library (0.22.2) gives the same for these files.
@Suite struct TokenizationUnigramTests {
  @Test func `the cut with the best sum wins, not the longest subword`() throws {
    let encoding = try UnigramFile().opened().encode(text: "ab a")
    #expect(encoding.ids == [0, 4, 7, 8, 2])
    #expect(encoding.subwords == ["<s>", "▁", "ab", "▁a", "</s>"])
  }

  @Test func `of two cuts with the same sum the one whose last piece begins earlier wins`() throws {
    var file = UnigramFile()
    file.preTokenizer = NSNull()
    file.pieces[7].1 = -6  // "ab" as good as "a" and "b": the first that reaches the end stays
    #expect(try file.opened().encode(text: "ab").ids == [0, 7, 2])
  }

  @Test func `unknown neighbours are one subword, which keeps its text`() throws {
    let encoding = try UnigramFile().opened().encode(text: "xyéz")
    #expect(encoding.ids == [0, 4, 3, 9, 3, 2])
    #expect(encoding.subwords == ["<s>", "▁", "xy", "é", "z", "</s>"])
  }

  @Test func `an unknown character costs ten more than the worst subword`() throws {
    // The worst is at −5, so that a + c (unknown) is at 20 − 15 = 5.
    for (score, ids) in [(4.5, [0, 5, 3, 2]), (5.5, [0, 13, 2])] {
      var file = UnigramFile()
      file.preTokenizer = NSNull()
      file.added = []
      file.pieces[5].1 = 20
      file.pieces.append(("ac", score))
      #expect(try file.opened().encode(text: "ac").ids == ids)
    }
  }

  @Test func `unknown characters are spelled in bytes when the file says so`() throws {
    var file = UnigramFile()
    file.fallsBackToBytes = true
    let first = file.pieces.count
    file.pieces += (0...255).map { (String(format: "<0x%02X>", $0), 0) }
    file.added = []
    let encoding = try file.opened().encode(text: "aß")
    #expect(encoding.ids == [0, 8, first + 0xC3, first + 0x9F, 2])
    #expect(encoding.subwords == ["<s>", "▁a", "<0xC3>", "<0x9F>", "</s>"])
    file.pieces.removeLast(256 - 0x9F)  // without the second byte it is unknown
    #expect(try file.opened().encode(text: "aß").ids == [0, 8, 3, 2])
  }

  @Test func `two spellings of a letter are two subwords`() throws {
    let tokenizer = try UnigramFile().opened()
    #expect(tokenizer.encode(text: "\u{E9}").ids == [0, 4, 9, 2])
    #expect(tokenizer.encode(text: "e\u{301}").ids == [0, 4, 10, 2])
  }

  @Test func `nothing gives only the subwords around a sentence`() throws {
    let tokenizer = try UnigramFile().opened()
    #expect(tokenizer.encode(text: "").ids == [0, 2])
    #expect(tokenizer.encode(text: " ").ids == [0, 4, 2])
    #expect(tokenizer.encode(words: []).ids == [0, 2])
    let encoding = tokenizer.encode(words: ["a", "", "b"])
    #expect(encoding.ids == [0, 8, 4, 6, 2])
    #expect(encoding.wordIDs == [nil, 0, 2, 2, nil])
  }

  @Test(arguments: [
    ("always", [4, 7, 8]), ("first", [4, 7, 8]), ("never", [7, 8]),
  ])
  func `the sign in front follows the scheme`(scheme: String, ids: [Int]) throws {
    var file = UnigramFile()
    file.preTokenizer = UnigramFile.metaspace(scheme)
    #expect(try file.opened().encode(text: "ab a").ids == [0] + ids + [2])
  }

  @Test func `after an added subword only the scheme always puts a sign`() throws {
    for (scheme, ids) in [("always", [8, 13, 8]), ("first", [8, 13, 5]), ("never", [5, 13, 5])] {
      var file = UnigramFile()
      file.preTokenizer = UnigramFile.metaspace(scheme)
      #expect(try file.opened().encode(text: "a<mask>a").ids == [0] + ids + [2])
    }
  }

  @Test func `white space can cut before the sign is put`() throws {
    var file = UnigramFile()
    file.preTokenizer = [
      "type": "Sequence",
      "pretokenizers": [["type": "WhitespaceSplit"], UnigramFile.metaspace()],
    ]
    #expect(try file.opened().encode(text: "  ab\t\u{3000}a ").ids == [0, 4, 7, 8, 2])
  }

  @Test func `added subwords are found first, the longest, with the white space they take`() throws
  {
    var file = UnigramFile()
    file.added = [
      UnigramFile.added(13, "<mask>", "lstrip"), UnigramFile.added(14, "<mask>b", "rstrip"),
    ]
    let tokenizer = try file.opened()
    #expect(tokenizer.vocabularySize == 15)
    #expect(tokenizer.special.mask == 13)
    #expect(tokenizer.encode(text: "a  <mask> a").ids == [0, 8, 13, 8, 2])
    #expect(tokenizer.encode(text: "a  <mask>b  a").ids == [0, 8, 4, 4, 14, 8, 2])
    #expect(tokenizer.encode(text: "a  <mask>").subwords == ["<s>", "▁a", "  <mask>", "</s>"])
    #expect(tokenizer.subword(13) == "<mask>")
  }

  @Test func `an added subword can want to stand alone, or to be normalised`() throws {
    var file = UnigramFile()
    file.normalizer = ["type": "Lowercase"]
    file.added = [
      UnigramFile.added(13, "Q", "normalized"), UnigramFile.added(14, "<x>", "single_word"),
    ]
    let tokenizer = try file.opened()
    #expect(tokenizer.encode(text: "qQ").ids == [0, 13, 13, 2])
    #expect(tokenizer.encode(text: "a-<x>\u{3002}").ids == [0, 8, 3, 14, 4, 3, 2])
    #expect(!tokenizer.encode(text: "<x>b").ids.contains(14))
    #expect(!tokenizer.encode(text: "b<x>").ids.contains(14))
    // U+A7CF is a letter since Unicode 17, which the library's expressions do not know yet.
    #expect(tokenizer.encode(text: "\u{A7CF}<x>").ids.contains(14))
  }

  @Test func `an added subword that the vocabulary has keeps its id`() throws {
    var file = UnigramFile()
    file.added = [UnigramFile.added(99, "ab")]
    let tokenizer = try file.opened()
    #expect(tokenizer.vocabularySize == 13)
    #expect(tokenizer.encode(text: "ab").ids == [0, 7, 2])
  }

  @Test func `what surrounds a sentence comes from the post-processor`() throws {
    func pair(_ type: String, _ start: [Any]) -> [String: Any] {
      ["type": type, "cls": start, "sep": ["</s>", 2]]
    }
    var file = UnigramFile()
    for (processor, ids) in [
      (pair("RobertaProcessing", ["<s>", 0]), [0, 8, 2]),
      (["type": "BertProcessing", "cls": ["<pad>", 1], "sep": ["</s>", 2]], [1, 8, 2]),
      (UnigramFile.template(before: [:], after: ["</s>": 2]), [8, 2]),
    ] {
      file.postProcessor = processor
      #expect(try file.opened().encode(text: "a").ids == ids)
    }
    file.postProcessor = NSNull()
    let tokenizer = try file.opened()
    #expect(tokenizer.encode(text: "a").ids == [8])
    #expect(tokenizer.special.start == 0 && tokenizer.special.end == 2)
    #expect(tokenizer.special.padding == 1 && tokenizer.special.unknown == 3)
  }

  @Test func `a text's subwords are the text again`() throws {
    let tokenizer = try UnigramFile().opened()
    for text in ["ab a", "xyz éab", "ไทย\u{1F600}a", "a\u{0}b", "o\u{308} ab", "中文ab 한국어"] {
      let inner = tokenizer.encode(text: text).subwords.dropFirst().dropLast()
      #expect(inner.joined() == "▁" + text.replacingOccurrences(of: " ", with: "▁"))
    }
  }

  @Test func `an encoding of words is the encodings of each word in a row`() throws {
    let tokenizer = try UnigramFile().opened()
    let words = ["ab", "x y", "", "<mask>a", "é", "\u{301}", "<s>"]
    let encoding = tokenizer.encode(words: words)
    var ids = [0]
    var wordIDs: [Int?] = [nil]
    for (number, word) in words.enumerated() {
      let inner = tokenizer.encode(text: word).ids.dropFirst().dropLast()
      ids += inner
      wordIDs += inner.map { _ in number }
    }
    #expect(encoding.ids == ids + [2])
    #expect(encoding.wordIDs == wordIDs + [nil])
    #expect(encoding.ids.allSatisfy { 0..<tokenizer.vocabularySize ~= $0 })
  }
}

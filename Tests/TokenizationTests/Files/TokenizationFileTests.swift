import Tokenization
import Foundation
import TestSupport
import Testing

/// Expects an error about tokenizer.json which says something in its problem.
private func expectError(
  _ json: Data, saying text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let error = #expect(throws: TokenizerError.self, sourceLocation: sourceLocation) {
    try UnigramFile.open(json)
  }
  let found = try #require(error, sourceLocation: sourceLocation)
  #expect(found.path.hasSuffix("/tokenizer.json"), sourceLocation: sourceLocation)
  #expect(found.problem.contains(text), "\(found)", sourceLocation: sourceLocation)
  #expect(!found.expected.isEmpty, sourceLocation: sourceLocation)
}

private func expectError(
  saying text: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ change: (inout UnigramFile) -> Void
) throws {
  var file = UnigramFile()
  change(&file)
  try expectError(file.json(), saying: text, sourceLocation: sourceLocation)
}

private let vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "Low", "low", "##er", "é"]

/// A tokenizer.json of type WordPiece.
private func wordPieceJSON(
  _ vocabulary: [String: Int], lowercase: Bool = false
) throws -> Data {
  try JSONSerialization.data(withJSONObject: [
    "added_tokens": [UnigramFile.added(4, "[MASK]")],
    "normalizer": ["type": "BertNormalizer", "lowercase": lowercase] as [String: Any],
    "pre_tokenizer": ["type": "BertPreTokenizer"],
    "post_processor": UnigramFile.template(before: ["[CLS]": 2], after: ["[SEP]": 3]),
    "model": ["type": "WordPiece", "unk_token": "[UNK]", "vocab": vocabulary] as [String: Any],
  ])
}

private let ids = Dictionary(
  uniqueKeysWithValues: vocabulary.enumerated().map { ($0.element, $0.offset) })

@Suite struct TokenizationFileTests {
  @Test func `a WordPiece of tokenizer.json is that of vocab.txt`() throws {
    let fromFile = try UnigramFile.open(wordPieceJSON(ids))
    let made = try WordPieceTokenizer(vocabulary: vocabulary, lowercase: false)
    #expect(fromFile.vocabularySize == made.vocabularySize)
    #expect(fromFile.special == made.special)
    for text in ["Lower low, é[MASK]", "", "xLow\u{0}er"] {
      #expect(fromFile.encode(text: text) == made.encode(text: text))
    }
    let words = ["Lower", "", "é"]
    #expect(fromFile.encode(words: words) == made.encode(words: words))
  }

  @Test func `tokenizer_config.json has the last word about letters`() throws {
    let json = try wordPieceJSON(ids)
    let small = try UnigramFile.open(
      json, beside: ["tokenizer_config.json": #"{"do_lower_case": true}"#])
    #expect(small.encode(text: "LOWER").ids == [2, 6, 7, 3])
    #expect(try UnigramFile.open(json).encode(text: "LOWER").ids == [2, 1, 3])
  }

  @Test func `tokenizer.json is preferred to vocab.txt`() throws {
    let tokenizer = try UnigramFile.open(UnigramFile().json(), beside: ["vocab.txt": "[UNK]\n"])
    #expect(tokenizer is UnigramTokenizer)
  }

  @Test func `an id may be left out, and none may be there twice`() throws {
    var gap = ids
    gap["é"] = 10
    let tokenizer = try UnigramFile.open(wordPieceJSON(gap))
    #expect(tokenizer.vocabularySize == 11)
    #expect(tokenizer.encode(text: "é").ids == [2, 10, 3])
    #expect(tokenizer.subword(8) == "")
    gap["é"] = 6
    try expectError(wordPieceJSON(gap), saying: "has the id 6 of")
    gap["é"] = 1 << 40
    try expectError(wordPieceJSON(gap), saying: "the vocabulary has the id 1099511627776")
    gap["é"] = -1
    try expectError(wordPieceJSON(gap), saying: "not a whole number")
  }

  @Test func `numbers are read in each of JSON's forms`() throws {
    let json = """
      {"model": {"vocab": [["<unk>", 0], ["a", -125E-2], ["b", -1.25e0],
        ["ab", -2.5000000000000004],
        ["\\u0061\\u00e9", -1.0], ["\\ud83d\\ude00\\n", -0]], "unk_id": 0}}
      """
    let tokenizer = try UnigramFile.open(Data(json.utf8))
    // −1.25 − 1.25 is a little more than the last digit of "ab".
    #expect(tokenizer.encode(text: "ab").ids == [1, 2])
    #expect(tokenizer.encode(text: "a\u{E9}").ids == [4])
    #expect(tokenizer.encode(text: "\u{1F600}\n").ids == [5])
  }

  @Test func `what kind of model it is must be known`() throws {
    try expectError(Data(#"{"model": {"type": "BPX", "vocab": {}}}"#.utf8), saying: "of type BPX")
    try expectError(
      Data(#"{"model": {"type": "BPE", "vocab": {}}}"#.utf8), saying: "BPE model has no vocabulary")
    try expectError(Data(#"{"model": {"vocab": {}}}"#.utf8), saying: "no model with a type")
    try expectError(Data("{}".utf8), saying: "no model with a type")
    try expectError(Data("[]".utf8), saying: "'{' should be")
    try expectError(Data(), saying: "ends too early")
    try expectError(
      Data(#"{"model": {"type": "WordPiece", "vocab": {"a": 0}}}"#.utf8), saying: "no [UNK]")
  }

  @Test func `a Unigram's parts are checked`() throws {
    try expectError(saying: "no vocabulary") { $0.pieces = [] }
    try expectError(saying: "unk_id") { $0.unknown = 13 }
    try expectError(saying: "unk_id") { $0.unknown = NSNull() }
    try expectError(saying: "unk_id") { $0.unknown = -1 }
    try expectError(saying: "entry 1 of added_tokens") { $0.added[1]["id"] = "two" }
    try expectError(saying: "of type Whitespaces") { $0.preTokenizer = ["type": "Whitespaces"] }
    try expectError(saying: "of type Punycode") { $0.normalizer = ["type": "Punycode"] }
    try expectError(saying: "of type ?") { $0.normalizer = 3 }
    try expectError(saying: "replacement") {
      $0.preTokenizer = ["type": "Metaspace", "replacement": ""]
    }
    try expectError(saying: "prepend_scheme") { $0.preTokenizer = UnigramFile.metaspace("often") }
    try expectError(saying: "the pattern") {
      $0.normalizer =
        ["type": "Replace", "pattern": ["Regex": "(("], "content": ""] as [String: Any]
    }
    try expectError(saying: "empty") {
      $0.normalizer =
        ["type": "Replace", "pattern": ["String": ""], "content": "x"] as [String: Any]
    }
    try expectError(saying: "no sequence") {
      $0.postProcessor = ["type": "TemplateProcessing", "single": []] as [String: Any]
    }
    try expectError(saying: "asks for the id 99") {
      $0.postProcessor = UnigramFile.template(before: ["<s>": 99], after: [:])
    }
  }

  @Test func `a damaged table of replacements is an error, or does nothing worse`() throws {
    func expectCharsmapError(_ bytes: [UInt8], saying text: String) throws {
      try expectError(saying: text) { $0.normalizer = CharsmapMaker.normalizer(bytes) }
    }
    let good = CharsmapMaker(["\u{FB01}": "fi", "e\u{301}": "é"]).bytes()
    try expectCharsmapError([], saying: "of 0 bytes")
    try expectCharsmapError([1, 0], saying: "of 2 bytes")
    try expectCharsmapError([0, 0, 0, 0], saying: "its trie has 0 bytes")
    try expectCharsmapError(Array(good.prefix(100)), saying: "and 96 follow")
    try expectCharsmapError(good + [0xFF], saying: "not UTF-8")
    try expectError(saying: "not base64") {
      $0.normalizer = ["type": "Precompiled", "precompiled_charsmap": "%%%"]
    }
    // Every byte that says something changed: another text may come out, but text it is.
    let text = "e\u{301}\u{FB01}\u{FB01}\u{301}a"
    for place in 4..<good.count where good[place] != 0 {
      var bytes = good
      bytes[place] ^= 0xFF
      var file = UnigramFile()
      file.normalizer = CharsmapMaker.normalizer(bytes)
      guard let tokenizer = try? file.opened() else { continue }
      let encoding = tokenizer.encode(text: text)
      #expect(encoding.ids.allSatisfy { 0..<tokenizer.vocabularySize ~= $0 })
      #expect(!encoding.subwords.contains { $0.contains("\u{FFFD}") })
    }
  }

  @Test func `deep nesting is an error and no overflow`() throws {
    let deep = String(repeating: "[", count: 200_000)
    try expectError(Data(deep.utf8), saying: "should be")
    try expectError(Data((#"{"normalizer": "# + deep).utf8), saying: "nested more than 64 deep")
    let objects = String(repeating: #"{"a":"#, count: 200_000)
    try expectError(Data((#"{"model": {"x": "# + objects).utf8), saying: "nested more than")
  }

  @Test func `an error in the JSON is told with its line`() throws {
    let error = #expect(throws: TokenizerError.self) {
      try UnigramFile.open(Data("{\n\"version\": \"1.0\",\n\"model\": nul}".utf8))
    }
    let found = try #require(error)
    #expect(found.line == 3)
    #expect(found.description.contains("/tokenizer.json:3: "))
  }

  @Test(arguments: [
    (#"["a", 01]"#, "begins with 0"), (#"["a", 1.]"#, "without digits after its point"),
    (#"["a", .5]"#, "not a value"), (#"["a", +1]"#, "not a value"),
    (#"["a", 1e]"#, "cannot be read"),
    (#"["a", 1e999]"#, "cannot be read"), ("[\"a\u{1}\", 1]", "control character"),
    (#"["\ud83d", 1]"#, #"half a \u pair"#), (#"["\x", 1]"#, "an escape that there is not"),
  ])
  func `JSON that only looks like it is an error`(pair: String, problem: String) throws {
    let json = #"{"model": {"unk_id": 0, "vocab": ["# + pair + "]}}"
    try expectError(Data(json.utf8), saying: problem)
  }

  @Test func `a file cut off anywhere is an error`() throws {
    let whole = try UnigramFile().json()
    _ = try UnigramFile.open(whole)
    for length in stride(from: 0, to: whole.count, by: 11) {
      #expect(throws: TokenizerError.self) { try UnigramFile.open(whole.prefix(length)) }
    }
    #expect(throws: TokenizerError.self) { try UnigramFile.open(whole + Data("x".utf8)) }
  }

  @Test func `a file with a changed byte is an error, or a tokenizer with ids in range`() throws {
    let whole = try UnigramFile().json()
    var opened = 0
    for place in stride(from: 0, to: whole.count, by: 11) {
      for byte in [UInt8(ascii: "\""), UInt8(ascii: "9"), 0xFF] {
        var changed = whole
        changed[place] = byte
        do {
          let tokenizer = try UnigramFile.open(changed)
          opened += 1
          let encoding = tokenizer.encode(text: "ab <mask>é x")
          #expect(encoding.ids.allSatisfy { 0..<tokenizer.vocabularySize ~= $0 })
        } catch {
          #expect(error is TokenizerError)
        }
      }
    }
    #expect(opened > 0)
  }
}

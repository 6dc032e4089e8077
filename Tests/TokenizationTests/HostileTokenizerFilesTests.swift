import Foundation
import TestSupport
import Testing
import Tokenization

/// Files of tokenizers that somebody made to do harm.
@Suite struct HostileTokenizerFilesTests {
  private func expectTokenizerError(
    _ json: Data, saying text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: TokenizerError.self, sourceLocation: sourceLocation) {
      try UnigramFile.open(json)
    }
    #expect(
      error?.description.contains(text) == true, "\(error?.description ?? "")",
      sourceLocation: sourceLocation)
    #expect(error?.description.utf8.count ?? 0 < 4000, sourceLocation: sourceLocation)
  }

  private func expectTokenizerError(
    saying text: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout UnigramFile) -> Void
  ) throws {
    var file = UnigramFile()
    change(&file)
    expectTokenizerError(try file.json(), saying: text, sourceLocation: sourceLocation)
  }

  /// Forty times twice as long is a million million times as long, from a file of 3000 bytes.
  @Test func `replacements that double a text forty times are refused`() throws {
    let double: [String: Any] = ["type": "Replace", "pattern": ["String": "a"], "content": "aa"]
    let sequence: [String: Any] = [
      "type": "Sequence", "normalizers": Array(repeating: double, count: 40),
    ]
    try expectTokenizerError(saying: "can make a text") { $0.normalizer = sequence }
    // Within one another they are as many.
    let nested: Any = (0..<30).reduce(double as Any) { inner, _ in
      ["type": "Sequence", "normalizers": [double, inner]] as [String: Any]
    }
    try expectTokenizerError(saying: "can make a text") { $0.normalizer = nested }
  }

  @Test func `stages that each add a little are refused when they add up`() throws {
    let sign = UnigramFile.metaspace()
    let chain: [String: Any] = [
      "type": "Sequence", "pretokenizers": Array(repeating: sign, count: 30),
    ]
    try expectTokenizerError(saying: "can make a text") { $0.preTokenizer = chain }
    let harmless: [String: Any] = [
      "type": "Sequence", "normalizers": Array(repeating: ["type": "Nmt"], count: 5000),
    ]
    try expectTokenizerError(saying: "have 5002 stages") { $0.normalizer = harmless }
    let long: [String: Any] = ["type": "Prepend", "prepend": String(repeating: "x", count: 5000)]
    try expectTokenizerError(saying: "can make a text") { $0.normalizer = long }
    let table = CharsmapMaker(["x": String(repeating: "y", count: 5000)]).normalizer()
    try expectTokenizerError(saying: "can make a text") { $0.normalizer = table }
  }

  @Test func `a charsmap of SentencePiece whose replacements explode is refused`() throws {
    var model = SentencePieceModel()
    model.charsmap = CharsmapMaker(["x": String(repeating: "y", count: 5000)]).bytes()
    let error = #expect(throws: TokenizerError.self) { try model.opened() }
    #expect(error?.description.contains("can make a text") == true)
  }

  /// A thousand references to a list of a thousand ids are a million ids.
  @Test func `a template that multiplies its special subwords is refused`() throws {
    let special: [String: Any] = ["SpecialToken": ["id": "x", "type_id": 0] as [String: Any]]
    let sequence: [String: Any] = ["Sequence": ["id": "A"]]
    let token: [String: Any] = ["ids": Array(repeating: 0, count: 1000)]
    let template: [String: Any] = [
      "type": "TemplateProcessing", "single": Array(repeating: special, count: 1000) + [sequence],
      "special_tokens": ["x": token],
    ]
    try expectTokenizerError(saying: "puts 1000 special subwords around a sentence") {
      $0.postProcessor = template
    }
    let one = UnigramFile.template(before: ["<s>": 0], after: [:])
    try expectTokenizerError(saying: "puts 3 special subwords around a sentence") {
      $0.postProcessor =
        ["type": "Sequence", "processors": Array(repeating: one, count: 100)] as [String: Any]
    }
  }

  /// Without a limit the first takes 2⁶⁰ steps on sixty letters.
  @Test(arguments: ["(a+)+$", "(a|a)*b", "(a*)*b", "(?:a?){60}a{60}c", "(a+a+)+b"])
  func `an expression that takes for ever finds nothing`(expression: String) throws {
    var file = UnigramFile()
    file.normalizer =
      ["type": "Replace", "pattern": ["Regex": expression], "content": "b"] as [String: Any]
    let tokenizer = try file.opened()
    let letters = String(repeating: "a", count: 60)
    #expect(tokenizer.encode(text: letters + "!").ids.count > 30, "the letters are still there")
  }

  @Test func `an expression replaces what it replaced before there was a limit`() throws {
    var file = UnigramFile()
    file.normalizer =
      ["type": "Replace", "pattern": ["Regex": "[xy]+|^|$"], "content": "f"] as [String: Any]
    let texts = try file.opened().encode(text: "axé\u{1F600}yyb").subwords
    // The ends are matched too, each once.
    #expect(texts.joined() == "<s>▁faféf".replacing("éf", with: "é\u{1F600}fbf</s>"), "\(texts)")
  }

  @Test func `a subword longer than any is an error in every form`() throws {
    let long = String(repeating: "a", count: 1001)
    try expectTokenizerError(saying: "a subword of 1001 bytes") { $0.pieces.append((long, -1)) }
    try expectTokenizerError(saying: "entry 3 of added_tokens") {
      $0.added.append(UnigramFile.added(20, long))
    }
    var model = SentencePieceModel()
    model.pieces.append((long, -1, 1))
    let error = #expect(throws: TokenizerError.self) { try model.opened() }
    #expect(error?.description.contains("a piece has 1001 bytes") == true)
    let beside = #expect(throws: TokenizerError.self) {
      try SentencePieceModel().opened(beside: ["added_tokens.json": "{\"\(long)\": 20}"])
    }
    #expect(beside?.description.contains("a subword of 1001 bytes") == true)
    try withTemporaryFolder { folder in
      let lines = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n" + long + "\n"
      try lines.write(to: folder.appending(path: "vocab.txt"), atomically: true, encoding: .utf8)
      let error = #expect(throws: TokenizerError.self) {
        try Tokenizers.open(directory: folder.path)
      }
      #expect(error?.line == 5)
    }
  }

  /// The square of their number would take minutes.
  @Test func `very many added subwords are as quick to read as they are many`() throws {
    let count = 20_000
    var model = SentencePieceModel()
    model.pieces += (0..<count).map { ("<\($0)>", 0, 3) }
    #expect(try model.opened().encode(text: "<19999>").ids.contains(count + 12))
    let added = (0..<count).map { "\"<\($0)>\": \($0 + 20)" }.joined(separator: ",")
    let names = (0..<count).map { "\"<\($0)>\"" }.joined(separator: ",")
    let opened = try SentencePieceModel().opened(beside: [
      "added_tokens.json": "{\(added)}",
      "special_tokens_map.json": "{\"additional_special_tokens\": [\(names)]}",
    ])
    #expect(opened.encode(text: "a <19999>b").subwords.contains("<19999>"))
  }
}

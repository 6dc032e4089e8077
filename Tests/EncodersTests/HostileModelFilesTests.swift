import Encoders
import Foundation
import Tensors
import TestSupport
import Testing

/// Files of models, tokenizers and adapters that somebody made to do harm.
@Suite struct HostileModelFilesTests {
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

  // MARK: Tokenizers

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

  // MARK: Models

  private func expectConfigurationError(
    _ old: String, _ new: String, saying text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withTemporaryFolder { folder in
      let json = String(
        decoding: try JSONEncoder().encode(tinyConfiguration(.xlmRoberta)), as: UTF8.self)
      #expect(json.contains(old), "\(json)", sourceLocation: sourceLocation)
      try json.replacing(old, with: new).write(
        to: folder.appending(path: "config.json"), atomically: true, encoding: .utf8)
      let error = #expect(throws: ModelFileError.self, sourceLocation: sourceLocation) {
        try ModelDirectory(path: folder.path)
      }
      #expect(
        error?.description.contains(text) == true, "\(error?.description ?? "")",
        sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [
    ("\"hidden_dropout_prob\":0.1", "\"hidden_dropout_prob\":1", "hidden_dropout_prob is 1.0"),
    ("\"hidden_dropout_prob\":0.1", "\"hidden_dropout_prob\":-0.5", "hidden_dropout_prob is -0.5"),
    (
      "\"attention_probs_dropout_prob\":0.1", "\"attention_probs_dropout_prob\":7",
      "attention_probs_dropout_prob is 7.0"
    ),
    ("\"layer_norm_eps\":1e-12", "\"layer_norm_eps\":-1", "layer_norm_eps is -1.0"),
    ("\"initializer_range\":0.02", "\"initializer_range\":-1", "initializer_range is -1.0"),
    (
      "\"vocab_size\":20", "\"vocab_size\":1152921504606846976", "vocab_size is 1152921504606846976"
    ),
    ("\"num_hidden_layers\":2", "\"num_hidden_layers\":100000000", "num_hidden_layers is"),
    ("\"num_attention_heads\":2", "\"num_attention_heads\":0", "num_attention_heads is 0"),
    ("\"pad_token_id\":1", "\"pad_token_id\":-9223372036854775808", "pad_token_id is -9223372"),
    ("\"pad_token_id\":1", "\"pad_token_id\":9223372036854775807", "pad_token_id is 9223372"),
    ("\"pad_token_id\":1", "\"pad_token_id\":9", "max_position_embeddings 12"),
    ("\"hidden_size\":8", "\"hidden_size\":8.5", "a number that does not fit"),
    ("\"hidden_size\":8", "\"hidden_size\":1e99", "a number that does not fit"),
  ])
  func `sizes that no model has are an error that names them`(
    old: String, new: String, problem: String
  ) throws {
    try expectConfigurationError(old, new, saying: problem)
  }

  /// Reading from a pipe that nobody writes to, or from /dev/zero, would never end.
  @Test(arguments: [
    "config.json", "tokenizer.json", "vocab.txt", "sentencepiece.bpe.model",
    "model.safetensors.index.json", "pytorch_model.bin", "adapter_config.json",
  ])
  func `a pipe or a device under a file's name is an error`(name: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: name).path
      func open() throws {
        switch name {
        case "config.json": _ = try ModelDirectory(path: folder.path)
        case "adapter_config.json":
          _ = try SavedAdapter(folder: folder.path, for: tinyConfiguration())
        case "model.safetensors.index.json", "pytorch_model.bin":
          let json = try JSONEncoder().encode(tinyConfiguration())
          try json.write(to: folder.appending(path: "config.json"))
          _ = try ModelDirectory(path: folder.path).encoderParameters()
        default: _ = try Tokenizers.open(directory: folder.path)
        }
      }
      #expect(mkfifo(path, 0o600) == 0)
      let pipe = #expect(throws: (any Error).self) { try open() }
      #expect("\(pipe.map { "\($0)" } ?? "")".contains("it is no ordinary file"))
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
      let device = #expect(throws: (any Error).self) { try open() }
      #expect("\(device.map { "\($0)" } ?? "")".contains("it is no ordinary file"))
    }
  }

  @Test(arguments: ["config.json", "tokenizer_config.json", "adapter_config.json"])
  func `JSON nested without end is an error`(name: String) throws {
    try withTemporaryFolder { folder in
      for part in ["[", "{\"a\":"] {
        try String(repeating: part, count: 200_000).write(
          to: folder.appending(path: name), atomically: true, encoding: .utf8)
        try "[PAD]\n[UNK]\n[CLS]\n[SEP]\n".write(
          to: folder.appending(path: "vocab.txt"), atomically: true, encoding: .utf8)
        let error = #expect(throws: (any Error).self) {
          switch name {
          case "config.json": _ = try ModelDirectory(path: folder.path)
          case "adapter_config.json":
            _ = try SavedAdapter(folder: folder.path, for: tinyConfiguration())
          default: _ = try Tokenizers.open(directory: folder.path)
          }
        }
        #expect(error is ModelFileError || error is TokenizerError)
      }
    }
  }

  // MARK: Adapters

  @Test func `an adapter of whole numbers never reaches the encoder`() throws {
    let configuration = tinyConfiguration()
    let adapter = LowRankAdapter(rank: 2, alpha: 3)
    let parameters = adapter.shapes(in: configuration).mapValues { Tensor.ones($0) }
    let saved = SavedAdapter(adapter: adapter, parameters: parameters)
    let name = "bert.encoder.layer.1.attention.self.value.loras.ner.lora_B"
    try withTemporaryFolder { folder in
      try AdapterHubFolder.write(saved, configuration: configuration, to: folder.path)
      var whole = parameters
      whole[name] = Tensor(integers: Array(repeating: 1, count: 16), shape: [8, 2])
      try TorchArchive.write(whole, to: folder.appending(path: "pytorch_adapter.bin").path)
      let error = #expect(throws: ModelFileError.self) {
        try SavedAdapter(folder: folder.path, for: configuration)
      }
      #expect(error?.description.contains("\(name) has numbers of the type int64") == true)
    }
  }

  @Test(arguments: ["1152921504606846976", "9007199254740992", "1000001", "1e15", "-1", "2.5", "0"])
  func `a prefix of a wild length is an error, not an overflow`(length: String) throws {
    let configuration = tinyConfiguration()
    let adapter = PrefixAdapter(length: 2, bottleneckSize: 0)
    let parameters = adapter.shapes(in: configuration).mapValues { Tensor.ones($0) }
    let saved = SavedAdapter(adapter: adapter, parameters: parameters)
    for isPeft in [false, true] {
      try withTemporaryFolder { folder in
        if isPeft {
          try PeftFolder.write(saved, configuration: configuration, to: folder.path)
        } else {
          try AdapterHubFolder.write(saved, configuration: configuration, to: folder.path)
        }
        let file = folder.appending(path: "adapter_config.json")
        let key = isPeft ? "num_virtual_tokens" : "prefix_length"
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("\"\(key)\": 2", with: "\"\(key)\": \(length)")
          .write(to: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: ModelFileError.self) {
          try SavedAdapter(folder: folder.path, for: configuration)
        }
        #expect(error?.description.contains(key) == true, "\(error?.description ?? "")")
      }
    }
  }
}

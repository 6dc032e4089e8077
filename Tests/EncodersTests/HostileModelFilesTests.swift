import Encoders
import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing
import Tokenization

/// Files of models and adapters that somebody made to do harm.
@Suite struct HostileModelFilesTests {
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
      #expect("\(pipe.map { "\($0)" } ?? "")".contains("it is not a regular file"))
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
      let device = #expect(throws: (any Error).self) { try open() }
      #expect("\(device.map { "\($0)" } ?? "")".contains("it is not a regular file"))
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

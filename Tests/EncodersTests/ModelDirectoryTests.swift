import Encoders
import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

@Suite struct ModelDirectoryTests {
  private func write(_ folder: URL, _ parameters: Parameters) throws -> String {
    try ModelDirectory.write(
      parameters, configuration: tinyConfiguration(), labels: ["O", "B-PER"],
      architecture: "BertForTokenClassification", to: folder.path)
    return folder.path
  }

  @Test(arguments: [1, 4096, 4097, 9001])
  func `a table read by rows is whole again, whatever its length`(count: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.safetensors").path
      let table = TensorGenerator(seed: 1).normal([count, 2])
      try SafetensorsFile.write(["table": table], to: path)
      let rows = SubwordRows(archive: try SafetensorsFile(path: path), name: "table")
      let whole = try rows.whole()
      #expect(whole.shape == [count, 2] && whole.floats == table.floats)
      #expect(try rows.rows([count - 1, 0]).floats == table.gathered([count - 1, 0]).floats)
    }
  }

  @Test func `a model that is written is read back, bit for bit`() throws {
    try withTemporaryFolder { folder in
      let parameters = tinyParameters(tinyConfiguration(), tagCount: 2)
      let directory = try ModelDirectory(path: write(folder, parameters))
      var read = try directory.encoderParameters()
      read.merge(try #require(try directory.headParameters(tagCount: 2))) { $1 }
      #expect(Set(read.keys) == Set(parameters.keys))
      for (name, value) in parameters { #expect(read[name]?.floats == value.floats, "\(name)") }
      #expect(directory.configuration.hiddenSize == 8)
      #expect(throws: ModelFileError.self) { try directory.headParameters(tagCount: 7) }
    }
  }

  @Test func `names without the prefix are read, as a bare encoder is saved`() throws {
    try withTemporaryFolder { folder in
      let parameters = ParameterLayout(encoder: tinyConfiguration()).shapes
        .mapValues { Tensor.ones($0) }
      let bare = Dictionary(
        uniqueKeysWithValues: parameters.map { (String($0.key.dropFirst(5)), $0.value) })
      let read = try ModelDirectory(path: write(folder, bare)).encoderParameters()
      #expect(Set(read.keys) == Set(parameters.keys))
    }
  }

  @Test func `a missing tensor is an error that names it`() throws {
    try expectError("bert.encoder.layer.1.output.dense.bias") { parameters in
      parameters["bert.encoder.layer.1.output.dense.bias"] = nil
    }
  }

  @Test func `a tensor of the wrong shape is an error that names both shapes`() throws {
    try expectError("[3, 8]", "[12, 8]") { parameters in
      parameters["bert.encoder.layer.0.intermediate.dense.weight"] = .zeros([3, 8])
    }
  }

  private func expectError(
    _ texts: String..., change: (inout Parameters) -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var parameters = tinyParameters(tinyConfiguration())
      change(&parameters)
      let directory = try ModelDirectory(path: write(folder, parameters))
      let error = #expect(throws: ModelFileError.self) { try directory.encoderParameters() }
      for text in texts { #expect(try #require(error).description.contains(text)) }
    }
  }

  @Test func `truncated weights are an error`() throws {
    try withTemporaryFolder { folder in
      let path = try write(folder, tinyParameters(tinyConfiguration()))
      let file = URL(filePath: path + "/model.safetensors")
      let bytes = try Data(contentsOf: file)
      try bytes.prefix(bytes.count - 100).write(to: file)
      let error = #expect(throws: ModelFileError.self) {
        try ModelDirectory(path: path).encoderParameters()
      }
      #expect(try #require(error).description.contains("truncated"))
    }
  }

  @Test func `a directory that is not there, or without weights, is an error that says so`() throws
  {
    #expect(throws: ModelFileError.self) { try ModelDirectory(path: "/nowhere") }
    try withTemporaryFolder { folder in
      let path = try write(folder, tinyParameters(tinyConfiguration()))
      try FileManager.default.removeItem(atPath: path + "/model.safetensors")
      let error = #expect(throws: ModelFileError.self) {
        try ModelDirectory(path: path).encoderParameters()
      }
      #expect(try #require(error).description.contains("model.safetensors"))
    }
  }

  @Test(arguments: [
    ("{", "not JSON"),
    ("[]", "wrong type"),
    (#"{"model_type": "gpt2"}"#, "model_type"),
    (#"{"model_type": "bert"}"#, "vocab_size"),
    (
      #"{"model_type":"bert","vocab_size":10,"hidden_size":10,"num_hidden_layers":1,"#
        + #""num_attention_heads":3,"intermediate_size":4,"max_position_embeddings":8}"#,
      "does not divide"
    ),
    (
      #"{"model_type":"bert","vocab_size":-1,"hidden_size":10,"num_hidden_layers":1,"#
        + #""num_attention_heads":2,"intermediate_size":4,"max_position_embeddings":8}"#,
      "vocab_size is -1"
    ),
  ])
  func `a config that cannot be used is an error that says why`(json: String, text: String) throws {
    try withTemporaryFolder { folder in
      try json.write(
        to: folder.appending(path: "config.json"), atomically: true, encoding: .utf8)
      let error = #expect(throws: ModelFileError.self) { try ModelDirectory(path: folder.path) }
      let description = try #require(error).description
      #expect(description.contains(text), "\(description)")
    }
  }
}

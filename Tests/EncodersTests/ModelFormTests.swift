import Encoders
import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

/// The forms in which a directory may hold its weights.
@Suite struct ModelFormTests {
  private let parameters = tinyParameters(tinyConfiguration(), tagCount: 3)

  /// A directory with config.json and no weights.
  private func withDirectory(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try ModelDirectory.write(
        parameters, configuration: tinyConfiguration(), labels: ["O", "B-PER", "I-PER"],
        architecture: "BertForTokenClassification", to: folder.path)
      try FileManager.default.removeItem(atPath: folder.path + "/model.safetensors")
      try body(folder.path)
    }
  }

  /// Writes parameters in three parts and the index of them.
  private func writeParts(
    _ parameters: Parameters, to path: String, stem: String, suffix: String
  ) throws {
    var parts: [Parameters] = [[:], [:], [:]]
    var map: [String: String] = [:]
    for (number, name) in parameters.sortedNames.enumerated() {
      parts[number % 3][name] = parameters[name]
      map[name] = "\(stem)-0000\(number % 3 + 1)-of-00003.\(suffix)"
    }
    for (number, part) in parts.enumerated() {
      let file = "\(path)/\(stem)-0000\(number + 1)-of-00003.\(suffix)"
      if suffix == "bin" {
        try TorchArchive.write(part, to: file)
      } else {
        try SafetensorsFile.write(part, to: file)
      }
    }
    let index: [String: Any] = ["metadata": ["total_size": 1], "weight_map": map]
    try JSONSerialization.data(withJSONObject: index)
      .write(to: URL(filePath: "\(path)/\(stem).\(suffix).index.json"))
  }

  private func expectEqual(_ path: String) throws {
    let directory = try ModelDirectory(path: path)
    var read = try directory.encoderParameters()
    read.merge(try #require(try directory.headParameters(tagCount: 3))) { $1 }
    #expect(Set(read.keys) == Set(parameters.keys))
    for (name, value) in parameters { #expect(read[name]?.floats == value.floats, "\(name)") }
  }

  @Test func `weights are found in every form, bit for bit`() throws {
    try withDirectory { path in
      try writeParts(parameters, to: path, stem: "model", suffix: "safetensors")
      try expectEqual(path)
    }
    try withDirectory { path in
      try TorchArchive.write(parameters, to: path + "/pytorch_model.bin")
      try expectEqual(path)
    }
    try withDirectory { path in
      try writeParts(parameters, to: path, stem: "pytorch_model", suffix: "bin")
      try expectEqual(path)
    }
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .float64])
  func `weights of another precision become floats`(type: ElementType) throws {
    let stored = parameters.mapValues { $0.converted(to: type) }
    try withDirectory { path in
      try TorchArchive.write(stored, to: path + "/pytorch_model.bin")
      let read = try ModelDirectory(path: path).encoderParameters()
      for (name, value) in read {
        #expect(value.elementType == .float32)
        #expect(value.floats == stored[name]?.floats)
      }
    }
  }

  @Test func `old names, buffers, a pooler and a masked-LM head on top are no obstacle`() throws {
    try withDirectory { path in
      var stored: Parameters = [:]
      for (name, value) in parameters {
        let old = name.replacing("LayerNorm.weight", with: "LayerNorm.gamma")
          .replacing("LayerNorm.bias", with: "LayerNorm.beta")
        stored[old] = value
      }
      stored["bert.embeddings.position_ids"] = .range(12)
      stored["bert.pooler.dense.weight"] = .zeros([8, 8])
      stored["cls.predictions.bias"] = .zeros([20])
      stored["cls.predictions.transform.LayerNorm.gamma"] = .ones([8])
      try TorchArchive.write(stored, to: path + "/pytorch_model.bin")
      try expectEqual(path)
    }
  }

  // MARK: Heads

  private func edit(_ path: String, _ change: (inout [String: Any]) -> Void) throws {
    let file = URL(filePath: path + "/config.json")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    var object = try #require(json as? [String: Any])
    change(&object)
    try JSONSerialization.data(withJSONObject: object).write(to: file)
  }

  @Test func `another task's head under the same names is no tagging head`() throws {
    try withDirectory { path in
      try SafetensorsFile.write(parameters, to: path + "/model.safetensors")
      #expect(try ModelDirectory(path: path).headParameters(tagCount: 3)?.count == 2)
      try edit(path) { $0["architectures"] = ["BertForSequenceClassification"] }
      #expect(try ModelDirectory(path: path).headParameters(tagCount: 3) == nil)
      try edit(path) { $0["architectures"] = nil }
      #expect(try ModelDirectory(path: path).headParameters(tagCount: 3)?.count == 2)
    }
  }

  @Test(arguments: [
    ("position_embedding_type", "relative_key" as any Sendable, "only absolute"),
    ("is_decoder", true, "decoders are not supported"),
    ("hidden_act", "softsign", "hidden_act"),
  ])
  func `another model of the same tensors is refused`(
    key: String, value: any Sendable, text: String
  ) throws {
    try withDirectory { path in
      try edit(path) { $0[key] = value }
      let error = #expect(throws: ModelFileError.self) { try ModelDirectory(path: path) }
      #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    }
  }

  // MARK: Errors

  private func expectError(
    _ path: String, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: ModelFileError.self, sourceLocation: sourceLocation) {
      try ModelDirectory(path: path).encoderParameters()
    }
    for text in texts {
      #expect(
        error?.description.contains(text) == true, "\(String(describing: error))",
        sourceLocation: sourceLocation)
    }
  }

  @Test func `an index whose parts are not as it says is an error that names file and tensor`()
    throws
  {
    try withDirectory { path in
      try writeParts(parameters, to: path, stem: "model", suffix: "safetensors")
      let part = path + "/model-00002-of-00003.safetensors"
      let whole = try Data(contentsOf: URL(filePath: part))

      try FileManager.default.removeItem(atPath: part)
      expectError(path, part, "no such file", "model.safetensors.index.json")

      try SafetensorsFile.write([:], to: part)
      expectError(path, part, "there is no tensor")

      var more = try SafetensorsFile(path: path + "/model-00001-of-00003.safetensors").tensors()
      try whole.write(to: URL(filePath: part))
      more.merge(try SafetensorsFile(path: part).tensors()) { $1 }
      try SafetensorsFile.write(more, to: part)
      expectError(path, part, "is in it, and in", "model-00001-of-00003")

      try whole.prefix(whole.count - 8).write(to: URL(filePath: part))
      expectError(path, part, "truncated")
    }
  }

  @Test(arguments: [
    ("", "no weight_map"), ("[]", "no weight_map"), (#"{"weight_map": {}}"#, "no weight_map"),
    (#"{"weight_map": {"a": 1}}"#, "no weight_map"),
    (#"{"weight_map": {"a": "../secret"}}"#, "the file \"../secret\""),
    (#"{"weight_map": {"a": "/etc/passwd"}}"#, "the file \"/etc/passwd\""),
    (#"{"weight_map": {"a": ""}}"#, "the file \"\""),
    (#"{"weight_map": {"a": "gone.bin"}}"#, "gone.bin: there is no such file"),
  ])
  func `an index that is none is an error that says why`(json: String, text: String) throws {
    try withDirectory { path in
      let file = URL(filePath: path + "/pytorch_model.bin.index.json")
      try Data(json.utf8).write(to: file)
      expectError(path, text)
    }
  }

  @Test func `weights of TensorFlow alone are an error that says what to do`() throws {
    try withDirectory { path in
      expectError(path, "no such file", "pytorch_model.bin", "Download")
      try Data().write(to: URL(filePath: path + "/tf_model.h5"))
      expectError(path, "tf_model.h5", "save_pretrained")
    }
  }

  @Test func `integers where weights should be are an error`() throws {
    try withDirectory { path in
      var wrong = parameters
      let name = "bert.encoder.layer.0.output.dense.bias"
      wrong[name] = Tensor(integers: [Int](repeating: 0, count: 8), shape: [8])
      try TorchArchive.write(wrong, to: path + "/pytorch_model.bin")
      expectError(path, name, "int64", "pytorch_model.bin")
    }
  }
}

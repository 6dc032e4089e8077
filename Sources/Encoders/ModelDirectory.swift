import Foundation
package import Tensors

/// A Hugging Face model directory: `config.json`, `model.safetensors`, and a tokenizer's files.
///
/// The parameters come under the names of a model with a head (`bert.encoder…`), whether or not
/// the file has the prefix. What an encoder does not use (a pooler, a masked-LM head) is left
/// where it is.
package struct ModelDirectory {
  /// The directory's path.
  package let path: String
  /// What `config.json` says.
  package let configuration: EncoderConfiguration

  /// Reads the configuration; parameters are read when asked for.
  package init(path: String) throws(ModelFileError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      isDirectory.boolValue
    else {
      throw ModelFileError(
        path: path, problem: "there is no such directory",
        expected: "a Hugging Face model directory with config.json and model.safetensors",
        advice: "Check encoder.path.")
    }
    self.path = path
    configuration = try .read(path: path + "/config.json")
  }

  private func weights() throws(ModelFileError) -> SafetensorsFile {
    let file = path + "/model.safetensors"
    guard FileManager.default.fileExists(atPath: file) else {
      throw ModelFileError(
        path: file, problem: "there is no such file",
        expected: "the model's weights in safetensors",
        advice: "Download the whole model directory, or save the model with save_pretrained().")
    }
    return try SafetensorsFile(path: file)
  }

  /// The encoder's parameters, each checked against the configuration's shapes.
  package func encoderParameters() throws(ModelFileError) -> Parameters {
    let file = try weights()
    var result: Parameters = [:]
    let layout = ParameterLayout(encoder: configuration)
    for (name, shape) in layout.shapes.sorted(by: { $0.key < $1.key }) {
      result[name] = try Self.read(name, shape: shape, from: file, architecture: configuration)
    }
    return result
  }

  /// The tagging head saved with the encoder, when there is one of `tagCount` tags.
  package func headParameters(tagCount: Int) throws(ModelFileError) -> Parameters? {
    let file = try weights()
    let head = TaggingHead(tagCount: tagCount, hiddenSize: configuration.hiddenSize)
    guard head.shapes.keys.allSatisfy({ file.entries[$0] != nil }) else { return nil }
    var result: Parameters = [:]
    for (name, shape) in head.shapes {
      result[name] = try Self.read(name, shape: shape, from: file, architecture: configuration)
    }
    return result
  }

  private static func read(
    _ name: ParameterName, shape: [Int], from file: SafetensorsFile,
    architecture configuration: EncoderConfiguration
  ) throws(ModelFileError) -> Tensor {
    let bare = String(name.dropFirst(configuration.architecture.prefix.count + 1))
    // TensorFlow's old names for the layer norms occur in the oldest BERT checkpoints.
    let old = [name, bare].map {
      $0.replacingOccurrences(of: "LayerNorm.weight", with: "LayerNorm.gamma")
        .replacingOccurrences(of: "LayerNorm.bias", with: "LayerNorm.beta")
    }
    guard let stored = ([name, bare] + old).first(where: { file.entries[$0] != nil }),
      let entry = file.entries[stored], let tensor = file.tensor(stored)
    else {
      throw ModelFileError(
        path: file.path, problem: "there is no tensor \(name) (nor \(bare))",
        expected: "one of shape \(shape)", advice: "Does config.json belong to this file?")
    }
    guard entry.shape == shape else {
      throw ModelFileError(
        path: file.path, problem: "\(stored) has the shape \(entry.shape)",
        expected: "the shape \(shape) that config.json asks for")
    }
    return tensor
  }

  /// Writes a model as `AutoModelForTokenClassification.from_pretrained` reads it.
  ///
  /// - Parameters:
  ///   - parameters: Encoder and perhaps head (and others that belong to the checkpoint).
  ///   - labels: The head's labels, in the order of their ids; empty without a head.
  ///   - architecture: The class in transformers, as `BertForTokenClassification`.
  ///   - half: Whether the weights are stored in 16 bits.
  ///   - tokenizerFiles: Files to copy beside it (vocab.txt, tokenizer.json, …).
  package static func write(
    _ parameters: Parameters, configuration: EncoderConfiguration, labels: [String],
    architecture: String, to path: String, half: Bool = false, tokenizerFiles: [String] = []
  ) throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let plain = try JSONSerialization.jsonObject(with: encoder.encode(configuration))
    var object = plain as? [String: Any] ?? [:]
    object["architectures"] = [architecture]
    object["position_embedding_type"] = "absolute"
    object["torch_dtype"] = half ? "float16" : "float32"
    // Without the release whose form this is, 4.57 takes a local tokenizer for an old Mistral one.
    object["transformers_version"] = "4.57.1"
    object["id2label"] = nil
    if !labels.isEmpty {
      object["id2label"] = Dictionary(
        uniqueKeysWithValues: labels.enumerated().map { (String($0.offset), $0.element) })
      object["label2id"] = Dictionary(
        uniqueKeysWithValues: labels.enumerated().map { ($0.element, $0.offset) })
    }
    let json = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
    try json.write(to: URL(filePath: path + "/config.json"), options: .atomic)
    try SafetensorsFile.write(parameters, to: path + "/model.safetensors", half: half)
    for file in tokenizerFiles {
      let target = path + "/" + (file as NSString).lastPathComponent
      guard file != target else { continue }
      if manager.fileExists(atPath: target) { try manager.removeItem(atPath: target) }
      try manager.copyItem(atPath: file, toPath: target)
    }
  }

  /// The tokenizer's files in this directory.
  package var tokenizerFiles: [String] {
    [
      "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
      "sentencepiece.bpe.model",
    ]
    .map { path + "/" + $0 }
    .filter(FileManager.default.fileExists(atPath:))
  }
}

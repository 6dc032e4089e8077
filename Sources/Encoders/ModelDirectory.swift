import Files
import Foundation
package import ModelFiles
import NamedEntities
package import Tensors

/// A Hugging Face model directory: `config.json`, the weights, and a tokenizer's files.
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
        expected: "a Hugging Face model directory with config.json and the weights",
        advice: "Check encoder.path.")
    }
    self.path = path
    configuration = try .read(path: path + "/config.json")
  }

  /// The encoder's parameters, each checked against the configuration's shapes.
  package func encoderParameters() throws(ModelFileError) -> Parameters {
    try encoderParameters { _ in true }
  }

  /// The encoder's parameters but for the word embeddings, and these to be read a few rows at a time.
  package func encoderParametersApart()
    throws(ModelFileError) -> (others: Parameters, subwords: SubwordRows)
  {
    let name = configuration.wordEmbeddingsName
    return (try encoderParameters { $0 != name }, try subwordRows())
  }

  private func encoderParameters(
    where isWanted: (ParameterName) -> Bool
  ) throws(ModelFileError) -> Parameters {
    let archive = try weights()
    var result: Parameters = [:]
    let layout = ParameterLayout(encoder: configuration)
    for (name, shape) in layout.shapes.sorted(by: { $0.key < $1.key }) where isWanted(name) {
      result[name] = try read(name, shape: shape, from: archive)
    }
    return result
  }

  private func subwordRows() throws(ModelFileError) -> SubwordRows {
    let archive = try weights()
    let shape = [configuration.vocabularySize, configuration.hiddenSize]
    let name = try stored(configuration.wordEmbeddingsName, shape: shape, in: archive)
    return SubwordRows(archive: archive, name: name)
  }

  /// The tagging head saved with the encoder, which must be of `tagCount` tags; nil when there is
  /// none.
  ///
  /// The head of another task under the same names is none: `architectures` in config.json tells.
  package func headParameters(tagCount: Int) throws(ModelFileError) -> Parameters? {
    let archive = try weights()
    let classes = configuration.architectures ?? []
    let head = TaggingHead(tagCount: tagCount, hiddenSize: configuration.hiddenSize)
    guard classes.isEmpty || classes.contains(where: { $0.hasSuffix("ForTokenClassification") }),
      head.shapes.keys.allSatisfy({
        archive.entries[$0] != nil || archive.unreadable[$0] != nil
      })
    else { return nil }
    var result: Parameters = [:]
    for (name, shape) in head.shapes {
      result[name] = try read(name, shape: shape, from: archive)
    }
    return result
  }

  /// One tensor, under whichever of its names it is stored.
  private func read(
    _ name: ParameterName, shape: [Int], from archive: any TensorArchive
  ) throws(ModelFileError) -> Tensor {
    let stored = try stored(name, shape: shape, in: archive)
    guard let tensor = archive.tensor(stored) else {
      preconditionFailure("\(stored) was found in the archive")
    }
    return tensor
  }

  /// The name under which a tensor is stored, in its shape.
  func stored(
    _ name: ParameterName, shape: [Int], in archive: any TensorArchive
  ) throws(ModelFileError) -> String {
    let prefix = configuration.architecture.prefix + "."
    let bare = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    // TensorFlow's old names for the layer norms occur in the oldest BERT checkpoints.
    let old = [name, bare].map {
      $0.replacingOccurrences(of: "LayerNorm.weight", with: "LayerNorm.gamma")
        .replacingOccurrences(of: "LayerNorm.bias", with: "LayerNorm.beta")
    }
    guard let stored = ([name, bare] + old).first(where: { archive.entries[$0] != nil }),
      let entry = archive.entries[stored]
    else {
      if let unreadable = ([name, bare] + old).first(where: { archive.unreadable[$0] != nil }) {
        throw ModelFileError(
          path: archive.file(of: unreadable),
          problem: "the type of \(unreadable) is \(archive.unreadable[unreadable] ?? "unknown")",
          expected: "floating-point numbers of 16, 32 or 64 bits in the shape \(shape)",
          advice: "Load the model with transformers in float32 and save it with save_pretrained().")
      }
      throw ModelFileError(
        path: archive.path,
        problem: "there is no tensor \(name)" + (bare == name ? "" : " (nor \(bare))"),
        expected: "one of shape \(shape)", advice: "Does config.json belong to this file?")
    }
    guard entry.shape == shape, entry.type.isFloatingPoint else {
      throw ModelFileError(
        path: archive.file(of: stored),
        problem: "\(stored) has the shape \(entry.shape) and the type \(entry.type)",
        expected: "floating-point numbers in the shape \(shape) that config.json asks for")
    }
    return stored
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
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
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
        labels.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first }
      )
    }
    let json = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
    try AtomicFile.write(json, to: path + "/config.json")
    try SafetensorsFile.write(parameters, to: path + "/model.safetensors", half: half)
    for file in tokenizerFiles {
      let target = path + "/" + (file as NSString).lastPathComponent
      guard file != target else { continue }
      try AtomicFile.write(OrdinaryFile.contents(of: file), to: target)
    }
  }

  /// The tokenizer's files in this directory.
  package var tokenizerFiles: [String] {
    [
      "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
      "added_tokens.json", "sentencepiece.bpe.model", "spm.model", "vocab.json", "merges.txt",
    ]
    .map { path + "/" + $0 }
    .filter(FileManager.default.fileExists(atPath:))
  }
}

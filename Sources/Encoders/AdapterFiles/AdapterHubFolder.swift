import Foundation
package import ModelFiles
import Tensors
import Tokenization

/// A folder as AdapterHub's `adapters` library saves an adapter.
///
///     adapter_config.json     which module, on which kind of encoder
///     pytorch_adapter.bin     its parameters        (or adapter.safetensors)
///     head_config.json        the labels
///     pytorch_model_head.bin  the tagging head      (or model_head.safetensors)
///
/// What is written is what `model.save_adapter(folder, "ner", with_head=True)` of release 1.3.0
/// writes for a BertForTokenClassification; `load_adapter(folder)` reads it there, and turns the
/// head into a flexible one on a BertAdapterModel.
package enum AdapterHubFolder {
  /// The release whose form is written.
  private static let release = "adapters.1.3.0"

  /// Throws unless AdapterHub has a module like an adapter.
  package static func check(_ adapter: any Adapter) throws(UnsupportedAdapter) {
    _ = try AdapterHubConfiguration.json(adapter)
  }

  /// Writes an adapter for the encoders of a configuration.
  package static func write(
    _ saved: SavedAdapter, configuration: EncoderConfiguration, to path: String
  ) throws {
    try saved.check(in: configuration, path: path)
    guard configuration.architecture.isInAdapterHub else {
      throw UnsupportedAdapter(
        "AdapterHub does not support encoders of type \(configuration.architecture.rawValue). Use "
          + "--format peft, which supports LoRA, IA3 and prefix tuning.")
    }
    let config = try AdapterHubConfiguration.json(saved.adapter)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let common: [String: PythonJSON] = [
      "hidden_size": .integer(configuration.hiddenSize),
      "model_class": .text(configuration.architecture.tokenClassifierClass),
      "model_name": .text(saved.baseModel),
      "model_type": .text(configuration.architecture.rawValue), "version": .text(release),
    ]
    try PythonJSON.object(common.merging(["config": config, "name": "ner"]) { $1 })
      .write(to: path + "/adapter_config.json")
    try Weights.adapter.write(saved.adapterParameters, to: path)
    guard !saved.headParameters.isEmpty else { return }
    let labels = saved.labels.enumerated().map { ($0.element, PythonJSON.integer($0.offset)) }
    let count = saved.parameters["classifier.bias"]?.count ?? labels.count
    try PythonJSON.object(
      common.merging([
        "config": nil, "name": nil, "num_labels": .integer(count),
        "label2id": labels.isEmpty ? nil : .object(Dictionary(uniqueKeysWithValues: labels)),
      ]) { $1 }
    ).write(to: path + "/head_config.json")
    try Weights.head.write(saved.headParameters, to: path)
  }

  /// The adapter that a folder's configuration names, without its parameters.
  package static func adapter(_ path: String) throws(ModelFileError) -> any Adapter {
    try adapter(configurationFile(path))
  }

  private static func configurationFile(
    _ path: String
  ) throws(ModelFileError) -> ConfigurationFile {
    try ConfigurationFile(folder: path, name: "adapter_config.json", writer: "AdapterHub")
  }

  private static func adapter(_ file: ConfigurationFile) throws(ModelFileError) -> any Adapter {
    guard let fields = try file.object("config") else {
      throw file.problem("config", expected: "the configuration of an adapter")
    }
    return try AdapterHubConfiguration.adapter(
      fields, release: try file.text("version"))
  }

  /// Reads an adapter for the encoders of a configuration, with its head where there is one.
  package static func read(
    _ path: String, configuration: EncoderConfiguration
  ) throws -> SavedAdapter {
    let file = try configurationFile(path)
    if let type = try file.text("model_type"), type != configuration.architecture.rawValue {
      throw file.problem("model_type", expected: configuration.architecture.rawValue)
    }
    let adapter = try adapter(file)
    let name = try file.text("name") ?? "ner"
    var parameters: Parameters = [:]
    for (stored, tensor) in try Weights.adapter.read(path) {
      parameters[ownName(stored, adapter: name, in: configuration)] = tensor
    }
    try checkInvertible(file, parameters)
    var saved = SavedAdapter(
      adapter: adapter, parameters: parameters, baseModel: try file.text("model_name") ?? "")
    if Weights.head.exists(in: path) { try readHead(path, into: &saved) }
    try saved.check(in: configuration, path: path)
    return saved
  }

  /// Throws where an invertible adapter changes the embeddings, which this program does not compute.
  ///
  /// Task adapters of old releases name one without having it, and `adapters` takes none for them.
  private static func checkInvertible(
    _ file: ConfigurationFile, _ parameters: Parameters
  ) throws(ModelFileError) {
    guard let fields = try file.object("config"),
      try AdapterHubConfiguration.invertible(fields) != nil
    else { return }
    let isThere = parameters.keys.contains { $0.contains("invertible_adapters.") }
    if !isThere, try file.text("type") == "text_task" { return }
    throw fields.problem(
      fields["inv_adapter"] == nil ? "invertible_adapter" : "inv_adapter",
      expected: "none, since this program does not compute it"
        + (isThere ? "" : " (and the folder has no weights for it)"))
  }

  /// What adapter-transformers called the places of adapters before 3.0.
  private static let olderPlaces = [
    "attention_text_task_adapters", "attention_text_lang_adapters", "layer_text_task_adapters",
    "layer_text_lang_adapters",
  ]

  /// `encoder.layer.0.….adapters.NAME.…` → `bert.encoder.layer.0.….adapters.ner.…`.
  private static func ownName(
    _ stored: String, adapter: String, in configuration: EncoderConfiguration
  ) -> ParameterName {
    let prefix = configuration.architecture.prefix + "."
    var name = stored.hasPrefix(prefix) ? stored : prefix + stored
    for place in olderPlaces { name = name.replacingOccurrences(of: place, with: "adapters") }
    name = name.replacingOccurrences(of: "invertible_lang_adapters", with: "invertible_adapters")
    for kind in ["adapters", "loras", "prefix_tunings"] {
      name = name.replacingOccurrences(of: ".\(kind).\(adapter).", with: ".\(kind).ner.")
    }
    return PrefixAdapter.sharedName(of: name)
  }

  // MARK: Head

  private static func readHead(_ path: String, into saved: inout SavedAdapter) throws {
    let file = try ConfigurationFile(folder: path, name: "head_config.json", writer: "AdapterHub")
    let fields = try file.object("config")
    if let fields {
      guard try fields.text("head_type") == "tagging" else {
        throw fields.problem("head_type", expected: "tagging")
      }
      guard fields["layers"]?.integer == 1 else {
        throw fields.problem("layers", expected: "1")
      }
    }
    for (stored, tensor) in try Weights.head.read(path) {
      // A head of its own: heads.ner.1.weight, after the dropout of place 0.
      let part = stored.split(separator: ".").last.map(String.init) ?? stored
      let isKnown =
        fields == nil
        ? stored == "classifier.\(part)" : stored.hasPrefix("heads.") && stored.contains(".1.")
      guard isKnown, part == "weight" || part == "bias" else {
        throw ModelFileError(
          path: path, problem: "the head has a tensor \(stored)",
          expected: "the weight and bias of one linear layer")
      }
      saved.parameters["classifier.\(part)"] = tensor
    }
    guard let ids = try (fields ?? file).object("label2id") else { return }
    saved.labels = try labels(ids)
  }

  private static func labels(_ ids: ConfigurationFile) throws(ModelFileError) -> [String] {
    let pairs = ids.keys.map { (label: $0, id: ids[$0]?.integer) }
    let labels = pairs.sorted { ($0.id ?? 0) < ($1.id ?? 0) }
    guard labels.map(\.id) == Array(0..<labels.count) else {
      throw ModelFileError(
        path: ids.path, problem: "label2id does not number its labels from 0 up",
        expected: "an id for each of the \(labels.count) labels")
    }
    return labels.map(\.label)
  }
}

/// One of the two files of parameters in an AdapterHub folder, in either format.
private enum Weights {
  case adapter, head

  private var archive: String {
    switch self {
    case .adapter: "pytorch_adapter.bin"
    case .head: "pytorch_model_head.bin"
    }
  }

  private var safetensors: String {
    switch self {
    case .adapter: "adapter.safetensors"
    case .head: "model_head.safetensors"
    }
  }

  func exists(in folder: String) -> Bool {
    [archive, safetensors].contains { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
  }

  /// What the library reads unless it is asked for safetensors comes first here too.
  func read(_ folder: String) throws(ModelFileError) -> Parameters {
    let (archive, safetensors) = ("\(folder)/\(archive)", "\(folder)/\(safetensors)")
    if !FileManager.default.fileExists(atPath: archive),
      FileManager.default.fileExists(atPath: safetensors)
    {
      return try tensors(of: SafetensorsFile(path: safetensors))
    }
    return try tensors(of: TorchArchive(path: archive))
  }

  private func tensors(of file: any TensorArchive) throws(ModelFileError) -> Parameters {
    try file.requireReadable()
    return file.tensors()
  }

  func write(_ parameters: Parameters, to folder: String) throws {
    try TorchArchive.write(parameters, to: "\(folder)/\(archive)")
  }
}

import Foundation
package import Tensors

/// A folder as the peft library saves an adapter: `adapter_config.json`, `adapter_model.safetensors`.
///
///     base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight
///     ⇄ bert.encoder.layer.0.attention.self.query.loras.ner.lora_A
///
/// `PeftModel.from_pretrained(BertForTokenClassification.from_pretrained(…), folder)` reads what
/// is written; the head is in it as a module to save.
package enum PeftFolder {
  private static let prefix = "base_model.model."

  /// Throws unless peft has a module like an adapter.
  package static func check(_ adapter: any Adapter) throws(UnsupportedAdapter) {
    _ = try PeftConfiguration.json(SavedAdapter(adapter: adapter, parameters: [:]))
  }

  /// Writes an adapter for the encoders of a configuration.
  package static func write(
    _ saved: SavedAdapter, configuration: EncoderConfiguration, to path: String
  ) throws {
    try saved.check(in: configuration, path: path)
    let config = try PeftConfiguration.json(saved)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try config.write(to: path + "/adapter_config.json")
    var stored: Parameters = [:]
    for (name, tensor) in saved.parameters { stored[prefix + peftName(name)] = tensor }
    try SafetensorsFile.write(stored, to: path + "/adapter_model.safetensors")
  }

  /// Reads an adapter for the encoders of a configuration, with its head where there is one.
  package static func read(
    _ path: String, configuration: EncoderConfiguration
  ) throws(ModelFileError) -> SavedAdapter {
    let file = try ConfigurationFile(folder: path, name: "adapter_config.json", writer: "peft")
    let parameters = try parameters(path + "/adapter_model.safetensors")
    let adapter = try PeftConfiguration.adapter(
      file, projections: ProjectionName.targets(of: parameters.keys))
    let saved = SavedAdapter(
      adapter: adapter, parameters: parameters,
      baseModel: try file.text("base_model_name_or_path") ?? "")
    try saved.check(in: configuration, path: path)
    return saved
  }

  /// The tensors of an `adapter_model.safetensors` under this project's names.
  package static func parameters(_ path: String) throws(ModelFileError) -> Parameters {
    let file = try SafetensorsFile(path: path)
    var result: Parameters = [:]
    for stored in file.entries.keys.sorted() {
      guard stored.hasPrefix(prefix), let tensor = file.tensor(stored) else {
        throw ModelFileError(
          path: path, problem: "there is a tensor \(stored)",
          expected: "names that begin with \(prefix)")
      }
      result[ownName(String(stored.dropFirst(prefix.count)))] = tensor
    }
    return result
  }

  private static func ownName(_ stored: String) -> ParameterName {
    for matrix in ["lora_A", "lora_B"] where stored.hasSuffix(".\(matrix).weight") {
      return stored.dropLast(".\(matrix).weight".count) + ".loras.ner.\(matrix)"
    }
    return stored
  }

  private static func peftName(_ name: ParameterName) -> String {
    for matrix in ["lora_A", "lora_B"] where name.hasSuffix(".loras.ner.\(matrix)") {
      return name.dropLast(".loras.ner.\(matrix)".count) + ".\(matrix).weight"
    }
    return name
  }
}

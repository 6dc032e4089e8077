import Foundation
package import ModelFiles
import Tensors

/// A folder as the peft library saves an adapter: adapter_config.json, adapter_model.safetensors.
///
///     base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight
///     ⇄ bert.encoder.layer.0.attention.self.query.loras.ner.lora_A
///
/// `PeftModel.from_pretrained(BertForTokenClassification.from_pretrained(…), folder)` reads what
/// is written; the head is in it as a module to save. A prefix is kept as the keys and values
/// themselves, without the network that made them, and peft counts the positions of a sentence
/// after it: see `PrefixPositions`.
package enum PeftFolder {
  private static let prefix = "base_model.model."

  /// Throws unless peft has a module like an adapter.
  package static func check(_ adapter: any Adapter) throws(UnsupportedAdapter) {
    _ = try PeftConfiguration.json(SavedAdapter(adapter: adapter, parameters: [:]), in: nil)
  }

  /// Writes an adapter for the encoders of a configuration.
  package static func write(
    _ saved: SavedAdapter, configuration: EncoderConfiguration, to path: String
  ) throws {
    try saved.check(in: configuration, path: path)
    let config = try PeftConfiguration.json(saved, in: configuration)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try config.write(to: path + "/adapter_config.json")
    var stored: Parameters = [:]
    if let adapter = saved.adapter as? PrefixAdapter {
      for (name, tensor) in saved.headParameters { stored["base_model." + name] = tensor }
      let flat = withoutGradients { adapter.flat(saved.parameters, in: configuration) }
      stored["prompt_embeddings"] = flat.reshaped([adapter.length, -1])
    } else {
      let scale = (saved.adapter as? ScalingAdapter)?.scale ?? 1
      for (name, tensor) in saved.parameters {
        // peft's IA3 has no factor beside its vectors.
        let isScaled = scale != 1 && name.hasSuffix(".loras.ner.lora_B")
        stored[prefix + peftName(name, of: saved.adapter)] = isScaled ? tensor * scale : tensor
      }
    }
    try SafetensorsFile.write(stored, to: path + "/adapter_model.safetensors")
  }

  /// Reads an adapter for the encoders of a configuration, with its head where there is one.
  package static func read(
    _ path: String, configuration: EncoderConfiguration
  ) throws(ModelFileError) -> SavedAdapter {
    let file = try ConfigurationFile(folder: path, name: "adapter_config.json", writer: "peft")
    let parameters = try parameters(
      of: archive(in: path), in: configuration,
      isPrefix: try file.text("peft_type") == "PREFIX_TUNING")
    let adapter = try PeftConfiguration.adapter(
      file, parameters: parameters, in: configuration.architecture)
    let saved = SavedAdapter(
      adapter: adapter, parameters: parameters,
      baseModel: try file.text("base_model_name_or_path") ?? "",
      countsPrefixPositions: adapter is PrefixAdapter)
    try saved.check(in: configuration, path: path)
    return saved
  }

  /// adapter_model.safetensors, or the adapter_model.bin of older releases.
  private static func archive(
    in folder: String
  ) throws(ModelFileError) -> any TensorArchive {
    let old = folder + "/adapter_model.bin"
    let new = folder + "/adapter_model.safetensors"
    let isOld =
      FileManager.default.fileExists(atPath: old) && !FileManager.default.fileExists(atPath: new)
    return isOld ? try TorchArchive(path: old) : try SafetensorsFile(path: new)
  }

  /// The tensors of a file under this project's names.
  private static func parameters(
    of file: any TensorArchive, in configuration: EncoderConfiguration, isPrefix: Bool
  ) throws(ModelFileError) -> Parameters {
    let expected = isPrefix ? "base_model." : prefix
    var result: Parameters = [:]
    try file.requireReadable()
    for stored in file.entries.keys.sorted() {
      guard let tensor = file.tensor(stored) else { continue }
      if isPrefix, stored == "prompt_embeddings" {
        result[PrefixAdapter.flatName(in: configuration)] = tensor.reshaped([-1])
        continue
      }
      guard stored.hasPrefix(expected) else {
        throw ModelFileError(
          path: file.path, problem: "there is a tensor \(stored)",
          expected: "names that begin with \(expected)")
      }
      result[ownName(String(stored.dropFirst(expected.count)), tensor)] = tensor
    }
    return result
  }

  // MARK: Names

  private static let endings = [
    (peft: ".lora_A.weight", own: ".loras.ner.lora_A"),
    (peft: ".lora_B.weight", own: ".loras.ner.lora_B"),
  ]

  /// IA3's vectors are (outputs, 1) where they scale what a layer gives, else (1, inputs).
  private static func ownName(_ stored: String, _ tensor: Tensor) -> ParameterName {
    if stored.hasSuffix(".ia3_l") {
      return stored.dropLast(".ia3_l".count)
        + (tensor.shape.last == 1 ? ".loras.ner.lora_B" : ".ia3.ner.ia3_l")
    }
    guard let ending = endings.first(where: { stored.hasSuffix($0.peft) }) else { return stored }
    return stored.dropLast(ending.peft.count) + ending.own
  }

  private static func peftName(_ name: ParameterName, of adapter: any Adapter) -> String {
    if adapter is ScalingAdapter {
      for ending in [".loras.ner.lora_B", ".ia3.ner.ia3_l"] where name.hasSuffix(ending) {
        return name.dropLast(ending.count) + ".ia3_l"
      }
    }
    guard let ending = endings.first(where: { name.hasSuffix($0.own) }) else { return name }
    return name.dropLast(ending.own.count) + ending.peft
  }
}

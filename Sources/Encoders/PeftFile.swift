package import Tensors

/// LoRA parameters as the peft library stores them, under this project's names.
///
///     base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight
///     → bert.encoder.layer.0.attention.self.query.loras.ner.lora_A
package enum PeftFile {
  private static let prefix = "base_model.model."

  /// Reads an `adapter_model.safetensors`, with the head when it was saved too.
  package static func read(_ path: String) throws(ModelFileError) -> Parameters {
    let file = try SafetensorsFile(path: path)
    var result: Parameters = [:]
    for stored in file.entries.keys.sorted() {
      guard stored.hasPrefix(prefix), let tensor = file.tensor(stored) else {
        throw ModelFileError(
          path: path, problem: "there is a tensor \(stored)",
          expected: "names that begin with \(prefix)")
      }
      var name = String(stored.dropFirst(prefix.count))
      for matrix in ["lora_A", "lora_B"] where name.hasSuffix(".\(matrix).weight") {
        name = name.dropLast(".\(matrix).weight".count) + ".loras.ner.\(matrix)"
      }
      result[name] = tensor
    }
    return result
  }
}

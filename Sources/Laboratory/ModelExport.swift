import Encoders
import Experiments
import Foundation
import ModelFiles
import Tensors

/// Writes what a run made as folders that other libraries open.
package struct ModelExport {
  /// Which library is to read the folder.
  package enum Format: String, CaseIterable, Sendable {
    /// AdapterHub's `load_adapter`.
    case adapterhub
    /// peft's `PeftModel.from_pretrained`.
    case peft
    /// `AutoModelForTokenClassification.from_pretrained`.
    case huggingface
  }

  private let outcome: RunOutcome
  private let format: Format

  /// An export of a run's outcome.
  package init(_ outcome: RunOutcome, as format: Format) {
    self.outcome = outcome
    self.format = format
  }

  /// Writes one language into `path` itself, or every tuned language into a folder of its name.
  ///
  /// - Parameter withEncoder: Whether the encoder that adapters belong on is written too, as
  ///   `path/encoder`; a whole model has it anyway.
  /// - Returns: What was written, a line each.
  package func write(
    language: String?, withEncoder: Bool = false, to path: String
  ) throws -> [String] {
    let folders = language.map { [($0, path)] } ?? outcome.languages.map { ($0, "\(path)/\($0)") }
    // Read before anything is written, so that a language that does not fit leaves nothing behind.
    let models = try folders.map { language, folder in (try model(language), folder) }
    var lines: [String] = []
    for (model, folder) in models {
      switch format {
      case .huggingface: lines.append(try writeWhole(model, to: folder))
      case .adapterhub, .peft: lines.append(try writeAdapter(model, to: folder))
      }
    }
    guard format != .huggingface, !models.allSatisfy({ needsOwnEncoder($0.0) }) else {
      return lines
    }
    let encoder = outcome.encoder
    if withEncoder {
      try write(
        encoderAndHead(models.first?.0), encoder.configuration,
        labels: models.first?.0.labels ?? [], to: path + "/encoder")
      lines.append("\(path)/encoder: the encoder that they belong on")
    } else {
      lines.append("They belong on the encoder \(encoder.path)")
    }
    return lines
  }

  // MARK: One language

  private struct Model {
    var language: String
    var labels: [String]
    /// Adapter and head.
    var modules: Parameters
    var movedEncoder: Bool
  }

  private func model(_ language: String) throws -> Model {
    let file = try outcome.tunedFile(language)
    let names = file.entries.keys.filter { isAdapterParameter($0) || isHeadParameter($0) }
    var modules: Parameters = [:]
    for name in names { modules[name] = file.tensor(name) }
    let model = Model(
      language: language, labels: try outcome.labels(language), modules: modules,
      movedEncoder: file.entries.count > names.count)
    switch format {
    case .huggingface:
      guard let adapter = outcome.adapter else { break }
      try checkPlain(adapter, modules.filter { isAdapterParameter($0.key) })
    case .adapterhub, .peft:
      guard let adapter = outcome.adapter else {
        throw UnsupportedAdapter(
          "The run has no adapter (adapter.type is none; tuning.updates is "
            + "\(outcome.experiment[Settings.tuningUpdates])), so there is none to write. "
            + "--format huggingface writes the whole model.")
      }
      switch format {
      case .peft: try PeftFolder.check(adapter)
      default: try AdapterHubFolder.check(adapter)
      }
    }
    return model
  }

  private func checkPlain(_ adapter: any Adapter, _ own: Parameters) throws {
    do {
      try PlainModel.check(adapter, own)
    } catch {
      guard outcome.isPrimed else { throw error }
      throw UnsupportedAdapter(
        "\(error) The primed encoder is a Hugging Face directory already: \(outcome.encoder.path)")
    }
  }

  /// Whether the run's encoder is not the one that a language's adapter belongs on.
  private func needsOwnEncoder(_ model: Model) -> Bool {
    model.movedEncoder || format == .peft && outcome.adapter is PrefixAdapter
  }

  private func writeAdapter(_ model: Model, to folder: String) throws -> String {
    guard let adapter = outcome.adapter else { return "" }
    let configuration = outcome.encoder.configuration
    var base = outcome.encoder.path
    var note = ""
    if needsOwnEncoder(model) {
      base = folder + "/encoder"
      var encoder = outcome.encoder.configuration
      var parameters = try outcome.parameters(model.language)
        .filter { !isAdapterParameter($0.key) }
      note = ", on an encoder of its own: \(base)"
      if format == .peft, let prefix = adapter as? PrefixAdapter {
        (encoder, parameters) = PrefixPositions.counted(prefix.length, in: encoder, parameters)
        note += ", whose positions begin after the prefix, where peft counts from"
      }
      try write(parameters, encoder, labels: model.labels, to: base)
    }
    let saved = SavedAdapter(
      adapter: adapter, parameters: model.modules, labels: model.labels, baseModel: base)
    switch format {
    case .peft: try PeftFolder.write(saved, configuration: configuration, to: folder)
    default: try AdapterHubFolder.write(saved, configuration: configuration, to: folder)
    }
    return "\(folder): \(model.language), adapter of \(saved.adapterParameters.elementCount) and "
      + "head of \(saved.headParameters.elementCount) parameters\(note)"
  }

  private func writeWhole(_ model: Model, to folder: String) throws -> String {
    var parameters = try outcome.parameters(model.language)
    if let adapter = outcome.adapter {
      parameters = try PlainModel.parameters(of: adapter, merging: parameters)
    }
    try write(
      parameters, outcome.encoder.configuration, labels: model.labels, to: folder)
    return "\(folder): \(model.language), a model of \(parameters.elementCount) parameters"
  }

  // MARK: Directories

  /// The encoder that the adapters belong on, with the head that it was saved with, if any.
  private func encoderAndHead(_ model: Model?) throws -> Parameters {
    let head = try outcome.encoder.headParameters(tagCount: model?.labels.count ?? 0)
    return try outcome.encoder.encoderParameters().merging(head ?? [:]) { $1 }
  }

  private func write(
    _ parameters: Parameters, _ configuration: EncoderConfiguration, labels: [String],
    to path: String
  ) throws {
    try ModelDirectory.write(
      parameters, configuration: configuration, labels: labels,
      architecture: configuration.architecture.tokenClassifierClass, to: path,
      tokenizerFiles: outcome.encoder.tokenizerFiles)
  }
}

import Encoders
import Foundation
import LabNotebook
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
    guard format != .huggingface else { return lines }
    let encoder = outcome.encoder
    if withEncoder {
      try write(
        encoderAndHead(models.first?.0), labels: models.first?.0.labels ?? [],
        to: path + "/encoder")
      lines.append("\(path)/encoder: the encoder that they belong on")
    } else if models.contains(where: { !$0.0.movedEncoder }) {
      lines.append("They belong on the encoder \(encoder.path)")
    }
    return lines
  }

  // MARK: One language

  private struct Model {
    var language: String
    var tuned: Parameters
    var labels: [String]

    var movedEncoder: Bool {
      tuned.keys.contains { !isAdapterParameter($0) && !isHeadParameter($0) }
    }
  }

  private func model(_ language: String) throws -> Model {
    let model = Model(
      language: language, tuned: try outcome.tunedParameters(language),
      labels: try outcome.labels(language))
    switch format {
    case .huggingface:
      guard let adapter = outcome.adapter else { break }
      try PlainModel.check(adapter, model.tuned.filter { isAdapterParameter($0.key) })
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

  private func writeAdapter(_ model: Model, to folder: String) throws -> String {
    guard let adapter = outcome.adapter else { return "" }
    let configuration = outcome.encoder.configuration
    var base = outcome.encoder.path
    var note = ""
    if model.movedEncoder {
      // The adapter alone is not the result then: its own encoder goes with it.
      base = folder + "/encoder"
      try write(
        outcome.parameters(model.language).filter { !isAdapterParameter($0.key) },
        labels: model.labels, to: base)
      note = ", on the encoder that tuning moved too: \(base)"
    }
    let saved = SavedAdapter(
      adapter: adapter,
      parameters: model.tuned.filter { isAdapterParameter($0.key) || isHeadParameter($0.key) },
      labels: model.labels, baseModel: base)
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
    try write(parameters, labels: model.labels, to: folder)
    return "\(folder): \(model.language), a model of \(parameters.elementCount) parameters"
  }

  // MARK: Directories

  /// The encoder that the adapters belong on, with the head that it was saved with, if any.
  private func encoderAndHead(_ model: Model?) throws -> Parameters {
    let head = try outcome.encoder.headParameters(tagCount: model?.labels.count ?? 0)
    return try outcome.encoder.encoderParameters().merging(head ?? [:]) { $1 }
  }

  private func write(_ parameters: Parameters, labels: [String], to path: String) throws {
    let encoder = outcome.encoder
    try ModelDirectory.write(
      parameters, configuration: encoder.configuration, labels: labels,
      architecture: encoder.configuration.architecture.tokenClassifierClass, to: path,
      tokenizerFiles: encoder.tokenizerFiles)
  }
}

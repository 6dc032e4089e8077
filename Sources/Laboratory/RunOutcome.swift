package import Encoders
import Foundation
package import LabNotebook
import NamedEntities
package import Tensors

/// What a run left in its folder: the encoder that it tuned on, and what tuning made of each language.
package struct RunOutcome {
  /// What was planned.
  package let experiment: Experiment
  /// The run's folder.
  package let folder: String
  /// The encoder before tuning: the primed one, or the experiment's own where nothing was primed.
  package let encoder: ModelDirectory
  /// Whether priming made the encoder.
  package let isPrimed: Bool
  /// The languages that were tuned, sorted.
  package let languages: [String]

  /// Opens the outcome of a run; throws where no language was tuned.
  package init(experiment: Experiment, folder: String) throws {
    self.experiment = experiment
    self.folder = folder
    if experiment[Settings.kind] == "pretraining" {
      let output = experiment[Settings.pretrainingOutput]
      throw LaboratoryError(
        "The run is a pretraining, which tunes no language. What it made is a Hugging Face "
          + "directory already: \(output.isEmpty ? folder : output).")
    }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/tuned")) ?? []
    languages = files.filter { $0.hasSuffix(".safetensors") }
      .map { String($0.dropLast(".safetensors".count)) }.sorted()
    guard !languages.isEmpty else {
      throw LaboratoryError(
        "The run tuned no language: \(folder) has no tuned/LANGUAGE.safetensors. Only what a run "
          + "kept after tuning (tuning.languages) can be written as a model.")
    }
    isPrimed = experiment[Settings.primingMethod] != "none"
    encoder = try ModelDirectory(
      path: isPrimed ? folder + "/primed" : experiment[Settings.encoderPath])
  }

  /// The adapter of the experiment; nil without one.
  package var adapter: (any Adapter)? { RunExecutor.adapter(experiment) }

  /// What tuning made of a language: its adapter, its head, and what else it moved.
  package func tunedParameters(_ language: String) throws -> Parameters {
    try tunedFile(language).tensors()
  }

  /// The labels of a language's head, in the order of their ids.
  package func labels(_ language: String) throws -> [String] {
    try tunedFile(language).metadata[Self.labelsKey]?.split(separator: " ").map(String.init)
      ?? TagSet.panx.labels
  }

  /// Every parameter of a language's model: those of the encoder, and what tuning made.
  package func parameters(_ language: String) throws -> Parameters {
    try encoder.encoderParameters().merging(tunedParameters(language)) { $1 }
  }

  private func tunedFile(_ language: String) throws -> SafetensorsFile {
    guard languages.contains(language) else {
      throw LaboratoryError(
        "The run did not tune \(language); it tuned \(languages.joined(separator: ", ")).")
    }
    return try SafetensorsFile(path: "\(folder)/tuned/\(language).safetensors")
  }

  /// The key of the labels in a tuned file's header.
  static let labelsKey = "labels"
}

package import Encoders
package import Experiments
package import ModelFiles
import Foundation
import NamedEntities
package import RunFolders
package import Tensors

/// What a run left in its folder: the encoder that it tuned on, and each language's tuned parts.
package struct RunOutcome {
  /// The run's number; 0 for a folder that is not in a notebook.
  package let run: RunID
  /// Its folder.
  package let folder: RunFolder
  /// What was planned.
  package let experiment: Experiment
  /// The encoder before tuning: the primed one, or the experiment's own where nothing was primed.
  package let encoder: ModelDirectory
  /// Whether the encoder is the run's own: priming made it, or it began with another run's.
  package let isPrimed: Bool
  /// The languages that were tuned, sorted.
  package let languages: [String]

  /// Opens the outcome of a run's folder; throws where no language was tuned.
  package init(_ folder: RunFolder) throws {
    self.folder = folder
    run = folder.number ?? 0
    experiment = try folder.loadExperiment()
    let model = RunModel(
      run: run, folder: folder, experiment: experiment,
      state: (try? folder.status().state) ?? .interrupted)
    if let problem = model.problem { throw LaboratoryError(problem) }
    languages = model.languages.sorted()
    isPrimed = experiment.hasOwnEncoder
    encoder = try ModelDirectory(path: model.encoder)
  }

  /// A language that was tuned: the one that is named, or the only one.
  package func chosen(_ language: String?) throws -> String {
    let there = languages.joined(separator: ", ")
    if let language {
      if languages.contains(language) { return language }
      throw LaboratoryError(
        "Run #\(run) has not tuned ‘\(language)’; expected one of \(there).")
    }
    guard let only = languages.first, languages.count == 1 else {
      throw LaboratoryError("Run #\(run) tuned \(there); name one of them by --language.")
    }
    return only
  }

  // MARK: A language's model

  /// The adapter of the experiment; nil without one.
  package var adapter: (any Adapter)? { PlannedSettings(experiment).adapter }

  /// The file of what tuning made of a language.
  package func tunedFile(_ language: String) throws -> SafetensorsFile {
    try SafetensorsFile(path: "\(folder.tuned)/\(chosen(language)).safetensors")
  }

  /// What tuning made of a language: its adapter, its head, and what else it moved.
  package func tunedParameters(_ language: String) throws -> Parameters {
    try tunedFile(language).tensors()
  }

  /// The labels of a language's head, in the order of their ids.
  package func labels(_ language: String) throws -> [String] {
    try tunedFile(language).entityLabels()
  }

  /// Every parameter of a language's model: those of the encoder, and what tuning made.
  package func parameters(_ language: String) throws -> Parameters {
    try encoder.encoderParameters().merging(tunedParameters(language)) { $1 }
  }

  /// The key of the labels in a tuned file's header.
  static let labelsKey = "labels"

  /// The labels as the header has them: separated by spaces, or a JSON array where one has a space.
  static func text(ofLabels labels: [String]) throws -> String {
    guard labels.contains(where: { $0.utf8.contains(UInt8(ascii: " ")) }) else {
      return labels.joined(separator: " ")
    }
    return String(decoding: try JSONEncoder().encode(labels), as: UTF8.self)
  }
}

extension SafetensorsFile {
  /// The labels of the head in a file of what tuning made; PAN-X's where an older program wrote none.
  package func entityLabels() throws(ModelFileError) -> [String] {
    guard let text = metadata[RunOutcome.labelsKey] else { return TagSet.panx.labels }
    guard text.utf8.first == UInt8(ascii: "[") else {
      return text.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
    }
    do {
      return try JSONDecoder().decode([String].self, from: Data(text.utf8))
    } catch {
      throw ModelFileError(
        path: path, problem: "its labels cannot be read", expected: "a JSON array of labels")
    }
  }
}

extension EncoderConfiguration {
  /// The labels in the order of their ids; empty where the encoder was saved without a head.
  var orderedLabels: [String] {
    let labels = labels ?? [:]
    return (0..<labels.count).compactMap { labels[String($0)] }
  }
}

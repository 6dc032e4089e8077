import Encoders
import Experiments
import Files
import Foundation
import LabNotebook
import Laboratory
import RunFolders
import Tensors
import TestSupport
import Tokenization

/// A folder with an encoder of a few thousand numbers and corpora of three languages, so small
/// that an experiment on it takes a moment.
struct TinyWorld {
  let folder: URL

  /// Makes the folder; the caller removes it.
  init() throws {
    folder = try makeTemporaryFolder()
    try Self.writeEncoder(to: folder.appending(path: "encoder").path)
    for language in ["aa", "bb", "cc"] {
      for (split, count) in [("train", 24), ("dev", 8), ("test", 8)] {
        try Self.writeCorpus(
          to: folder.appending(path: "panx/\(language)"), language: language, split: split,
          count: count)
      }
    }
  }

  func remove() {
    try? FileManager.default.removeItem(at: folder)
  }

  private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.0123456789"

  private static func writeEncoder(to path: String) throws {
    var vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary += letters.map(String.init) + letters.map { "##\($0)" }
    let configuration = EncoderConfiguration(
      vocabularySize: vocabulary.count, hiddenSize: 16, layerCount: 2, attentionHeadCount: 2,
      intermediateSize: 32, maximumPositionCount: 64)
    let parameters = ParameterLayout(encoder: configuration).freshParameters(
      deviation: 0.2, paddingID: 0, generator: TensorGenerator(seed: 3))
    try ModelDirectory.write(
      parameters, configuration: configuration, labels: [], architecture: "BertModel", to: path)
    try WordPieceTokenizer.write(vocabulary: vocabulary, lowercase: false, to: path)
  }

  private static func writeCorpus(
    to folder: URL, language: String, split: String, count: Int
  ) throws {
    var generator = SeededGenerator(seed: 1, "\(language)/\(split)")
    let people = ["Ada", "Bo", "Cy", "Di"]
    let places = ["Rome", "Oslo", "Lima", "Bern"]
    var text = ""
    for _ in 0..<count {
      let person = people.randomElement(using: &generator) ?? "Ada"
      let place = places.randomElement(using: &generator) ?? "Rome"
      for (word, tag) in [
        (person, "B-PER"), ("met", "O"), (place, "B-LOC"), ("by", "O"), ("bus", "O"), (".", "O"),
      ] {
        text += "\(language):\(word)\t\(tag)\n"
      }
      text += "\n"
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(to: folder.appending(path: split), atomically: true, encoding: .utf8)
  }

  /// An experiment on this world, with changes.
  func experiment(_ changes: [String: String] = [:]) throws -> Experiment {
    var experiment = Experiment()
    let settings = [
      "encoder.path": folder.appending(path: "encoder").path,
      "data.path": folder.appending(path: "panx").path, "adapter.reductionFactor": "2",
      "priming.languages": "aa,bb", "priming.steps": "4", "priming.inner.steps": "2",
      "priming.inner.batchSize": "4", "priming.outer.batchSize": "4",
      "priming.outer.learningRate": "0.001", "evaluation.every": "2", "tuning.languages": "cc",
      "tuning.sentences": "16", "tuning.epochs": "3", "tuning.batchSize": "8",
      "tuning.learningRate": "0.01",
    ].merging(changes) { $1 }
    for (key, value) in settings { try experiment.set(key, to: value) }
    return experiment
  }

  /// The folder `runs/<name>` with an experiment in it.
  @discardableResult
  func runFolder(_ experiment: Experiment, name: String = "3") throws -> RunFolder {
    let run = RunFolder(folder.appending(path: "runs/\(name)").path)
    try FileManager.default.createDirectory(atPath: run.path, withIntermediateDirectories: true)
    try AtomicFile.write(experiment.resolvedToml(), to: run.experiment)
    return run
  }

  /// Carries out an experiment in `runs/<name>` and returns what it told.
  func run(
    _ experiment: Experiment, name: String = "3", primedRun: RunExecutor.PrimedRun? = nil,
    controls: @escaping () throws -> [Control] = { [] }
  ) throws -> [Event] {
    var events: [Event] = []
    let path = try runFolder(experiment, name: name).path
    let context = try RunContext(
      experiment,
      book: RunBook(
        record: { events.append($0) },
        requests: { try controls().map { ControlRequest(id: "0", control: $0) } }))
    try RunExecutor(folder: path, context: context, primedRun: primedRun).run()
    return events
  }

  /// The file of a run.
  func file(_ path: String, of name: String = "3") -> String {
    folder.appending(path: "runs/\(name)/\(path)").path
  }
}

extension [Event] {
  /// What is the same in two runs of one seed: everything but times.
  var withoutTimes: [Event] {
    compactMap { event in
      switch event {
      case .progress: return nil
      case .evaluation(var result):
        result.seconds = 0
        return .evaluation(result)
      case .checkpoint(let step, _): return .checkpoint(step: step, path: "")
      default: return event
      }
    }
  }

  var evaluations: [EvaluationResult] {
    compactMap { if case .evaluation(let result) = $0 { result } else { nil } }
  }
}

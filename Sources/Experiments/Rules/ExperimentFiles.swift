import Foundation
import NamedEntities

extension Experiment {
  /// What is wrong with the files that the experiment names: paths that lead nowhere, languages
  /// that the corpus lacks.
  ///
  /// It reads folders, and no file.
  ///
  /// - Parameter near: The experiment's file; relative paths may be relative to it.
  package func fileProblems(near: String?) -> [ExperimentError] {
    let isPretraining = self[Settings.kind] == .pretraining
    guard let resolved = try? self.resolved(near: near) else { return [] }
    if isPretraining {
      return Self.missing(Settings.pretrainingText, in: resolved, "a folder of texts").map { [$0] }
        ?? []
    }
    var problems: [ExperimentError] = []
    let encoder = resolved[Settings.encoderPath]
    if let problem = Self.missing(Settings.encoderPath, in: resolved, "a model directory") {
      problems.append(problem)
    } else if !FileManager.default.fileExists(atPath: encoder + "/config.json") {
      problems.append(
        ExperimentError(
          key: Settings.encoderPath.key, problem: "\(encoder) has no config.json",
          expected: "a Hugging Face model directory"))
    }
    return problems + resolved.corpusProblems
  }

  private var corpusProblems: [ExperimentError] {
    let corpus: CorpusFolder
    do {
      corpus = try CorpusFolder(path: self[Settings.dataPath], options: corpusOptions)
    } catch let error as CorpusError {
      return [
        ExperimentError(
          key: Settings.dataPath.key, problem: "\(error.path): \(error.problem)",
          expected: error.expected)
      ]
    } catch {
      return [ExperimentError(key: Settings.dataPath.key, problem: "\(error)")]
    }
    let measuresDev =
      self[Settings.primingMethod] != .none && self[Settings.evaluationEvery] > 0
      && self[Settings.primingSteps] > 0
    var settings = [
      (
        Settings.tuningLanguages,
        [CorpusSplit.train] + (measuresDev ? [.dev] : []) + self[Settings.evaluationSplits]
      )
    ]
    if self[Settings.primingMethod] != .none {
      settings.insert((Settings.primingLanguages, [.train]), at: 0)
    }
    return settings.compactMap { setting, splits in
      let splits = splits.map(\.rawValue)
      for language in self[setting] {
        guard corpus.languages.contains(language) else {
          return ExperimentError(
            key: setting.key, problem: "the corpus has no language ‘\(language)’",
            expected: "some of \(corpus.languages.joined(separator: " "))")
        }
        let there = corpus.splits(of: language)
        if let split = splits.first(where: { !there.contains($0) }) {
          return ExperimentError(
            key: setting.key, problem: "the corpus has no \(split) for ‘\(language)’",
            expected: "languages with "
              + splits.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
              .joined(separator: ", ")
              + (split == "dev" ? ", or set data.devFromTrain to use part of train as dev" : ""))
        }
      }
      return nil
    }
  }

  private static func missing(
    _ setting: Setting<String>, in experiment: Experiment, _ expected: String
  ) -> ExperimentError? {
    let path = experiment[setting]
    if FileManager.default.fileExists(atPath: path) { return nil }
    if setting.key == Settings.encoderPath.key,
      let command = HuggingFaceCache.advice(downloading: path)
    {
      return ExperimentError(
        key: setting.key,
        problem: "\(path) is not there, and not in the Hugging Face cache "
          + "(\(HuggingFaceCache().folder))",
        expected: "\(expected), or the name of a model that was downloaded by \(command)")
    }
    return ExperimentError(
      key: setting.key,
      problem: path.isEmpty ? "there is no path" : "\(path) is not there",
      expected: expected)
  }
}

import Experiments
import Foundation
import LabNotebook
import RunFolders
import NamedEntities
import NotebookScreens
import TestSupport

/// Runs with predictions of ten sentences, of which so many are right.
extension Fixture {
  private static let sentences: [[String]] = [
    ["Ada", "wrote", "the", "first", "program", "."], ["Ada", "lived", "in", "London", "."],
    ["Ada", "met", "Charles", "."], ["Ada", "read", "Euler", "."],
    ["Ada", "wrote", "notes", "."], ["Ada", "played", "the", "harp", "."],
    ["Ada", "wrote", "letters", "to", "Mary", "."], ["Ada", "wrote", "about", "flight", "."],
    ["Ada", "kept", "horses", "."], ["Ada", "counted", "the", "looms", "of", "Lyon", "."],
  ]

  /// Ten sentences with a person at the start, whom a run finds in the first so many and else takes
  /// for a place.
  static func predictions(right: Int) -> [PredictedSentence] {
    sentences.enumerated().map { index, words in
      PredictedSentence(
        words: words, gold: [EntitySpan(type: "PER", words: 0..<1)],
        predicted: [EntitySpan(type: index < right ? "PER" : "LOC", words: 0..<1)])
    }
  }

  /// The result of such predictions.
  static func tenSentences(_ language: String, _ split: String, right: Int) -> EvaluationResult {
    let sentences = predictions(right: right)
    return EvaluationResult(
      language: language, split: split, phase: .tuning, step: 70,
      scores: EntityScores(gold: sentences.map(\.gold), predicted: sentences.map(\.predicted)),
      sentenceCount: 10, cutSentenceCount: 0, seconds: 0.5)
  }

  /// Writes such predictions as a run keeps them.
  static func writePredictions(
    right: Int, _ language: String, _ split: String, runFolder: String
  ) throws {
    try FileManager.default.createDirectory(
      atPath: runFolder + "/predictions", withIntermediateDirectories: true)
    let text = predictions(right: right).map { sentence in
      let gold = TagScheme.encode(sentence.gold, wordCount: sentence.words.count)
      let predicted = TagScheme.encode(sentence.predicted, wordCount: sentence.words.count)
      return zip(sentence.words, zip(gold, predicted))
        .map { "\($0)\t\($1.0)\t\($1.1)\n" }.joined() + "\n"
    }.joined()
    try text.write(
      toFile: Predictions.path(runFolder: runFolder, language: language, split: split),
      atomically: true, encoding: .utf8)
  }

  /// Three runs in a folder that is removed afterwards: #1 primes nothing and is right in 4 of 10
  /// sentences, #2 in 8, #3 in 5; on dev #2 has a result without predictions, or none.
  static func withCompared(
    devOfSecond: Bool = true, _ body: ([RunRecord]) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let plans: [(id: RunID, name: String, right: Int, changes: [String: String])] = [
        (1, "no priming", 4, ["priming.method": "none"]),
        (2, "priming for adapters", 8, ["priming.inner.learningRate": "0.1", "seed": "2"]),
        (3, "priming with one inner step", 5, ["priming.inner.steps": "1"]),
      ]
      let records = try plans.map { plan -> RunRecord in
        var record = run(
          plan.id, plan.name, .finished, plan.changes, started: -4000, finished: -3700,
          progress: ended,
          results: [
            tenSentences("hi", "dev", right: plan.right),
            tenSentences("hi", "test", right: plan.right),
            tenSentences("af", "test", right: plan.right),
          ])
        if plan.id == 2, !devOfSecond { record.results.removeFirst() }
        record.folder = folder.appending(path: "\(plan.id)").path
        for (language, split) in [("hi", "dev"), ("hi", "test"), ("af", "test")]
        where !(plan.id == 2 && split == "dev") {
          try writePredictions(
            right: plan.right, language, split, runFolder: record.folder)
        }
        return record
      }
      try body(records)
    }
  }

  /// Answers the comparisons among the effects as the analyst would.
  static func answer(_ state: inout AppState, _ effects: [Effect]) {
    for case .analyse(.compare(let question)) in effects {
      let runs = question.runs.compactMap { state.runs.record($0.id) }
      guard let control = runs.firstIndex(where: { $0.id == question.control }) else { continue }
      let comparison = RunComparison(
        runs, control: control, bootstrap: PairedBootstrap(resamples: 2000))
      script(
        &state, [.compared(ComparisonAnswer(question: question, comparison: comparison))])
    }
  }
}

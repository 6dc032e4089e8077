import Experiments
import Foundation
import LabNotebook
import NamedEntities
import NotebookSupport
import RunFolders
import TestSupport
import Testing

@Suite struct RunComparisonTests {
  /// Four sentences of one word, `PER` each; a run finds the first `right` of them.
  private func tags(right: Int, of count: Int = 4) -> [String] {
    (0..<count).map { $0 < right ? "B-PER" : "O" }
  }

  @Test func `settings that differ are told, names are not`() throws {
    try withTemporaryFolder { folder in
      var other = Experiment()
      try other.set("name", to: "other")
      try other.set("priming.steps", to: "7")
      let comparison = RunComparison([
        try run(1, in: folder, [:]), try run(2, in: folder, [:], experiment: other),
      ])
      #expect(comparison.settings.map(\.key) == ["priming.steps"])
      #expect(comparison.settings.first?.values == [.integer(300), .integer(7)])
      #expect(comparison.tests.isEmpty && comparison.means.isEmpty)
    }
  }

  @Test func `differences are those of F1, tested on the sentences of both`() throws {
    try withTemporaryFolder { folder in
      let comparison = RunComparison([
        try run(1, in: folder, ["hi": tags(right: 0), "af": tags(right: 4)]),
        try run(2, in: folder, ["hi": tags(right: 4), "af": tags(right: 4)]),
      ])
      #expect(comparison.problems.isEmpty, "\(comparison.problems)")
      let hi = try #require(comparison.tests.first { $0.language == "hi" })
      #expect(hi.results[0].difference == nil)
      #expect(hi.results[1].difference == 1)
      #expect(hi.results[1].bootstrap?.lower == 1)
      #expect(hi.results[1].changes?.map(\.change) == [.fixed, .fixed, .fixed, .fixed])
      #expect(hi.results[0].errors?.missed == 4)
      let mean = try #require(comparison.means.first)
      #expect(mean.results.map { $0?.f1 } == [0.5, 1])
      #expect(mean.results[1]?.difference == 0.5)
      #expect(mean.results[1]?.bootstrap?.isBeyondNoise == true)
    }
  }

  @Test func `the control may be any of the runs`() throws {
    try withTemporaryFolder { folder in
      let comparison = RunComparison(
        [
          try run(1, in: folder, ["hi": tags(right: 4)]),
          try run(2, in: folder, ["hi": tags(right: 0)]),
        ], control: 1)
      #expect(comparison.tests[0].results.map(\.difference) == [1, nil])
    }
  }

  @Test func `the mean is over the languages that each run with results has`() throws {
    try withTemporaryFolder { folder in
      let all = ["hi": tags(right: 2), "af": tags(right: 2), "nl": tags(right: 4)]
      let comparison = RunComparison([
        try run(1, in: folder, all), try run(2, in: folder, all.filter { $0.key != "nl" }),
        try run(3, in: folder, [:]),
      ])
      let mean = try #require(comparison.means.first)
      #expect(Set(mean.languages) == ["hi", "af"])
      #expect(mean.results[0]?.f1 == mean.results[1]?.f1)
      #expect(mean.results[2] == nil)
    }
  }

  @Test func `other sentences are named, and leave the difference without an interval`() throws {
    try withTemporaryFolder { folder in
      let comparison = RunComparison([
        try run(1, in: folder, ["hi": tags(right: 0)]),
        try run(2, in: folder, ["hi": tags(right: 4)], word: { $0 == 2 ? "other" : "w\($0)" }),
        try run(3, in: folder, ["hi": tags(right: 5, of: 5)]),
      ])
      #expect(
        comparison.problems == [
          "sentence 3 of hi test is not the same in #1 and #2",
          "sentence 5 of hi test is not the same in #1 and #3",
        ])
      #expect(comparison.tests[0].results[1].difference == 1)
      #expect(comparison.tests[0].results[1].bootstrap == nil)
      #expect(comparison.tests[0].results[1].changes == nil)
    }
  }

  @Test func `predictions that are gone, or not those that were scored, are told`() throws {
    try withTemporaryFolder { folder in
      let control = try run(1, in: folder, ["hi": tags(right: 0)])
      let gone = try run(2, in: folder, ["hi": tags(right: 4)])
      try FileManager.default.removeItem(atPath: gone.folder)
      let changed = try run(3, in: folder, ["hi": tags(right: 4)])
      try "w0\tB-PER\tB-LOC\n\n".write(
        toFile: Predictions.path(runFolder: changed.folder, language: "hi", split: "test"),
        atomically: true, encoding: .utf8)
      let comparison = RunComparison([control, gone, changed])
      #expect(comparison.problems.count == 2)
      #expect(comparison.problems[0].contains("there is no such file"))
      #expect(
        comparison.problems[1] == "#3's predictions of hi test are not those it was scored on")
      #expect(comparison.tests[0].results.map(\.difference) == [nil, 1, 1])
      #expect(comparison.tests[0].results.map { $0.errors == nil } == [false, true, true])
    }
  }

  @Test func `only the languages and splits asked for are compared`() throws {
    try withTemporaryFolder { folder in
      let runs = try [1, 2].map {
        try run($0, in: folder, ["hi": tags(right: 1), "af": tags(right: 2)])
      }
      #expect(RunComparison(runs, languages: ["af"]).tests.map(\.language) == ["af"])
      #expect(RunComparison(runs, splits: ["dev"]).tests.isEmpty)
      #expect(RunComparison(runs, splits: ["test"]).tests.count == 2)
    }
  }

  /// A finished run with results and predictions on test, sentences of one word.
  private func run(
    _ id: RunID, in folder: URL, _ predicted: [String: [String]],
    experiment: Experiment = Experiment(), word: (Int) -> String = { "w\($0)" }
  ) throws -> RunRecord {
    let path = folder.appending(path: "runs/\(id)").path
    try FileManager.default.createDirectory(
      atPath: path + "/predictions", withIntermediateDirectories: true)
    var results: [EvaluationResult] = []
    for (language, tags) in predicted.sorted(by: { $0.key > $1.key }) {
      let text = tags.enumerated().map { "\(word($0))\tB-PER\t\($1)\n\n" }.joined()
      let file = Predictions.path(runFolder: path, language: language, split: "test")
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      results.append(
        EvaluationResult(
          language: language, split: "test", phase: .tuning, step: 1,
          scores: EntityScores(
            gold: tags.map { _ in entitySpans(ofTags: ["B-PER"]) },
            predicted: tags.map { entitySpans(ofTags: [$0]) }),
          sentenceCount: tags.count, cutSentenceCount: 0, seconds: 0))
    }
    return RunRecord(
      id: id, name: "run \(id)", state: .finished, experiment: experiment, created: Date(),
      started: nil, finished: nil, heartbeat: nil, processID: nil, host: nil, error: nil,
      progress: nil, results: results, folder: path, note: "", starred: false, archived: false)
  }
}

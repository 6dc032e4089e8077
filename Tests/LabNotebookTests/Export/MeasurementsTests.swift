import Experiments
import Foundation
import LabNotebook
import NamedEntities
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// What is written of a run for other programs: long tables, JSON lines, tables of scores.
@Suite struct MeasurementsTests {
  /// A finished run of two points of loss, of which one diverged, and one evaluation of nl.
  private func withRun(
    _ name: String = "a, \"b\"", _ body: (Notebook, RunRecord) throws -> Void
  ) throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(experiment(name))
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      for (step, loss) in [(1, 0.1), (2, Double.nan)] {
        try recorder.record(
          .trainingStep(
            phase: .tuning, language: "nl", step: step, loss: loss, gradientNorm: 3,
            learningRate: 1e-5))
      }
      try recorder.record(.innerStep(step: 1, task: 0, language: "en", innerStep: 1, loss: 2))
      try recorder.record(.evaluation(result("nl", "test", right: 5)))
      try recorder.record(.evaluation(result("hi", "test", right: 10)))
      try recorder.finish(state: .finished, error: nil)
      try body(notebook, try #require(try notebook.run(id)))
    }
  }

  private func csv(_ measured: Measurements) -> [[String]] {
    var rows: [[String]] = []
    measured.eachCSVLine {
      rows.append($0.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    }
    return rows
  }

  @Test func `the long table has a row for each point and each score, told apart by columns`()
    throws
  {
    try withRun { notebook, run in
      let rows = csv(try Measurements(notebook, run: run))
      #expect(
        rows.first == [
          "record", "name", "phase", "language", "split", "type", "step", "value", "time", "task",
          "innerStep",
        ])
      #expect(rows.allSatisfy { $0.count == 11 })
      let losses = rows.filter { $0[1] == "tuning/nl/loss" }.map { $0.dropLast(3) }
      #expect(
        losses == [
          ["metric", "tuning/nl/loss", "tuning", "nl", "", "", "1", "0.1"],
          ["metric", "tuning/nl/loss", "tuning", "nl", "", "", "2", "nan"],
        ])
      let inner = rows.filter { $0[1] == "inner/en/loss" }
      #expect(
        inner.map { $0.dropLast(3) } == [
          ["metric", "inner/en/loss", "priming", "en", "", "", "1", "2"]
        ])
      #expect(inner.map { $0.suffix(2) } == [["1", "1"]])
      // Half of ten persons found, the others taken for places.
      let scores = rows.filter { $0[0] == "evaluation" && $0[3] == "nl" }
      func value(_ name: String, _ type: String) -> String? {
        scores.first { $0[1] == name && $0[5] == type }?[7]
      }
      #expect(value("f1", "") == "0.5" && value("support", "") == "10")
      #expect(value("precision", "PER") == "1" && value("recall", "PER") == "0.5")
      #expect(value("predicted", "LOC") == "5" && value("seconds", "") == "0.5")
      #expect(scores.allSatisfy { $0[2] == "tuning" && $0[4] == "test" && $0[6] == "70" })
    }
  }

  @Test func `times are those of the notebook, in UTC and with their thousandths`() throws {
    try withRun { notebook, run in
      let key = SeriesKey(.innerLoss, language: "en")
      let point = try #require(try notebook.metrics(run.id, series: key).first)
      let text = try #require(
        csv(try Measurements(notebook, run: run)).first { $0[1] == "inner/en/loss" }?[8])
      let time = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
      #expect(abs(time.timeIntervalSince(point.time)) < 0.001)
      #expect(text.hasSuffix("Z"))
    }
  }

  @Test func `one language alone keeps what belongs to no language`() throws {
    try withRun { notebook, run in
      let rows = csv(try Measurements(notebook, run: run, language: "hi"))
      #expect(Set(rows.dropFirst().map { $0[3] }) == ["hi"])
      #expect(rows.contains { $0[1] == "f1/hi/test" })
      #expect(!rows.contains { $0[1].hasPrefix("tuning/nl") })
    }
  }

  @Test func `two tasks of one step are told apart in every format`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(Experiment())
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      for (task, loss) in [(0, 3.0), (1, 4.0)] {
        for step in 1...2 {
          try recorder.record(
            .innerStep(
              step: 7, task: task, language: "en", innerStep: step, loss: loss / Double(step)))
        }
      }
      let tasks = [3.0, 4.0].map {
        TaskLosses(language: "en", outer: $0 / 4, inner: [$0, $0 / 2])
      }
      try recorder.record(
        .outerStep(step: 7, tasks: tasks, loss: 0.9, gradientNorm: 1, learningRate: 1e-5))
      try recorder.finish(state: .finished, error: nil)
      let measured = try Measurements(notebook, run: try #require(try notebook.run(id)))
      let rows = csv(measured).filter { ["inner/en/loss", "outer/en/loss"].contains($0[1]) }
        .map { "\($0[1]) \($0[3]) \($0[6]) \($0[7]) \($0[9]) \($0[10])" }
      #expect(
        rows == [
          "inner/en/loss en 7 3 1 1", "inner/en/loss en 7 1.5 1 2", "inner/en/loss en 7 4 2 1",
          "inner/en/loss en 7 2 2 2", "outer/en/loss en 7 0.75 1 ", "outer/en/loss en 7 1 2 ",
        ])
      var lines: [String] = []
      try measured.eachJSONLine { lines.append($0) }
      let second = lines.filter { $0.contains("\"inner/en/loss\"") && $0.contains("\"task\":2") }
      #expect(second.count == 2 && second.allSatisfy { $0.contains("\"innerStep\":") })
      let file = String(decoding: EventFile(measured).data, as: UTF8.self)
      for tag in ["inner/en/loss/task1/step2", "inner/en/loss/task2/step2", "outer/en/loss/task2"] {
        #expect(file.contains(tag))
      }
    }
  }

  @Test func `JSON lines are the run, its points and its evaluations`() throws {
    try withRun { notebook, run in
      var lines: [[String: Any]] = []
      try Measurements(notebook, run: run).eachJSONLine { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        lines.append(try #require(object))
      }
      #expect(lines.first?["name"] as? String == "a, \"b\"")
      let settings = try #require(lines.first?["settings"] as? [String: String])
      #expect(settings["priming.inner.steps"] == "5" && settings.count == Settings.all.count)
      let losses = lines.filter { $0["name"] as? String == "tuning/nl/loss" }
      #expect(losses.map { $0["step"] as? Int } == [1, 2])
      #expect(losses.first?["value"] as? Double == 0.1)
      #expect(losses.last?["value"] as? String == "nan")
      let evaluations = lines.filter { $0["record"] as? String == "evaluation" }
      #expect(evaluations.map { $0["language"] as? String } == ["nl", "hi"])
      let micro = try #require(evaluations.first?["micro"] as? [String: Any])
      #expect(micro["f1"] as? Double == 0.5 && micro["support"] as? Int == 10)
    }
  }

  @Test func `the table of scores has a row for each language and split, and the mean`() throws {
    try withRun("a | b") { _, run in
      let table = try #require(ScoreTable(run))
      #expect(
        table.markdown == """
          Run #1 a \\| b: maml, 300 steps; tuned adapter+head; seed 1

          | language | split | precision | recall | F1 | support | sentences |
          |---|---|---:|---:|---:|---:|---:|
          | nl | test | 50.0 | 50.0 | 50.0 | 10 | 10 |
          | hi | test | 100.0 | 100.0 | 100.0 | 10 | 10 |
          | mean | test |  |  | 75.0 |  |  |

          """)
      let alone = try #require(ScoreTable(run, language: "hi"))
      #expect(!alone.markdown.contains("| nl |") && !alone.markdown.contains("| mean |"))
      #expect(ScoreTable(run, language: "de") == nil)
    }
  }

  @Test func `in LaTeX what has a meaning there is written so that it is shown`() throws {
    try withRun("50% of a_b & c\\d") { _, run in
      let latex = try #require(ScoreTable(run)).latex
      #expect(latex.contains("Run \\#1 50\\% of a\\_b \\& c\\textbackslash{}d"))
      #expect(latex.contains("  nl & test & 50.0 & 50.0 & 50.0 & 10 & 10 \\\\\n"))
      #expect(
        latex.contains("\n\\begin{table}\n") && latex.contains("\n  \\toprule\n")
          && latex.hasSuffix("\\end{table}\n"))
    }
  }
}

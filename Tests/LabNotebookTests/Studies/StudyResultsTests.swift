import Experiments
import Foundation
import LabNotebook
import NamedEntities
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// A study whose runs are recorded by hand: predictions of ten one-word sentences each.
@Suite struct StudyResultsTests {
  private func study(in folder: URL, _ more: String = "") throws -> Study {
    try "[tuning]\nlanguages = [\"nl\", \"hi\"]\n".write(
      to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
    let file = folder.appending(path: "study.toml")
    try """
    name = "s"
    base = "base.toml"
    seeds = [1, 2]
    control = "none"
    \(more)
    [[method]]
    name = "none"
    set = { "priming.method" = "none" }
    [[method]]
    name = "primed"
    [[tuning]]
    name = "adapter"

    """.write(to: file, atomically: true, encoding: .utf8)
    return try Study.load(path: file.path)
  }

  /// Ten sentences of one entity each, of which the first `right` are found.
  private func write(_ right: Int, to run: RunRecord, _ language: String) throws {
    let folder = run.folder + "/predictions"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let lines = (0..<10).map { "w\($0)\tB-PER\t\($0 < right ? "B-PER" : "B-LOC")\n\n" }
    try lines.joined().write(
      toFile: folder + "/\(language).test.conll", atomically: true, encoding: .utf8)
  }

  /// Queues and finishes every run of the study; `right` says how many each finds.
  private func finish(
    _ study: Study, _ notebook: Notebook, right: (Study.Cell, String) -> Int
  ) throws -> [StudyResults.Entry] {
    try study.cells().map { cell in
      let id = try notebook.enqueue(cell.experiment)
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      for language in ["nl", "hi"] {
        try recorder.record(
          .evaluation(result(language, "test", right: right(cell, language))))
      }
      try recorder.finish(state: .finished, error: nil)
      let run = try #require(try notebook.run(id))
      for language in ["nl", "hi"] { try write(right(cell, language), to: run, language) }
      return StudyResults.Entry(cell: cell, run: run)
    }
  }

  @Test func `the table has means, deviations and differences from the control`() throws {
    try withNotebook { notebook in
      let study: Study = try withTemporaryFolder { try self.study(in: $0) }
      // The control finds 4 and 6 of ten in nl, the other 9 and 9; in hi both find 5.
      let entries = try finish(study, notebook) { cell, language in
        if language == "hi" { return 5 }
        return cell.method == "none" ? (cell.seed == 1 ? 4 : 6) : 9
      }
      let results = try StudyResults(study: study, split: "test", entries: entries)
      #expect(results.rows.map(\.method) == ["none", "primed"])
      #expect(results.rows.allSatisfy { $0.finished == 2 })
      let control = results.rows[0].scores
      #expect(control.map(\.column.name) == ["nl", "hi", "mean"])
      expectClose([control[0].f1?.mean ?? 0], [50])
      expectClose([control[0].f1?.deviation ?? 0], [Double(200).squareRoot()])  // 40 and 60
      expectClose([control[2].f1?.mean ?? 0], [50])
      #expect(control.allSatisfy { $0.difference == nil })
      let primed = results.rows[1].scores
      expectClose([primed[0].difference?.difference ?? 0], [0.4])
      expectClose([primed[1].difference?.difference ?? 1], [0])
      expectClose([primed[2].difference?.difference ?? 0], [0.2])
      #expect(primed[0].difference?.isBeyondNoise == true)
      #expect(primed[1].difference?.isBeyondNoise == false)
      #expect(results.problems.isEmpty)
    }
  }

  /// Nine and one of ten sentences against five: better and worse beyond the noise.
  @Test(arguments: [(9, "▲", "uparrow"), (1, "▼", "downarrow"), (5, "", "")])
  func `only the best beyond the noise is bold, and a mark says which way a difference goes`(
    right: Int, mark: String, arrow: String
  ) throws {
    try withNotebook { notebook in
      let study: Study = try withTemporaryFolder { try self.study(in: $0) }
      let entries = try finish(study, notebook) { cell, _ in cell.method == "none" ? 5 : right }
      let results = try StudyResults(study: study, split: "test", entries: entries)
      let (markdown, latex) = (results.markdown(), results.latex())
      #expect(markdown.contains("**") == (right == 9) && latex.contains("mathbf") == (right == 9))
      let table = markdown.split(separator: "\n").filter { $0.hasPrefix("| primed") }
      #expect(table.first?.contains("▲") == (mark == "▲"), "\(markdown)")
      #expect(table.first?.contains("▼") == (mark == "▼"), "\(markdown)")
      #expect(latex.contains("uparrow") == (arrow == "uparrow"), "\(latex)")
      #expect(latex.contains("downarrow") == (arrow == "downarrow"), "\(latex)")
      #expect(results.csv().contains(",yes") == (right != 5))
      #expect(results.resampled == "seeds and test sentences")
      #expect(markdown.contains("by a paired bootstrap over seeds and test sentences"))
    }
  }

  @Test func `LaTeX has the rules of booktabs, and minus signs in math`() throws {
    try withNotebook { notebook in
      let study: Study = try withTemporaryFolder { try self.study(in: $0) }
      let entries = try finish(study, notebook) { cell, _ in cell.method == "none" ? 5 : 1 }
      let lines = try StudyResults(study: study, split: "test", entries: entries).latex()
        .split(separator: "\n").map(String.init)
      #expect(
        lines[1...5] == [
          "% Needs \\usepackage{booktabs}.", "\\begin{tabular}{llrrrr}", "\\toprule",
          "method & tuning & nl & hi & mean & difference \\\\", "\\midrule",
        ])
      #expect(
        lines[6]
          == "none & adapter & $50.0 \\pm 0.0$ & $50.0 \\pm 0.0$ & $50.0 \\pm 0.0$ & control \\\\")
      #expect(lines[7].contains("$10.0 \\pm 0.0^{\\downarrow}$ & $-40.0\\ [-"), "\(lines[7])")
      #expect(lines[8...] == ["\\bottomrule", "\\end{tabular}"])
    }
  }

  @Test func `a cell without runs is a dash, and missing predictions are said`() throws {
    try withNotebook { notebook in
      let study: Study = try withTemporaryFolder { try self.study(in: $0) }
      let empty = try StudyResults(study: study, split: "test", entries: [])
      #expect(empty.markdown().contains("| primed | adapter | – | – | – | – |"))
      let entries = try finish(study, notebook) { _, _ in 5 }
      try FileManager.default.removeItem(
        atPath: entries[0].run.folder + "/predictions/nl.test.conll")
      let results = try StudyResults(study: study, split: "test", entries: entries)
      #expect(results.rows[1].scores[0].difference == nil)
      #expect(results.rows[1].scores[0].f1?.mean == 50)
      #expect(results.problems.contains { $0.contains("nl.test.conll") })
    }
  }

  // MARK: Budgets

  /// Five inner batches and one query of 16: 96 sentences a step; multi-task reads 16.
  @Test(arguments: [
    ("none", 300, 4800), ("updates", 100, 1600), ("sentences", 600, 9600), ("time", 250, 4000),
  ])
  func `methods are matched by what the study says`(
    match: String, steps: Int, sentences: Int
  ) throws {
    try withTemporaryFolder { folder in
      try "[priming]\nsteps = 100\n".write(
        to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
      let file = folder.appending(path: "study.toml")
      try """
      name = "s"
      base = "base.toml"
      control = "none"
      match = "\(match)"
      matchTo = "maml"
      [[method]]
      name = "none"
      set = { "priming.method" = "none" }
      [[method]]
      name = "multitask"
      set = { "priming.method" = "multitask", "priming.steps" = 300, "priming.outer.warmupSteps" = 30 }
      [[method]]
      name = "maml"
      [[tuning]]
      name = "adapter"

      """.write(to: file, atomically: true, encoding: .utf8)
      let study = try Study.load(path: file.path)
      let times = ["multitask": 0.4, "maml": 1.0]
      let cells = try study.cells(secondsPerStep: times)
      let multitask = try #require(cells.first { $0.method == "multitask" }?.experiment)
      let maml = try #require(cells.first { $0.method == "maml" }?.experiment)
      #expect(PrimingBudget(maml).steps == 100)
      #expect(PrimingBudget(maml).sentences == 9600)
      #expect(PrimingBudget(multitask).steps == steps)
      #expect(PrimingBudget(multitask).sentences == sentences)
      #expect(multitask[Settings.outerWarmupSteps] == steps / 10)
      #expect(try study.needsTiming() == (match == "time"))
      if match == "time" {
        #expect(throws: ExperimentError.self) { try study.cells() }
        #expect(try study.timingRuns().map(\.method) == ["multitask", "maml"])
      }
    }
  }

  @Test func `a grid multiplies the methods by what primes and the tunings by the rest`() throws {
    try withTemporaryFolder { folder in
      let text = """
        [grid]
        "priming.inner.learningRate" = [0.03, 0.1]
        tuning.epochs = [5, 20]
        """
      let study = try study(in: folder, text)
      #expect(
        study.methods.map(\.name) == [
          "none", "primed, learningRate 0.03", "primed, learningRate 0.1",
        ])
      #expect(study.tunings.map(\.name) == ["adapter, epochs 5", "adapter, epochs 20"])
      #expect(try study.cells().count == 3 * 2 * 2)
    }
  }

  /// Of 2, 4 and 9: mean 5, deviation √((9 + 1 + 16) / 2) = √13.
  @Test func `a spread is the mean and the sample's deviation`() throws {
    let spread = try #require(Spread([2, 4, 9]))
    #expect(spread.mean == 5)
    #expect(abs(try #require(spread.deviation) - 13.0.squareRoot()) < 1e-12)
    #expect(Spread([7])?.deviation == nil)
    #expect(Spread([]) == nil)
  }

  // MARK: One primed encoder for several cells

  @Test func `only a finished run with its files and unchanged settings lends its encoder`() throws
  {
    try withNotebook { notebook in
      let plan = try experiment("lender")
      let id = try notebook.enqueue(plan)
      let stored = try #require(try notebook.run(id)).experiment
      #expect(try notebook.primedRun(for: stored) == nil)
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try recorder.finish(state: .finished, error: nil)
      #expect(try notebook.primedRun(for: stored) == nil, "its files are not there")
      let folder = notebook.runFolder(id) + "/primed"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in ["model.safetensors", "adapter.safetensors", "config.json"] {
        try Data().write(to: URL(filePath: "\(folder)/\(file)"))
      }
      #expect(try notebook.primedRun(for: stored)?.id == id)
      #expect(try notebook.primedRun(for: stored, except: id) == nil)
    }
  }

  @Test func `a run with a setting changed on the way lends nothing`() throws {
    try withNotebook { notebook in
      let id = try notebook.enqueue(try experiment("changed"))
      let recorder = try notebook.recorder(for: id)
      try recorder.record(.stateChanged(.running))
      try recorder.record(
        .settingChanged(
          key: "priming.outer.learningRate", old: .number(1), new: .number(2), step: 3))
      try recorder.finish(state: .finished, error: nil)
      let run = try #require(try notebook.run(id))
      try FileManager.default.createDirectory(
        atPath: run.folder + "/primed", withIntermediateDirectories: true)
      for file in ["model.safetensors", "adapter.safetensors", "config.json"] {
        try Data().write(to: URL(filePath: "\(run.folder)/primed/\(file)"))
      }
      #expect(try notebook.primedRun(for: run.experiment) == nil)
    }
  }
}

@Suite struct PredictionsTests {
  @Test func `predictions are read with their entities`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "nl.test.conll")
      try "Ada\tB-PER\tB-PER\nLovelace\tI-PER\tO\n\nRome\tB-LOC\tB-ORG\n".write(
        to: file, atomically: true, encoding: .utf8)
      let sentences = try Predictions.read(file.path)
      #expect(sentences.map(\.words) == [["Ada", "Lovelace"], ["Rome"]])
      #expect(sentences[0].gold == [EntitySpan(type: "PER", words: 0..<2)])
      #expect(sentences[0].predicted == [EntitySpan(type: "PER", words: 0..<1)])
      #expect(sentences[1].counts == SentenceCounts(correct: 0, predicted: 1, gold: 1))
    }
  }

  @Test(arguments: [("Ada\tB-PER\n", 1), ("a\tO\tO\n\nb\tO\tO\tO\n", 3), ("a\t\tO\n", 1)])
  func `a damaged line is an error with its number`(text: String, line: Int) throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "nl.test.conll")
      try text.write(to: file, atomically: true, encoding: .utf8)
      let error = try #require(throws: CorpusError.self) { try Predictions.read(file.path) }
      #expect(error.line == line)
    }
  }

  @Test func `a missing file is an error in words`() {
    #expect(throws: CorpusError.self) { try Predictions.read("/nowhere/nl.test.conll") }
  }
}

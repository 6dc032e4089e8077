import Experiments
import Foundation
import FoundationXML
import LabNotebook
import NamedEntities
import NotebookSupport
import RunFolders
import TestSupport
import Testing

@testable import Reports

@Suite struct ReportContentTests {
  private static let start = 1_764_000_000.0

  /// A notebook whose time stands still, in a folder that is removed afterwards.
  private func withBook(_ body: (Notebook, URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let clock = NotebookClock(now: { Self.start }, steady: { 0 })
      let book = try Notebook.open(folder: folder.appending(path: "book").path, clock: clock)
      try body(book, folder)
    }
  }

  /// Writes a finished run of two languages that finds the person in so many of ten sentences.
  @discardableResult
  private func record(
    _ experiment: Experiment, right: [String: Int], study: String = "", in book: Notebook
  ) throws -> RunID {
    let id = try book.enqueue(experiment, study: study)
    let recorder = try book.recorder(for: id)
    try recorder.record(
      .started(processID: 7, host: "lab", threads: 2, engine: "Primer on libtorch"))
    try recorder.record(.stateChanged(.running))
    try recorder.record(.phase(.priming, language: nil))
    for step in 1...6 {
      try recorder.record(
        .outerStep(
          step: step, tasks: [], loss: 2 / Double(step), gradientNorm: 1, learningRate: 1e-3))
    }
    try recorder.record(.phase(.tuning, language: "hi"))
    for (language, right) in right.sorted(by: { $0.key < $1.key }) {
      let gold = (0..<10).map { _ in [EntitySpan(type: "PER", words: 0..<1)] }
      let predicted = (0..<10).map { index in
        [EntitySpan(type: index < right ? "PER" : "LOC", words: 0..<1)]
      }
      let result = EvaluationResult(
        language: language, split: "test", phase: .tuning, step: 70,
        scores: EntityScores(gold: gold, predicted: predicted), sentenceCount: 10,
        cutSentenceCount: 0, seconds: 0.5)
      try recorder.record(.evaluation(result))
      let path = Predictions.path(
        runFolder: book.runFolder(id), language: language, split: "test")
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      let text = (0..<10).map { "Ada\tB-PER\t\($0 < right ? "B-PER" : "B-LOC")\nwrote\tO\tO\n\n" }
      try text.joined().write(toFile: path, atomically: true, encoding: .utf8)
    }
    try recorder.flush()
    try recorder.finish(state: .finished, error: nil)
    return id
  }

  private func experiment(_ name: String, _ changes: [String: String] = [:]) throws -> Experiment {
    var experiment = Experiment()
    try experiment.set("name", to: name)
    try experiment.set("tuning.languages", to: "hi,af")
    try experiment.set("evaluation.splits", to: "test")
    for (key, value) in changes { try experiment.set(key, to: value) }
    return experiment
  }

  /// A report's text without what another folder would make different.
  private func plain(_ text: String, _ folder: URL) -> String {
    text.replacing(folder.path, with: "/tmp/x").replacing(packageFolder.path, with: "/primer")
      .replacing(packageFolder.resolvingSymlinksInPath().path, with: "/primer")
  }

  private func expectWellFormed(_ html: String, sourceLocation: SourceLocation = #_sourceLocation) {
    // But for elements that have no end the page is XML.
    let text = html.replacing(/<(meta|br|hr)([^>]*)>/) { "<\($0.1)\($0.2)/>" }
      .replacing("<!DOCTYPE html>\n", with: "")
    let parser = XMLParser(data: Data(text.utf8))
    #expect(
      parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))",
      sourceLocation: sourceLocation)
  }

  @Test func `the report of two runs has their F1, the difference, settings and notes`() throws {
    try withBook { book, folder in
      try record(
        experiment("no priming", ["priming.method": "none"]), right: ["hi": 2, "af": 5], in: book)
      let second = try record(
        experiment("priming <b>", ["seed": "2"]), right: ["hi": 9, "af": 5], in: book)
      try book.setNote(
        second, "Read **this**:\n\n- one\n- `two`\n\n| a | b |\n|---|---|\n| 1 | <2> |")
      try book.setPage(
        "ours", "# Hypothesis\nIt pays.\n# Conclusion\nIn Hindi it does.\n# Setting\nTen sentences."
      )
      let page = try book.pages().first
      func make() throws -> Report {
        try RunsReport(
          try book.runs(), page: page, in: book, bootstrap: PairedBootstrap(resamples: 500)
        ).report()
      }
      let report = try make()
      let html = plain(report.html, folder)
      expectWellFormed(html)
      #expect(html == plain(try make().html, folder))
      #expect(!html.lowercased().contains(">nan<"))
      // hi 20 → 90, af 50 → 50: the means are 35 and 70.
      #expect(report.summary[0] == "Mean F1 on test of #1 no priming: 35.0 (control).")
      #expect(report.summary[1].hasPrefix("Mean F1 on test of #2 priming <b>: 70.0, +35.0 ["))
      #expect(report.summary[1].hasSuffix("] ▲, significant."))
      try expectGolden(html, "two-runs.html")
      try expectGolden(plain(report.markdown, folder), "two-runs.md")
    }
  }

  @Test func `the report of one run needs no control`() throws {
    try withBook { book, folder in
      try record(experiment("alone"), right: ["hi": 2, "af": 5], in: book)
      let report = try RunsReport(try book.runs(), in: book).report()
      expectWellFormed(report.html)
      #expect(report.title == "Run #1: alone")
      #expect(report.summary[0] == "Mean F1 on test 35.0 (af, hi).")
      let titles = report.sections.map(\.title)
      for title in ["The run", "F1 by language", "F1 by entity type", "Errors by kind", "Curves"] {
        #expect(titles.contains(title))
      }
      #expect(!titles.contains("Hypothesis"))
      #expect(plain(report.markdown, folder).contains("| test | af | 0.0 (0) | 66.7 (10) |"))
    }
  }

  @Test func `a run that has measured nothing yet has a report`() throws {
    try withBook { book, _ in
      _ = try book.enqueue(try experiment("waits"))
      let report = try RunsReport(try book.runs(), in: book).report()
      expectWellFormed(report.html)
      #expect(report.summary == ["Primed (maml) on en de; tuned (adapter+head) on hi af; queued."])
    }
  }

  @Test func `the report of a study says what is unfinished`() throws {
    try withBook { book, folder in
      try experiment("base").toml().write(
        to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
      let file = folder.appending(path: "study.toml")
      try """
      name = "does <it> pay?"
      base = "base.toml"
      seeds = [1, 2]
      control = "no priming"
      [[method]]
      name = "no priming"
      set = { "priming.method" = "none" }
      [[method]]
      name = "priming"
      [[method]]
      name = "one inner step"
      set = { "priming.inner.steps" = 1 }
      [[tuning]]
      name = "adapter"

      """.write(to: file, atomically: true, encoding: .utf8)
      let study = try Study.load(path: file.path)
      for cell in try study.cells() where cell.method != "one inner step" {
        let hi = cell.method == "priming" ? 8 + cell.seed : 2
        try record(cell.experiment, right: ["hi": hi, "af": 5], study: study.name, in: book)
      }
      let report = try StudyReport(
        study, near: file.path, in: book, bootstrap: PairedBootstrap(resamples: 500)
      ).report()
      let html = report.html
      expectWellFormed(html)
      #expect(report.title == "Study: does <it> pay?")
      // hi 20 and 20, af 50: 35.0; hi 90 and 100, af 50: 70 and 75.
      #expect(
        report.summary[0].hasPrefix("Best is priming with mean F1 72.5 ± 3.5, +37.5 ["))
      #expect(
        report.summary[0].hasSuffix("from no priming with 35.0 ± 0.0: a significant gain."))
      #expect(
        report.summary[1]
          == "Unfinished: 4 of 6 runs have finished; the numbers are of these.")
      #expect(html.contains("not started"))
      #expect(html.contains("Not written yet."))
      #expect(!html.lowercased().contains("nan<"))
      #expect(report.markdown.contains("| one inner step | – | – | – | 0/2 |"))
    }
  }

  @Test func `a study of which nothing has run has a report`() throws {
    try withBook { book, folder in
      try experiment("base").toml().write(
        to: folder.appending(path: "base.toml"), atomically: true, encoding: .utf8)
      let file = folder.appending(path: "study.toml")
      try """
      name = "new"
      base = "base.toml"
      seeds = [1]
      control = "priming"
      [[method]]
      name = "priming"
      [[tuning]]
      name = "adapter"

      """.write(to: file, atomically: true, encoding: .utf8)
      let report = try StudyReport(
        try Study.load(path: file.path), near: file.path, in: book
      ).report()
      expectWellFormed(report.html)
      #expect(
        report.summary == ["Unfinished: 0 of 1 runs have finished; the numbers are of these."])
    }
  }
}

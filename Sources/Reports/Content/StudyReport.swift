package import Experiments
import Foundation
package import LabNotebook
package import NamedEntities
import NotebookScreens
import RunFolders

/// Makes the report of a study: its table, with what is not there yet.
package struct StudyReport {
  private let facts: RunFacts
  private let study: Study
  private let results: StudyResults
  private let cells: [(cell: Study.Cell, run: RunRecord?)]
  private let page: PageParts
  private let pageName: String

  /// Reads a study and what the notebook has of it.
  ///
  /// - Parameters:
  ///   - path: The study's file; relative paths may be relative to it.
  ///   - split: The split that is compared; nil: test where it is evaluated, else the first.
  /// - Throws: An `ExperimentError` while methods that are matched by time have not been timed.
  package init(
    _ study: Study, near path: String?, split: String? = nil, page: Page? = nil,
    in notebook: Notebook, bootstrap: PairedBootstrap = PairedBootstrap()
  ) throws {
    self.study = study
    let splits = study.base[Settings.evaluationSplits].map(\.rawValue)
    let chosen = split ?? (splits.contains("test") ? "test" : splits.first ?? "test")
    cells = try study.entries(in: notebook, near: path)
    let entries = try cells.compactMap { entry in
      try entry.run.map { try StudyResults.Entry(cell: entry.cell, run: $0, in: notebook) }
    }
    results = try StudyResults(study: study, split: chosen, entries: entries, bootstrap: bootstrap)
    facts = RunFacts(notebook: notebook, runs: cells.compactMap(\.run))
    self.page = PageParts(page?.text ?? "")
    pageName = Self.pageName(of: study.name)
  }

  /// The page of the notebook that a study's hypothesis and conclusion are written on.
  package static func pageName(of study: String) -> String { String(study.prefix(80)) }

  /// The report.
  package func report() throws -> Report {
    Report(
      title: "Study: \(study.name)", summary: summary,
      sections: [
        Report.Section("Hypothesis", written(page.hypothesis, "Hypothesis")),
        Report.Section("F1 on \(results.split)", scores),
        Report.Section("Conclusion", written(page.conclusion, "Conclusion")),
        Report.Section("F1 by entity type", types),
        Report.Section("Curves", try curves()),
        Report.Section("Methods and their budgets", try methods()),
        Report.Section("Runs", runs),
        Report.Section(
          "Machine and versions",
          [try facts.machines(), facts.origins].compactMap { $0.map(Report.Block.table) }),
        Report.Section(
          "Notes", (page.rest.isEmpty ? [] : [.prose(page.rest)]) + facts.notes),
        Report.Section("To repeat it", repetition),
      ])
  }

  /// Whether there is more than one tuning, so that tables have a column for it.
  private var hasTunings: Bool { study.tunings.count > 1 }

  /// The first columns of a table of methods.
  private var firstColumns: [ReportTable.Column] {
    [.text("method")] + (hasTunings ? [.text("tuning")] : [])
  }

  /// The first cells of a row.
  private func firstCells(_ row: StudyResults.Row, _ suffix: String = "") -> [ReportTable.Cell] {
    [.init(row.method + suffix)] + (hasTunings ? [.init(row.tuning)] : [])
  }

  /// What somebody wrote, or where it is to be written.
  private func written(_ text: String, _ heading: String) -> [Report.Block] {
    if !text.isEmpty { return [.prose(text)] }
    return [
      .paragraph(
        "Not written yet. It stands under the heading “\(heading)” of the notebook's page "
          + "“\(pageName)”.")
    ]
  }

  // MARK: Summary

  private var summary: [String] {
    var lines: [String] = []
    for tuning in study.tunings {
      let rows = results.rows.filter { $0.tuning == tuning.name }
      let others = rows.filter { !$0.isControl }
      guard let control = rows.first(where: \.isControl)?.scores.last?.f1 else { continue }
      let best = others.compactMap { row in row.scores.last?.f1.map { (row, $0) } }
        .max { $0.1.mean < $1.1.mean }
      let name = hasTunings ? "\(tuning.name): " : ""
      guard let (row, f1) = best else {
        lines.append("\(name)Mean F1 \(Self.points(control)) of \(results.control).")
        continue
      }
      let verdict: String
      if let found = row.scores.last?.difference {
        let text = BootstrapText(difference: found.difference, bootstrap: found)
        verdict =
          ", \(text.text) from \(results.control) with \(Self.points(control)): "
          + (text.isBeyondNoise
            ? "a significant \(text.isGain ? "gain" : "loss")" : "not significant")
      } else {
        verdict = "; \(results.control) has \(Self.points(control))"
      }
      lines.append("\(name)Best is \(row.method) with mean F1 \(Self.points(f1))\(verdict).")
    }
    let done = cells.count { $0.run?.state == .finished }
    if done < cells.count {
      lines.append(
        "Unfinished: \(done) of \(cells.count) runs have finished; the numbers are of these.")
    }
    return lines
  }

  private static func points(_ spread: Spread?) -> String { StudyResults.points(spread) }

  // MARK: F1

  private var scores: [Report.Block] {
    let columns = results.columns.map { ReportTable.Column.number($0.name) }
    var means = ReportTable(
      firstColumns + columns + [.number("runs")], note: results.caption)
    for row in results.rows {
      let best = Self.best(results.rows.filter { $0.tuning == row.tuning })
      var cells = firstCells(row, row.isControl ? " (control)" : "")
      for (index, score) in row.scores.enumerated() {
        let isBest = score.f1 != nil && score.f1?.mean == best[index]
        cells.append(.init(Self.points(score.f1), isBest ? .best : .plain))
      }
      means.add(cells + [.init("\(row.finished)/\(results.seedCount)")])
    }
    var differences = ReportTable(
      firstColumns + columns,
      note: (["From \(results.control), in points."]
        + results.problems.map { "No interval: \($0)." })
        .joined(separator: " "))
    var plotted: [IntervalPlot.Row] = []
    for row in results.rows where !row.isControl {
      var cells = firstCells(row)
      for score in row.scores {
        let look: ReportTable.Cell.Look =
          score.difference?.isBeyondNoise == true
          ? ((score.difference?.difference ?? 0) > 0 ? .better : .worse) : .plain
        cells.append(.init(StudyResults.text(score).withMinus, look))
      }
      differences.add(cells)
      if let found = row.scores.last?.difference {
        let label = hasTunings ? "\(row.method), \(row.tuning)" : row.method
        plotted.append(.init(label, found))
      }
    }
    var blocks: [Report.Block] = [.table(means)]
    if !plotted.isEmpty {
      blocks.append(
        .intervals(
          IntervalPlot(
            title: "Difference of mean F1 from \(results.control)", axisLabel: "points of F1",
            rows: plotted)))
    }
    return differences.rows.isEmpty ? blocks : blocks + [.table(differences)]
  }

  /// The best mean of each column among some rows; nil where it would be the only one.
  private static func best(_ rows: [StudyResults.Row]) -> [Double?] {
    guard let first = rows.first else { return [] }
    return first.scores.indices.map { index in
      let means = rows.compactMap { $0.scores[index].f1?.mean }
      return means.count > 1 ? means.max() : nil
    }
  }

  /// F1 by type over the entities of all languages together, mean and deviation over the seeds.
  private var types: [Report.Block] {
    func scores(_ run: RunRecord) -> EntityScores? {
      let own = run.results.filter { $0.split == results.split }.map(\.scores)
      return own.count == results.languages.count ? own.reduce(EntityScores(), +) : nil
    }
    let finished = cells.filter { $0.run?.state == .finished }
    let all = finished.compactMap { $0.run.flatMap(scores) }
    let names = Set(all.flatMap(\.types.keys)).sorted()
    guard !names.isEmpty else { return [] }
    var table = ReportTable(
      firstColumns + names.map { .number($0.name) },
      note: "The entities of all languages counted together, in points; mean ± standard deviation "
        + "over the seeds.")
    for row in results.rows {
      let own = finished.filter { $0.cell.method == row.method && $0.cell.tuning == row.tuning }
        .compactMap { $0.run.flatMap(scores) }
      if own.isEmpty { continue }
      table.add(
        firstCells(row)
          + names.map { type in
            .init(Self.points(Spread(own.map { 100 * ($0.types[type] ?? Score()).f1 })))
          })
    }
    return [.table(table)]
  }

  // MARK: Curves

  /// The curves of one run of each method: of the first seed and tuning that has measured anything.
  private func curves() throws -> [Report.Block] {
    var chosen: [(method: String, run: RunRecord)] = []
    for method in study.methods {
      let own = cells.first { entry in
        guard entry.cell.method == method.name, let run = entry.run else { return false }
        return run.state == .finished
      }
      if let run = own?.run { chosen.append((method.name, run)) }
    }
    chosen = Array(chosen.prefix(CompareScreen.largest))
    guard let first = chosen.first else { return [] }
    var histories: [RunID: RunHistory] = [:]
    for (_, run) in chosen { histories[run.id] = try facts.history(of: run) }
    let charts =
      chosen.count == 1
      ? RunCharts.charts(of: first.run, histories[first.run.id] ?? RunHistory())
      : RunCharts.charts(
        of: chosen.map(\.run), histories,
        names: Dictionary(
          chosen.map { ($0.run.id, $0.method) }, uniquingKeysWith: { first, _ in first }))
    if charts.isEmpty { return [] }
    let which = chosen.map { "\($0.method) #\($0.run.id)" }.joined(separator: ", ")
    return [.paragraph("One run of each method: \(which).")] + charts.map(Report.Block.chart)
  }

  // MARK: Methods and runs

  private func methods() throws -> [Report.Block] {
    var settings = ReportTable([.text("method"), .text("settings that differ from the base")])
    for variant in study.methods {
      settings.add([variant.name, Self.words(variant.changes)])
    }
    var tunings = ReportTable([.text("tuning"), .text("settings that differ from the base")])
    for variant in study.tunings { tunings.add([variant.name, Self.words(variant.changes)]) }
    var budgets = ReportTable(
      [
        .text("method"), .number("outer steps"), .number("encoder updates"),
        .number("sentences read"), .number("seconds of priming"), .text("matched by"),
      ], note: "Updates and sentences of one run; seconds as mean ± standard deviation.")
    for budget in results.budgets {
      budgets.add(
        [budget.method, "\(budget.priming.steps)"] + results.cells(of: budget)
          + [budget.match == .none ? "–" : budget.match.rawValue])
    }
    let changes = try facts.liveChanges()
    return [.table(settings), .table(tunings), .table(budgets)]
      + (changes.isEmpty ? [] : [.heading("Changed while running"), .list(changes)])
  }

  private static func words(_ changes: [Study.Change]) -> String {
    if changes.isEmpty { return "none" }
    return changes.map { "\($0.key) = \(SettingText.text($0.value))" }.joined(separator: ", ")
  }

  private var runs: [Report.Block] {
    var table = ReportTable(
      firstColumns + [
        .number("seed"), .text("run"), .text("state"), .number("mean F1 on \(results.split)"),
      ])
    for row in results.rows {
      let own = cells.filter { $0.cell.method == row.method && $0.cell.tuning == row.tuning }
      for entry in own.sorted(by: { $0.cell.seed < $1.cell.seed }) {
        let cells = [
          "\(entry.cell.seed)", entry.run.map { "#\($0.id)" } ?? "–",
          entry.run.map(RunFacts.standing) ?? "not started",
          Formatting.f1(entry.run?.meanF1(split: results.split)),
        ]
        table.add(firstCells(row) + cells.map { .init($0) })
      }
    }
    return [.table(table)]
  }

  private var repetition: [Report.Block] {
    [
      .code("primer study study.toml"),
      .folded("study.toml", [.code(study.toml(base: "base.toml"))]),
      .folded("base.toml", [.code(study.base.toml())]),
    ]
  }
}

import Experiments
import Foundation
package import LabNotebook
package import NamedEntities
import NotebookScreens
import RunFolders

/// Makes the report of one run, or of several side by side.
package struct RunsReport {
  private let facts: RunFacts
  private let comparison: RunComparison
  private let page: PageParts
  private let pageName: String?

  private var runs: [RunRecord] { comparison.runs }
  private var control: RunRecord { runs[comparison.control] }
  private var isOne: Bool { runs.count == 1 }

  /// A report of runs.
  ///
  /// - Parameters:
  ///   - control: Which of the runs the others are compared with.
  ///   - page: The notebook's page about them; nil for none.
  package init(
    _ runs: [RunRecord], control: Int = 0, page: Page? = nil, in notebook: Notebook,
    bootstrap: PairedBootstrap = PairedBootstrap()
  ) {
    facts = RunFacts(notebook: notebook, runs: runs)
    comparison = RunComparison(runs, control: control, bootstrap: bootstrap)
    self.page = PageParts(page?.text ?? "")
    pageName = page?.name
  }

  /// The report.
  package func report() throws -> Report {
    var histories: [RunID: RunHistory] = [:]
    let drawn = runs.prefix(CompareScreen.largest)
    for run in drawn { histories[run.id] = try facts.history(of: run) }
    return Report(
      title: isOne
        ? "Run #\(control.id): \(control.name)"
        : "Runs \(RunFacts.numbers(runs.map(\.id)))",
      summary: summary,
      sections: [
        Report.Section("Hypothesis", page.hypothesis.isEmpty ? [] : [.prose(page.hypothesis)]),
        Report.Section(isOne ? "The run" : "The runs", runsTable),
        Report.Section("F1 by language", scores),
        Report.Section("Conclusion", page.conclusion.isEmpty ? [] : [.prose(page.conclusion)]),
        Report.Section("F1 by entity type", types),
        Report.Section("Errors by kind", errors),
        Report.Section("Curves", curves(histories)),
        Report.Section("Settings", try settings()),
        Report.Section("Budgets of priming", try facts.budgets().map { [.table($0)] } ?? []),
        Report.Section("Machine and versions", try machine()),
        Report.Section("Notes", notes),
        Report.Section("To repeat it", repetition),
      ])
  }

  // MARK: Summary

  /// The split that a mean is told of: test, else dev.
  private var split: String? {
    ["test", "dev"].first { split in comparison.tests.contains { $0.split == split } }
  }

  private func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  private var summary: [String] {
    guard let split else {
      return isOne
        ? ["\(sentence(RunFacts.plan(control))); \(RunFacts.standing(control))."]
        : ["None of the runs has results yet."]
    }
    let tests = comparison.tests.filter { $0.split == split }
    let languages = tests.map(\.language).joined(separator: ", ")
    if isOne {
      let mean = Formatting.f1(control.meanF1(split: split))
      return [
        "\(tests.count > 1 ? "Mean F1" : "F1") on \(split) \(mean) (\(languages)).",
        "\(sentence(RunFacts.plan(control))); \(RunFacts.standing(control)).",
      ]
    }
    let mean = comparison.means.first { $0.split == split }
    let what = mean == nil ? "F1 on \(split) (\(languages))" : "Mean F1 on \(split)"
    return runs.indices.map { index in
      let run = runs[index]
      let f1 = mean?.results[index]?.f1 ?? tests.first?.results[index].scores?.micro.f1
      let start = "\(what) of #\(run.id) \(run.name): \(Formatting.f1(f1))"
      if index == comparison.control { return start + " (control)." }
      let difference = mean?.results[index]?.difference ?? tests.first?.results[index].difference
      let bootstrap = mean?.results[index]?.bootstrap ?? tests.first?.results[index].bootstrap
      guard let difference, mean != nil || tests.count == 1 else { return start + "." }
      let text = BootstrapText(difference: difference, bootstrap: bootstrap)
      let verdict =
        bootstrap == nil ? "" : text.isBeyondNoise ? ", significant" : ", not significant"
      return start + ", \(text.text)\(verdict)."
    }
  }

  // MARK: The runs

  private var runsTable: [Report.Block] {
    if isOne {
      var table = ReportTable([.text(""), .text("")])
      table.add(["State", RunFacts.standing(control)])
      table.add(["Plan", RunFacts.plan(control)])
      table.add(["Seed", "\(control.experiment[Settings.seed])"])
      table.add(["Queued", RunFacts.time(control.created)])
      if let started = control.started { table.add(["Started", RunFacts.time(started)]) }
      if let finished = control.finished { table.add(["Ended", RunFacts.time(finished)]) }
      if !control.study.isEmpty { table.add(["Study", control.study]) }
      if !control.tags.isEmpty { table.add(["Tags", control.tags.joined(separator: ", ")]) }
      return [.table(table)]
    }
    var table = ReportTable([
      .text("run"), .text("name"), .text("plan"), .number("seed"), .text("state"), .text("queued"),
    ])
    for run in runs {
      table.add([
        "#\(run.id)", run.name + (run.id == control.id ? " (control)" : ""), RunFacts.plan(run),
        "\(run.experiment[Settings.seed])", RunFacts.standing(run), RunFacts.time(run.created),
      ])
    }
    return [.table(table)]
  }

  // MARK: F1

  private var scores: [Report.Block] {
    guard !comparison.tests.isEmpty else { return [] }
    return isOne ? [.table(ownScores)] : differences + [.table(comparedScores)]
  }

  private var ownScores: ReportTable {
    var table = ReportTable(
      [
        .text("split"), .text("language"), .number("precision"), .number("recall"), .number("F1"),
        .number("entities"), .number("sentences"),
      ], note: "In points; exact type and words (seqeval, micro-averaged).")
    for split in CorpusFormat.splits.reversed() {
      let own = control.results.filter { $0.split == split }
      for result in own {
        let micro = result.scores.micro
        table.add([
          split, result.language, Formatting.f1(micro.precision), Formatting.f1(micro.recall),
          Formatting.f1(micro.f1), "\(micro.support)", "\(result.sentenceCount)",
        ])
      }
      if own.count > 1 {
        table.add([split, "mean", "", "", Formatting.f1(control.meanF1(split: split)), "", ""])
      }
    }
    return table
  }

  /// F1 of each run; with two runs the difference stands beside it.
  private var comparedScores: ReportTable {
    let others = runs.indices.filter { $0 != comparison.control }
    var columns: [ReportTable.Column] = [
      .text("split"), .text("language"), .number("#\(control.id) (control)"),
    ]
    for index in others { columns += [.number("#\(runs[index].id)"), .number("difference")] }
    let problems = comparison.problems.map { "No interval: \($0)." }
    let hasIntervals = comparison.tests.contains { $0.results.contains { $0.bootstrap != nil } }
    let method =
      "Differences from #\(control.id) in points, with 95 % intervals of a paired bootstrap over the "
      + "test sentences (\(comparison.bootstrap.resamples) resamples, the same draw for both runs): how "
      + "the difference would vary with other sentences, not with other seeds. "
      + BootstrapText.legend
    var table = ReportTable(
      columns,
      note: ((hasIntervals ? [method] : ["In points."]) + problems).joined(separator: " "))
    for split in CorpusFormat.splits.reversed() {
      for test in comparison.tests where test.split == split {
        let first = Formatting.f1(test.results[comparison.control].scores?.micro.f1)
        var cells: [ReportTable.Cell] = [.init(split), .init(test.language), .init(first)]
        for index in others {
          let result = test.results[index]
          cells.append(.init(Formatting.f1(result.scores?.micro.f1)))
          cells.append(Self.cell(result.difference, result.bootstrap))
        }
        table.add(cells)
      }
      for mean in comparison.means where mean.split == split {
        let all = comparison.tests.filter { $0.split == split }.map(\.language)
        let name =
          mean.languages == all ? "mean" : "mean of " + mean.languages.joined(separator: " ")
        var cells: [ReportTable.Cell] = [
          .init(split), .init(name), .init(Formatting.f1(mean.results[comparison.control]?.f1)),
        ]
        for index in others {
          let result = mean.results[index]
          cells.append(.init(Formatting.f1(result?.f1)))
          cells.append(Self.cell(result?.difference, result?.bootstrap))
        }
        table.add(cells)
      }
    }
    return table
  }

  private static func cell(
    _ difference: Double?, _ bootstrap: BootstrapDifference?
  ) -> ReportTable.Cell {
    difference.map { BootstrapText(difference: $0, bootstrap: bootstrap).cell } ?? "–"
  }

  /// The differences of the means with their intervals, as a picture.
  private var differences: [Report.Block] {
    guard let split else { return [] }
    let rows = runs.indices.compactMap { index -> IntervalPlot.Row? in
      let tests = comparison.tests.filter { $0.split == split }
      let bootstrap =
        comparison.means.first { $0.split == split }?.results[index]?.bootstrap
        ?? (tests.count == 1 ? tests[0].results[index].bootstrap : nil)
      return bootstrap.map { .init("#\(runs[index].id) \(runs[index].name)", $0) }
    }
    guard !rows.isEmpty else { return [] }
    return [
      .intervals(
        IntervalPlot(
          title: "Difference of F1 on \(split) from #\(control.id)", axisLabel: "points of F1",
          rows: rows))
    ]
  }

  // MARK: Types and errors

  /// The most types that stand side by side.
  private static let mostTypeColumns = 8

  private var types: [Report.Block] {
    let names = Set(
      comparison.tests.flatMap(\.results).compactMap(\.scores).flatMap(\.types.keys)
    ).sorted()
    if names.isEmpty { return [] }
    return [.table(isOne && names.count <= Self.mostTypeColumns ? ownTypes(names) : typeRows)]
  }

  /// F1 of one run, a column for each type.
  private func ownTypes(_ names: [EntityType]) -> ReportTable {
    var table = ReportTable(
      [.text("split"), .text("language")] + names.map { .number($0.name) },
      note: "F1 in points, and how many entities of the type there are.")
    for split in CorpusFormat.splits.reversed() {
      for test in comparison.tests where test.split == split {
        let own = test.results[0].scores?.types ?? [:]
        table.add(
          [split, test.language]
            + names.map { name in
              own[name].map { "\(Formatting.f1($0.f1)) (\($0.gold))" } ?? "–"
            })
      }
    }
    return table
  }

  /// F1 by type, a row for each; of one run precision and recall too.
  private var typeRows: ReportTable {
    var table = ReportTable(
      [.text("split"), .text("language"), .text("type"), .number("entities")]
        + (isOne ? ["precision", "recall", "F1"] : runs.map { "F1 of #\($0.id)" })
        .map { .number($0) }, note: "In points.")
    for split in CorpusFormat.splits.reversed() {
      for test in comparison.tests where test.split == split {
        let scores = test.results.map(\.scores)
        for type in Set(scores.compactMap(\.self).flatMap(\.types.keys)).sorted() {
          let own = scores.map { $0.map { $0.types[type] ?? Score() } }
          let gold = own.compactMap { $0?.gold }.max() ?? 0
          let numbers =
            isOne ? [own[0]?.precision, own[0]?.recall, own[0]?.f1] : own.map { $0?.f1 }
          table.add([split, test.language, type.name, "\(gold)"] + numbers.map(Formatting.f1))
        }
      }
    }
    return table
  }

  private var errors: [Report.Block] {
    var table = ReportTable(
      [.text("split"), .text("language"), .text("run")]
        + [
          "entities", "predicted", "correct", "type", "boundary", "both", "missed", "spurious",
        ].map { .number($0) },
      note: "type: the right words, another type; boundary: the right type, words that overlap; "
        + "both: another type, words that overlap; missed and spurious: nothing overlaps.")
    for split in CorpusFormat.splits.reversed() {
      for test in comparison.tests where test.split == split {
        for (run, result) in zip(runs, test.results) {
          guard let errors = result.errors else { continue }
          let counts = [
            errors.gold, errors.predicted, errors.correct, errors.wrongType, errors.wrongBoundary,
            errors.wrongBoth, errors.missed, errors.spurious,
          ]
          table.add([split, test.language, "#\(run.id)"] + counts.map(String.init))
        }
      }
    }
    return table.rows.isEmpty ? [] : [.table(table)]
  }

  // MARK: Curves

  private func curves(_ histories: [RunID: RunHistory]) -> [Report.Block] {
    guard !isOne else {
      return RunCharts.charts(of: control, histories[control.id] ?? RunHistory())
        .map(Report.Block.chart)
    }
    let drawn = Array(runs.prefix(CompareScreen.largest))
    let charts = RunCharts.charts(of: drawn, histories).map(Report.Block.chart)
    guard drawn.count < runs.count, !charts.isEmpty else { return charts }
    return [.paragraph("Of the first \(drawn.count) runs.")] + charts
  }

  // MARK: Settings and the rest

  private func settings() throws -> [Report.Block] {
    let changes = try facts.liveChanges()
    let live: [Report.Block] =
      changes.isEmpty ? [] : [.heading("Changed while running"), .list(changes)]
    if isOne {
      var table = ReportTable([.text("setting"), .text("value"), .text("default")])
      for setting in Settings.all where setting.key != Settings.name.key {
        let value = control.experiment[key: setting.key] ?? setting.defaultValue
        guard value != setting.defaultValue else { continue }
        table.add([setting.key, Self.text(value), Self.text(setting.defaultValue)])
      }
      let own: Report.Block =
        table.rows.isEmpty ? .paragraph("All settings have their defaults.") : .table(table)
      return [own] + live
    }
    var table = ReportTable([.text("setting")] + runs.map { .text("#\($0.id)") })
    for row in comparison.settings { table.add([row.key] + row.values.map(Self.text)) }
    let own: Report.Block =
      table.rows.isEmpty ? .paragraph("The runs have the same settings.") : .table(table)
    return [own] + live
  }

  private static func text(_ value: SettingValue) -> String {
    let text = SettingText.text(value)
    return text.isEmpty ? "–" : text
  }

  private func machine() throws -> [Report.Block] {
    [try facts.machines(), facts.origins].compactMap { $0.map(Report.Block.table) }
  }

  private var notes: [Report.Block] {
    let own: [Report.Block] =
      page.rest.isEmpty ? [] : [.heading(pageName ?? ""), .prose(page.rest)]
    return own + facts.notes
  }

  private var repetition: [Report.Block] {
    runs.flatMap { run -> [Report.Block] in
      let file = "experiment-\(run.id).toml"
      return [
        .code("primer run \(file)"),
        .folded("\(file): the settings of #\(run.id)", [.code(run.experiment.toml())]),
      ]
    }
  }
}

extension IntervalPlot.Row {
  /// A difference that a bootstrap found, in points.
  init(_ label: String, _ found: BootstrapDifference) {
    self.init(
      label: label, value: 100 * found.difference,
      interval: min(
        100 * found.lower, 100 * found.upper)...max(100 * found.lower, 100 * found.upper))
  }
}

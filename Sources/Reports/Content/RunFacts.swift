import Experiments
import Foundation
import LabNotebook
import NotebookScreens
import RunFolders

/// What a report of runs and one of a study say of their runs alike.
struct RunFacts {
  let notebook: Notebook
  let runs: [RunRecord]

  // MARK: Runs

  /// The curves of a run as the notebook has them, smoothed as on the screen.
  func history(of run: RunRecord) throws -> RunHistory {
    var history = RunHistory()
    var inner: [MetricPoint] = []
    for key in try notebook.series(of: run.id) where key.isDrawn {
      let points = try notebook.metrics(run.id, series: key)
      if key.series == .innerLoss {
        // The inner losses of all languages are one series, in the order of the steps.
        inner += points.map { point in
          var point = point
          point.language = key.language
          return point
        }
      } else {
        history.take(points, of: key, experiment: run.experiment)
      }
    }
    inner.sort { $0.place < $1.place }
    if !inner.isEmpty { history.take(inner, of: .innerLoss, experiment: run.experiment) }
    history.take(try notebook.events(run.id))
    history.take(try notebook.evaluations(run.id))
    history.smooth(.automatic)
    return history
  }

  /// How a run stands, in a few words: `finished after 1 h 02 m`, `running, 37%`.
  static func standing(_ run: RunRecord) -> String {
    switch run.state {
    case .finished, .stopped, .failed, .interrupted:
      let reason = run.state == .failed || run.state == .interrupted ? run.error : nil
      return run.state.rawValue
        + (run.secondsTaken.map { " after \(Formatting.duration($0))" } ?? "")
        + (reason.map { ": \($0)" } ?? "")
    case .running, .paused: return "\(run.state.rawValue), \(Formatting.percent(run.fraction))"
    case .queued: return run.state.rawValue
    }
  }

  /// What a run does, in a few words: `primed (maml) on en de; tuned (adapter+head) on nl af`.
  static func plan(_ run: RunRecord) -> String {
    guard !run.isPretraining else { return "pretraining of an encoder" }
    let experiment = run.experiment
    let priming =
      run.primingLanguages.isEmpty
      ? "not primed"
      : "primed (\(run.methodName)) on \(run.primingLanguages.joined(separator: " "))"
    let start = experiment.startWords.map { ", from \($0)" } ?? ""
    return "\(priming)\(start); tuned (\(experiment[Settings.tuningUpdates])) on "
      + run.tuningLanguages.joined(separator: " ")
  }

  /// A moment, the same wherever the report is made: `2026-11-30 14:02 UTC`.
  static func time(_ date: Date) -> String {
    let text = date.ISO8601Format()
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
  }

  // MARK: Sections

  /// What each run spent on priming: planned updates and sentences, measured time.
  func budgets() throws -> ReportTable? {
    let own = runs.filter { !$0.isPretraining }
    if own.isEmpty { return nil }
    var table = ReportTable([
      .text("run"), .text("priming"), .number("outer steps"), .number("encoder updates"),
      .number("sentences read"), .number("seconds"),
    ])
    for run in own {
      let budget = PrimingBudget(run.experiment)
      let seconds = try notebook.primingSeconds(of: run.id)
      table.add([
        "#\(run.id)", run.methodName, "\(budget.steps)", "\(budget.encoderUpdates)",
        "\(budget.sentences)",
        seconds.map { Formatting.fixed($0, decimals: 0) } ?? (budget.steps == 0 ? "0" : "–"),
      ])
    }
    return table
  }

  /// On which machines and with which programs the runs were made, runs of the same together.
  func machines() throws -> ReportTable? {
    var rows: [(facts: [String], runs: [RunID])] = []
    for run in runs {
      var facts: [[String]] = []
      for logged in try notebook.events(run.id) {
        guard case .started(_, let host, let threads, let engine) = logged.event else { continue }
        let fact = [host, "\(threads)", engine]
        if !facts.contains(fact) { facts.append(fact) }
      }
      for fact in facts {
        if let index = rows.firstIndex(where: { $0.facts == fact }) {
          rows[index].runs.append(run.id)
        } else {
          rows.append((fact, [run.id]))
        }
      }
    }
    if rows.isEmpty { return nil }
    var table = ReportTable([.text("runs"), .text("machine"), .number("threads"), .text("engine")])
    for row in rows { table.add([Self.numbers(row.runs)] + row.facts) }
    return table
  }

  /// What queued the runs, those of the same together; nil where nothing is known.
  var origins: ReportTable? {
    var rows: [(origin: RunOrigin, runs: [RunID])] = []
    for run in runs {
      guard let origin = RunFolder(run.folder).origin else { continue }
      if let index = rows.firstIndex(where: { $0.origin == origin }) {
        rows[index].runs.append(run.id)
      } else {
        rows.append((origin, [run.id]))
      }
    }
    if rows.isEmpty { return nil }
    var table = ReportTable([
      .text("runs"), .text("command"), .text("in"), .text("git"), .text("version"),
    ])
    for (origin, runs) in rows {
      table.add([
        Self.numbers(runs), origin.command.joined(separator: " "), origin.folder,
        origin.git?.words ?? "–", "Primer \(origin.version)",
      ])
    }
    return table
  }

  /// The notes of the runs, as people wrote them.
  var notes: [Report.Block] {
    runs.filter { !$0.note.isEmpty }.flatMap { run -> [Report.Block] in
      [.heading("#\(run.id) \(run.name)"), .prose(run.note)]
    }
  }

  /// What was changed in the runs while they went on.
  func liveChanges() throws -> [String] {
    try runs.flatMap { run in
      try notebook.events(run.id).compactMap { logged -> String? in
        guard case .settingChanged(let key, let old, let new, let step, _) = logged.event else {
          return nil
        }
        return "#\(run.id) changed \(key) from \(old) to \(new) at step \(step)"
      }
    }
  }

  /// Numbers of runs, neighbours as a range: `#1–#4, #7`.
  static func numbers(_ ids: [RunID]) -> String {
    var ranges: [ClosedRange<RunID>] = []
    for id in ids.sorted() {
      if let last = ranges.last, id <= last.upperBound + 1 {
        ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, id)
      } else {
        ranges.append(id...id)
      }
    }
    return ranges.map { range in
      switch range.count {
      case 1: "#\(range.lowerBound)"
      case 2: "#\(range.lowerBound), #\(range.upperBound)"
      default: "#\(range.lowerBound)–#\(range.upperBound)"
      }
    }.joined(separator: ", ")
  }
}

extension BootstrapText {
  /// How a cell with this difference stands out.
  var look: ReportTable.Cell.Look { isBeyondNoise ? (isGain ? .better : .worse) : .plain }
}

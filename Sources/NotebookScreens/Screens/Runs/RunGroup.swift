package import LabNotebook

/// By what the list of runs is divided.
package enum RunGrouping: String, CaseIterable, Hashable, Sendable {
  case none, study, method

  /// The name of the group that a run belongs to; empty for those that belong to none.
  package func name(of run: RunRecord) -> String {
    switch self {
    case .none: ""
    case .study: run.study
    case .method: run.methodName
    }
  }
}

/// Some runs of the list under one heading.
package struct RunGroup: Hashable, Sendable {
  /// The study's or method's name; empty for the runs that have none.
  package var name: String
  /// The runs, in their order.
  package var runs: [RunRecord]
  /// Whether only the heading is shown.
  package var isCollapsed: Bool

  /// How the mean F1 of its runs spreads, where all were judged on the same.
  package var f1: Spread? {
    let judged = runs.filter { $0.shownF1 != nil }
    guard Set(judged.map(\.judgedOn)).count == 1 else { return nil }
    return Spread(judged.compactMap(\.shownF1))
  }

  /// Whether its runs were judged on different languages or splits, so that they have no mean.
  package var isMixed: Bool {
    Set(runs.filter { $0.shownF1 != nil }.map(\.judgedOn)).count > 1
  }
}

/// A row of the list of runs.
package enum RunRow: Hashable, Sendable {
  case heading(RunGroup)
  case run(RunRecord)

  /// The run of the row, if it is one's.
  package var run: RunRecord? {
    if case .run(let run) = self { return run }
    return nil
  }
}

extension RunRecord {
  /// What its mean F1 was measured on: the split and the languages.
  package var judgedOn: String { scores.judgedOn }

  /// Whether its mean F1 is that on dev, for want of one on test.
  package var isJudgedOnDev: Bool { judgedOn.hasPrefix("dev ") }
}

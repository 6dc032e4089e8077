package import LabNotebook
package import TerminalUI

/// One curve of the run screen's chart: where its values are and how it is told apart.
package struct Curve: Hashable, Sendable {
  /// The name of the series in the notebook.
  package var series: String
  /// What the legend calls it.
  package var label: String
  package var role: Role
  /// What one of its steps is worth on the x axis.
  package var scale: Double
  /// Whether it is drawn.
  package var isShown: Bool
}

/// Which curves a run has, and which of them belong together.
package struct CurveCatalog {
  private let run: RunRecord
  private let history: RunHistory

  package init(run: RunRecord, history: RunHistory) {
    self.run = run
    self.history = history
  }

  /// The sets of which at least one series was measured.
  package var available: [RunScreenState.Curves] {
    RunScreenState.Curves.allCases.filter { !curves(of: $0, hidden: []).isEmpty }
  }

  /// The set to show: the chosen one, or that of the phase the run is in.
  package func shown(for screen: RunScreenState) -> RunScreenState.Curves {
    let available = available
    if let chosen = screen.chosenCurves, available.contains(chosen) { return chosen }
    let wanted: RunScreenState.Curves =
      switch run.progress?.phase {
      case .tuning where !run.isOver, .evaluation where !run.isOver: .tuning
      case .pretraining: .pretraining
      default: .loss
      }
    return available.contains(wanted) ? wanted : available.first ?? .loss
  }

  /// The curves of a set, in the order of their keys 1 to 8.
  package func curves(of set: RunScreenState.Curves, hidden: Set<String>) -> [Curve] {
    switch set {
    case .loss:
      return curve("outer/loss", "outer", .outerLoss, 1, hidden)
        + curve("inner/loss", "inner", .innerLoss, innerScale, hidden)
    case .pretraining:
      return curve("pretraining/loss", "pretraining", .outerLoss, 1, hidden)
    case .tuning:
      return languages("tuning/", "/loss", hidden)
    case .f1:
      return languages("f1/", "", hidden)
    case .gradientNorm:
      return curve("outer/gradientNorm", "outer", .outerLoss, 1, hidden)
        + curve("pretraining/gradientNorm", "pretraining", .outerLoss, 1, hidden)
        + languages("tuning/", "/gradientNorm", hidden)
    case .learningRate:
      return curve("outer/learningRate", "outer", .outerLoss, 1, hidden)
        + curve("pretraining/learningRate", "pretraining", .outerLoss, 1, hidden)
        + languages("tuning/", "/learningRate", hidden)
    }
  }

  /// The steps that all shown curves span together; nil when nothing was measured.
  package func extent(of curves: [Curve]) -> ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    for curve in curves {
      guard let series = history.series[curve.series], let first = series.steps.first,
        let last = series.steps.last
      else { continue }
      low = min(low, Double(first) * curve.scale)
      high = max(high, Double(last) * curve.scale)
    }
    return low <= high ? low...high : nil
  }

  // Inner steps are numbered through the whole run; divided by their count in a task they stand
  // on the same axis as the outer steps.
  private var innerScale: Double {
    guard case .integer(let steps)? = run.experiment[key: "priming.inner.steps"] else { return 1 }
    return 1 / Double(max(steps, 1))
  }

  private func curve(
    _ name: String, _ label: String, _ role: Role, _ scale: Double, _ hidden: Set<String>
  ) -> [Curve] {
    guard let series = history.series[name], !series.isEmpty else { return [] }
    return [
      Curve(series: name, label: label, role: role, scale: scale, isShown: !hidden.contains(name))
    ]
  }

  private func languages(_ prefix: String, _ suffix: String, _ hidden: Set<String>) -> [Curve] {
    let names = history.names(startingWith: prefix, endingWith: suffix)
    return names.enumerated().flatMap { index, name in
      let label = name.dropFirst(prefix.count).dropLast(suffix.count)
        .replacing("/", with: " ")
      return curve(name, String(label), .series(index), 1, hidden)
    }
  }
}

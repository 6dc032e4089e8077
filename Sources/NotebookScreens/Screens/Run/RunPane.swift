/// The parts of the run screen.
///
/// Their order is that in which they are given room; the raw value is the name that is remembered.
package enum RunPane: String, CaseIterable, Hashable, Sendable {
  case chart, progress
  case scores = "f1"
  case measured, log
  case secondChart = "chart-2"
  case settings
  case scoreCurves = "f1-curves"
  case inner, types

  /// What the list of panes calls it.
  package var title: String {
    switch self {
    case .chart: "Chart"
    case .progress: "Progress"
    case .scores: "F1 of each language"
    case .measured: "Measured"
    case .log: "Log"
    case .secondChart: "Second chart"
    case .settings: "Settings"
    case .scoreCurves: "F1 over time"
    case .inner: "Inner, within the task"
    case .types: "F1 by entity type"
    }
  }

  /// Whether it shows curves.
  package var isChart: Bool {
    switch self {
    case .chart, .secondChart, .scoreCurves, .inner: true
    case .progress, .scores, .measured, .log, .settings, .types: false
    }
  }

  /// The pane whose place it takes while it has the keys and there is no room for it.
  var understudy: RunPane {
    switch self {
    case .secondChart, .scoreCurves, .inner, .chart: .chart
    case .settings, .measured: .measured
    case .types, .scores: .scores
    case .progress: .progress
    case .log: .log
    }
  }
}

package import RunFolders
package import Experiments

/// How one chart of a run is looked at.
package struct ChartState: Hashable, Sendable {
  /// The curves chosen by hand; nil follows the run, or what the other charts leave.
  package var chosen: RunCurves?
  /// Series that are not drawn, by name.
  package var hidden: Set<SeriesKey> = []
  package var isLogarithmic = false
  /// The part of the x axis that is shown, when zoomed; nil shows all.
  package var range: ClosedRange<Double>?
  /// The place whose values are read out.
  package var cursor: Double?

  package init() {}
}

/// One run, opened: which pane has the keys and how its charts are drawn.
package struct RunScreenState: Hashable, Sendable {
  package let id: RunID
  package var pane: RunPane = .chart
  /// Whether the pane has the whole screen.
  package var isEnlarged = false
  /// How many lines the log is scrolled back from its end.
  package var logOffset = 0
  /// What is searched in the log, and the number of the event found last.
  package var logSearch = ""
  package var logMatch: Int64?
  /// How many rows the scores and the table of types are scrolled down.
  package var scoresOffset = 0
  package var typesOffset = 0
  /// The live setting under the cursor of the settings' pane.
  package var settingsCursor = 0
  /// The place of the chart that the mouse holds.
  package var held: Double?
  private var charts: [RunPane: ChartState] = [:]

  package init(_ id: RunID) { self.id = id }

  /// The chart that the keys for charts are about: the one with the keys, or the large one.
  package var activeChart: RunPane { pane.isChart ? pane : .chart }

  /// How a pane's chart is looked at.
  package subscript(chart pane: RunPane) -> ChartState {
    get { charts[pane] ?? ChartState() }
    set { charts[pane] = newValue }
  }

  /// How the active chart is looked at.
  package var chart: ChartState {
    get { self[chart: activeChart] }
    set { self[chart: activeChart] = newValue }
  }

  /// Shows all of every chart again: their axes are others now.
  package mutating func fitAll() {
    for pane in charts.keys {
      charts[pane]?.range = nil
      charts[pane]?.cursor = nil
    }
  }
}

package import Experiments
import LabNotebook
import RunFolders
package import TerminalUI

/// One run, opened: which pane has the keys and how its charts are drawn.
package struct RunScreen: Screen, Hashable {
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

extension RunScreen {
  package static let keySections = [
    KeySection(.run), KeySection(.runLog, .part(of: .run)),
    KeySection(.runSettings, .part(of: .run)),
    KeySection(.panes, .front), KeySection(.liveSettings, .front),
  ]

  package func context(in app: AppState) -> KeyContext {
    switch pane {
    case .log: .runLog
    case .settings: .runSettings
    default: .run
    }
  }

  package func run(in app: AppState) -> RunChoice { .run(id) }

  package func add(to interest: inout Interest) { interest.detail = id }

  package mutating func keep(in app: AppState) -> Bool { app.runs.record(id) != nil }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    if isEnlarged {
      isEnlarged = false
      return .stays
    }
    if pane == .log, !logSearch.isEmpty {
      (logSearch, logMatch, logOffset) = ("", nil, 0)
      return .stays
    }
    return .leaves()
  }

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .queued(let run, let name):
      app.say(.information, "Run #\(run), \(name), is in the queue.")
      app.stack.openAlone(RunScreen(run))
      app.runs.cursor = run
    case .runs:
      if let open = app.stack.newest(RunScreen.self)?.id,
        let progress = app.runs.record(open)?.progress
      {
        app.histories[open, default: .init()].take(progress)
      }
    default: break
    }
    return []
  }

  /// Has the curves of the open run smoothed as chosen; those of the others are only sparklines.
  package static func refresh(_ app: inout AppState) -> [Effect] {
    guard let open = app.stack.newest(RunScreen.self)?.id else { return [] }
    let smoothing = app.arrangement.smoothing
    app.histories[open]?.smooth(smoothing)
    return []
  }
}

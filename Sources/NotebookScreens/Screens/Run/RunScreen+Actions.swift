import Experiments
import LabNotebook
import RunFolders

/// Actions on an opened run.
extension RunScreen {
  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    switch action {
    case .nextPane, .previousPane:
      let panes = app.arrangement.shown
      guard let index = panes.firstIndex(of: pane) else {
        pane = panes.first ?? .chart
        return []
      }
      let step = action == .nextPane ? 1 : panes.count - 1
      pane = panes[(index + step) % panes.count]
    case .enlarge: isEnlarged.toggle()
    case .liveSettings: changeSettings(in: &app)
    case .edit: return editSetting(in: &app)
    case .checkpoint:
      app.say(.information, "Asked run #\(id) for a checkpoint after this step.")
      return [.notebook(.control(.checkpoint, id))]
    case .panes: app.overlay = PaneList(cursor: pane)
    case .hidePane: return hide(pane, in: &app)
    case .paneEarlier: return app.rearrange { $0.moveAmongShown(pane, by: -1) }
    case .paneLater: return app.rearrange { $0.moveAmongShown(pane, by: 1) }
    case .search:
      pane = .log
      app.overlay = Prompt(LogSearchPrompt(run: id), text: logSearch)
    case .nextMatch, .previousMatch: find(action == .nextMatch ? 1 : -1, in: &app)
    case .up: scroll(by: -1, in: app)
    case .down: scroll(by: 1, in: app)
    case .pageUp: scroll(by: -max(app.height / 3, 1), in: app)
    case .pageDown: scroll(by: max(app.height / 3, 1), in: app)
    case .top where !pane.isChart: scroll(by: -1_000_000, in: app)
    case .bottom where !pane.isChart: scroll(by: 1_000_000, in: app)
    default: return performOnChart(action, in: &app)
    }
    return []
  }

  private mutating func hide(_ pane: RunPane, in app: inout AppState) -> [Effect] {
    let effects = app.rearrange { $0.toggle(pane) }
    let key = app.keys.name(of: .panes, in: .run)
    guard !effects.isEmpty else {
      app.say(.warning, "The last pane stays; \(key) shows the others again.")
      return []
    }
    self.pane = app.arrangement.shown.first ?? .chart
    isEnlarged = false
    app.say(.information, "\(pane.title) is hidden; \(key) shows it again.")
    return effects
  }

  private mutating func scroll(by rows: Int, in app: AppState) {
    func moved(_ offset: Int, _ count: Int, by rows: Int) -> Int {
      min(max(offset + rows, 0), max(count - 1, 0))
    }
    let history = app.histories[id]
    switch pane {
    case .log: logOffset = moved(logOffset, history?.events.count ?? 0, by: -rows)
    case .scores:
      guard let run = app.runs.record(id) else { return }
      let count = ScoreRows(run: run, history: history ?? RunHistory()).lines.count
      scoresOffset = moved(scoresOffset, count, by: rows)
    case .types:
      let count = TypeRows(history: history ?? RunHistory()).rows.count
      typesOffset = moved(typesOffset, count, by: rows)
    case .settings:
      guard let run = app.runs.record(id) else { return }
      let count = RunSettingRows(run: run, history: history ?? RunHistory()).keys.count
      settingsCursor = moved(settingsCursor, count, by: rows)
    case .chart, .secondChart, .scoreCurves, .inner, .progress, .measured: break
    }
  }

  // MARK: On whatever screen a run is chosen

  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    guard [.pause, .stop, .resume, .restart].contains(action) else { return nil }
    guard let run = app.currentRun else { return [] }
    switch action {
    case .pause:
      let resumes = run.state == .paused
      app.say(.information, "Asked run #\(run.id) to \(resumes ? "resume" : "pause").")
      return [.notebook(.control(resumes ? .resume : .pause, run.id))]
    case .stop:
      app.overlay = Confirmation(
        title: "Stop run #\(run.id)?",
        text: run.state == .queued
          ? "\(run.name) is taken out of the queue."
          : "\(run.name) ends after its current step. What it measured is kept.",
        effects: [.notebook(.control(.stop, run.id))])
    case .restart:
      app.overlay = Confirmation(
        title: "Restart run #\(run.id) from step 0?",
        text: "Everything \(run.name) measured before it was \(run.state.rawValue) is deleted.",
        effects: [.notebook(.requeue(run.id, anew: true))])
    default: return [.notebook(.requeue(run.id, anew: false))]
    }
    return []
  }
}

/// The search in the log, which finds the newest match while it is typed.
struct LogSearchPrompt: SearchPrompt {
  let run: RunID

  func preview(_ text: String, in app: inout AppState) -> [Effect] {
    let histories = app.histories
    app.stack.changeNewest(RunScreen.self, where: { $0.id == run }) { screen in
      screen.logSearch = text
      screen.logMatch = nil
      if text.isEmpty { screen.logOffset = 0 } else { screen.showMatch(-1, in: histories[run]) }
    }
    return []
  }
}

extension RunScreen {
  /// Goes to the next match in the log, upwards or downwards, and round from end to end.
  mutating func find(_ step: Int, in app: inout AppState) {
    guard !logSearch.isEmpty else {
      let key = app.keys.name(of: .search, in: .runLog)
      app.say(.warning, "There is no search yet; \(key) starts one.")
      return
    }
    showMatch(step, in: app.histories[id])
  }

  /// Shows the next match in the log, where there is one.
  fileprivate mutating func showMatch(_ step: Int, in history: RunHistory?) {
    guard let history else { return }
    let events = history.events
    let matches = history.events(containing: logSearch)
    guard !matches.isEmpty else {
      logMatch = nil
      return
    }
    let current = logMatch.flatMap { id in events.firstIndex { $0.id == id } }
    let next: Int?
    if let current {
      next = step > 0 ? matches.first { $0 > current } : matches.last { $0 < current }
    } else {
      next = matches.last
    }
    let index = next ?? (step > 0 ? matches[0] : matches[matches.count - 1])
    logMatch = events[index].id
    // The match stands a few rows above the end of what is shown.
    logOffset = max(events.count - 1 - index - 2, 0)
  }
}

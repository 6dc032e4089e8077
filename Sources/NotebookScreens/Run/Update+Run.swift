import LabNotebook
import RunFolders

/// Actions on an opened run.
extension AppState {
  /// Carries an action of the run screen out.
  mutating func perform(_ action: Action, in screen: inout RunScreenState) -> [Effect] {
    switch action {
    case .nextPane, .previousPane:
      let panes = arrangement.shown
      guard let index = panes.firstIndex(of: screen.pane) else {
        screen.pane = panes.first ?? .chart
        return []
      }
      let step = action == .nextPane ? 1 : panes.count - 1
      screen.pane = panes[(index + step) % panes.count]
    case .enlarge: screen.isEnlarged.toggle()
    case .liveSettings: changeSettings(of: &screen)
    case .edit: return editSetting(in: screen)
    case .checkpoint:
      say(.information, "Asked run #\(screen.id) for a checkpoint after this step.")
      return [.notebook(.control(.checkpoint, screen.id))]
    case .panes: overlay = .panes(PanesState(cursor: screen.pane))
    case .hidePane: return hide(screen.pane, of: &screen)
    case .paneEarlier: return rearrange { [pane = screen.pane] in $0.moveAmongShown(pane, by: -1) }
    case .paneLater: return rearrange { [pane = screen.pane] in $0.moveAmongShown(pane, by: 1) }
    case .search:
      screen.pane = .log
      overlay = .prompt(Prompt(.logSearch(screen.id), text: screen.logSearch))
    case .nextMatch, .previousMatch: find(action == .nextMatch ? 1 : -1, in: &screen)
    case .up: scroll(&screen, by: -1)
    case .down: scroll(&screen, by: 1)
    case .pageUp: scroll(&screen, by: -max(height / 3, 1))
    case .pageDown: scroll(&screen, by: max(height / 3, 1))
    case .top where !screen.pane.isChart: scroll(&screen, by: -1_000_000)
    case .bottom where !screen.pane.isChart: scroll(&screen, by: 1_000_000)
    default: return performOnChart(action, &screen)
    }
    return []
  }

  private mutating func hide(_ pane: RunPane, of screen: inout RunScreenState) -> [Effect] {
    let effects = rearrange { $0.toggle(pane) }
    let key = keys.name(of: .panes, in: .run)
    guard !effects.isEmpty else {
      say(.warning, "The last pane stays; \(key) shows the others again.")
      return []
    }
    screen.pane = arrangement.shown.first ?? .chart
    screen.isEnlarged = false
    say(.information, "\(pane.title) is hidden; \(key) shows it again.")
    return effects
  }

  private func scroll(_ screen: inout RunScreenState, by rows: Int) {
    func moved(_ offset: Int, _ count: Int, by rows: Int) -> Int {
      min(max(offset + rows, 0), max(count - 1, 0))
    }
    let history = histories[screen.id]
    switch screen.pane {
    case .log: screen.logOffset = moved(screen.logOffset, history?.events.count ?? 0, by: -rows)
    case .scores:
      guard let run = runs.record(screen.id) else { return }
      let count = ScoreRows(run: run, history: history ?? RunHistory()).lines.count
      screen.scoresOffset = moved(screen.scoresOffset, count, by: rows)
    case .types:
      let count = TypeRows(history: history ?? RunHistory()).rows.count
      screen.typesOffset = moved(screen.typesOffset, count, by: rows)
    case .settings:
      guard let run = runs.record(screen.id) else { return }
      let count = RunSettingRows(run: run, history: history ?? RunHistory()).keys.count
      screen.settingsCursor = moved(screen.settingsCursor, count, by: rows)
    case .chart, .secondChart, .scoreCurves, .inner, .progress, .measured: break
    }
  }
}

/// The list of panes.
extension AppState {
  /// Carries an action of the list of panes out.
  mutating func perform(_ action: Action, in list: PanesState) -> [Effect] {
    var list = list
    let order = arrangement.order
    let index = order.firstIndex(of: list.cursor) ?? 0
    switch action {
    case .cancel:
      overlay = nil
      return []
    case .up: list.cursor = order[max(index - 1, 0)]
    case .down: list.cursor = order[min(index + 1, order.count - 1)]
    case .mark:
      let effects = rearrange { $0.toggle(list.cursor) }
      if effects.isEmpty { say(.warning, "The last pane stays.") }
      leaveHiddenPane()
      return effects
    case .paneEarlier: return rearrange { $0.move(list.cursor, by: -1) }
    case .paneLater: return rearrange { $0.move(list.cursor, by: 1) }
    case .resetPanes:
      return rearrange { arrangement in
        let fresh = RunArrangement()
        (arrangement.order, arrangement.hidden) = (fresh.order, fresh.hidden)
      }
    default: break
    }
    overlay = .panes(list)
    return []
  }

  /// The keys go to a pane that is there.
  private mutating func leaveHiddenPane() {
    guard case .run(var screen) = stack.last, arrangement.hidden.contains(screen.pane) else {
      return
    }
    screen.pane = arrangement.shown.first ?? .chart
    stack[stack.count - 1] = .run(screen)
  }
}

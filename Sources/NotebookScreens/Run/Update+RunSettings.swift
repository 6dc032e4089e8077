import Experiments
import LabNotebook

/// Changing the settings of a run while it runs, in their pane or in a list in front of the screen.
extension AppState {
  /// Gives the keys to the pane of settings where it is on the screen, and opens the list elsewhere.
  mutating func changeSettings(of screen: inout RunScreenState) {
    let frame = ScreenFrame(width: width, height: height)
    let layout = runLayout(of: screen, in: frame.body)
    if layout.panes.contains(.settings) {
      screen.pane = .settings
      screen.settingsCursor = 0
    } else {
      overlay = .liveSettings(LiveSettingsState(run: screen.id))
    }
  }

  /// Begins to type a value for the setting under the cursor of the pane.
  mutating func editSetting(in screen: RunScreenState) -> [Effect] {
    guard let run = runs.record(screen.id) else { return [] }
    let rows = RunSettingRows(run: run, history: histories[run.id] ?? RunHistory())
    guard rows.keys.indices.contains(screen.settingsCursor) else { return [] }
    let key = rows.keys[screen.settingsCursor]
    guard Settings.live.contains(where: { $0.key == key }) else {
      say(.warning, "\(key) cannot change while a run runs; fork the run instead (\(forkKey)).")
      return []
    }
    if let reason = reasonUnusable(.liveSettings) {
      say(.warning, reason)
      return []
    }
    edit(key, of: run)
    return []
  }

  private mutating func edit(_ key: String, of run: RunRecord) {
    let history = histories[run.id] ?? RunHistory()
    let old = history.liveValue(of: key, in: run.experiment)?.description ?? ""
    overlay = .prompt(Prompt(.liveSetting(run.id, key: key, old: old), text: old))
  }

  /// Whether live settings are changed in their pane: then no list comes back after typing.
  var editsSettingsInPlace: Bool {
    if case .run(let screen) = stack.last { return screen.pane == .settings }
    return false
  }

  /// Carries an action of the list of live settings out.
  mutating func perform(_ action: Action, in list: LiveSettingsState) -> [Effect] {
    var list = list
    let descriptors = Settings.live
    switch action {
    case .cancel:
      overlay = nil
      return []
    case .up: list.cursor = max(list.cursor - 1, 0)
    case .down: list.cursor = min(list.cursor + 1, max(descriptors.count - 1, 0))
    case .edit:
      guard descriptors.indices.contains(list.cursor), let run = runs.record(list.run) else {
        return []
      }
      edit(descriptors[list.cursor].key, of: run)
      return []
    default: break
    }
    overlay = .liveSettings(list)
    return []
  }
}

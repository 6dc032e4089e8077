package import Experiments
import LabNotebook
import RunFolders
package import TerminalUI

/// Changing the settings of a run while it runs, in their pane or in a list in front of the screen.
extension RunScreen {
  /// Gives the keys to the pane of settings where it is on the screen, and opens the list elsewhere.
  mutating func changeSettings(in app: inout AppState) {
    let layout = layout(in: app, body: app.frame.body)
    if layout.panes.contains(.settings) {
      pane = .settings
      settingsCursor = 0
    } else {
      app.overlay = LiveSettingList(run: id)
    }
  }

  /// Begins to type a value for the setting under the cursor of the pane.
  func editSetting(in app: inout AppState) -> [Effect] {
    guard let run = app.runs.record(id) else { return [] }
    let rows = RunSettingRows(run: run, history: app.histories[run.id] ?? RunHistory())
    guard rows.keys.indices.contains(settingsCursor) else { return [] }
    let key = rows.keys[settingsCursor]
    guard Settings.live.contains(where: { $0.key == key }) else {
      app.say(
        .warning, "\(key) cannot change while a run runs; fork the run instead (\(app.forkKey)).")
      return []
    }
    if let reason = app.reasonUnusable(.liveSettings) {
      app.say(.warning, reason)
      return []
    }
    LiveSettingPrompt.open(key, of: run, in: &app)
    return []
  }
}

/// The list of settings that can be changed while a run runs.
package struct LiveSettingList: Overlay, Hashable {
  package let run: RunID
  package var cursor = 0

  package var context: KeyContext { .liveSettings }

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let descriptors = Settings.live
    switch action {
    case .cancel: app.overlay = nil
    case .up: cursor = max(cursor - 1, 0)
    case .down: cursor = min(cursor + 1, max(descriptors.count - 1, 0))
    case .edit:
      guard descriptors.indices.contains(cursor), let run = app.runs.record(run) else { return [] }
      LiveSettingPrompt.open(descriptors[cursor].key, of: run, in: &app)
    default: break
    }
    return []
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked { .row(opens: isDouble ? .edit : nil) }

  package func paint(on painter: inout ScreenPainter) {
    painter.draw(LiveSettingsView.init) { $0.paint(self, editing: nil) }
  }
}

/// A new value for a setting of a run that runs.
struct LiveSettingPrompt: PromptKind {
  let run: RunID
  let key: String
  /// The value it has now.
  let old: String

  var label: String { "\(key), was \(old), new:" }

  /// Begins to type a value.
  static func open(_ key: String, of run: RunRecord, in app: inout AppState) {
    let history = app.histories[run.id] ?? RunHistory()
    let old = history.liveValue(of: key, in: run.experiment)?.description ?? ""
    app.overlay = Prompt(LiveSettingPrompt(run: run.id, key: key, old: old), text: old)
  }

  /// Whether the setting is changed in the pane: then no list comes back after typing.
  private static func isInPlace(_ app: AppState) -> Bool {
    app.stack.top(RunScreen.self)?.pane == .settings
  }

  private var list: LiveSettingList {
    LiveSettingList(run: run, cursor: Settings.live.firstIndex { $0.key == key } ?? 0)
  }

  func problem(with text: String, in app: AppState) -> String? {
    app.runs.record(run).flatMap {
      ExperimentForm($0.experiment, origin: "").error(setting: key, to: text)
    }
  }

  func candidates(for text: String, in app: AppState) -> [String] {
    guard case .choice(let choices)? = Settings.descriptor(key)?.kind else { return [] }
    return choices.filter { $0.hasPrefix(text) }
  }

  func accept(_ text: String, original: String, in app: inout AppState) -> [Effect] {
    if !Self.isInPlace(app) { app.overlay = list }
    guard text != old else { return [] }
    do {
      let value = try Settings.value(of: key, text)
      app.say(.information, "Asked run #\(run) for \(key) = \(text) instead of \(old).")
      return [.notebook(.control(.set(key: key, value: value), run))]
    } catch {
      app.say(.error, error.shortDescription)
      return []
    }
  }

  func cancel(original: String, in app: inout AppState) -> [Effect] {
    if !Self.isInPlace(app) { app.overlay = list }
    return []
  }

  func paint(_ prompt: Prompt, on painter: inout ScreenPainter) {
    if Self.isInPlace(painter.state) { return }
    painter.draw(LiveSettingsView.init) { $0.paint(list, editing: prompt) }
  }
}

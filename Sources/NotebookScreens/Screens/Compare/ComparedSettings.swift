import Experiments
import LabNotebook
import RunFolders

/// The settings that differ among runs, and what was changed while they ran.
struct ComparedSettings {
  /// A line: a setting with its value in each run, or what happened to one run.
  enum Line: Hashable {
    case setting(String, [String])
    case change(RunID, String)
  }

  private(set) var lines: [Line] = []

  init(_ runs: [RunRecord], _ histories: [RunID: RunHistory]) {
    for descriptor in Settings.all where descriptor.key != Settings.name.key {
      let values = runs.map { $0.experiment[key: descriptor.key] ?? descriptor.defaultValue }
      if Set(values).count > 1 {
        lines.append(.setting(descriptor.key, values.map(SettingText.text)))
      }
    }
    for run in runs {
      for logged in histories[run.id]?.events ?? [] {
        guard case .settingChanged(let key, let old, let new, let step, _) = logged.event else {
          continue
        }
        lines.append(.change(run.id, "\(key) \(old) → \(new) at step \(step)"))
      }
    }
  }
}

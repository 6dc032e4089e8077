import Experiments
import LabNotebook

/// The settings of a run in the order that matters while it runs: what can be changed now, what is
/// not the default, and then the rest.
struct RunSettingRows {
  /// Every setting that is shown.
  let keys: [String]
  /// How many of them can be changed while the run runs; they come first.
  let liveCount: Int
  /// How many follow that are not the default.
  let changedCount: Int

  private let run: RunRecord
  private let history: RunHistory

  init(run: RunRecord, history: RunHistory) {
    self.run = run
    self.history = history
    let live = Settings.live.map(\.key)
    let changed = run.experiment.differences(from: Experiment()).map(\.key)
      .filter { !live.contains($0) && $0 != Settings.name.key }
    let rest = ExperimentForm(run.experiment, origin: "").descriptors.map(\.key)
      .filter { !live.contains($0) && !changed.contains($0) && $0 != Settings.name.key }
    keys = live + changed + rest
    (liveCount, changedCount) = (live.count, changed.count)
  }

  /// The value a setting has now.
  func value(of key: String) -> String {
    history.liveValue(of: key, in: run.experiment)?.description ?? ""
  }

  /// The value it had before it was changed while the run ran; nil when it was not.
  func formerValue(of key: String) -> String? {
    guard let former = history.formerValue(of: key)?.description, former != value(of: key) else {
      return nil
    }
    return former
  }
}

package import Experiments
import RunFolders

/// The settings of a run that may change while it is under way, as they are now.
///
/// This is the only way to read them: they are asked for at each step that uses them.
package final class LiveSettings {
  private var experiment: Experiment

  /// The live settings that a run begins with.
  ///
  /// - Parameter changed: Those that are others since, by key, as a checkpoint keeps them.
  init(_ experiment: Experiment, changed: [String: String] = [:]) throws(ExperimentError) {
    self.experiment = experiment
    for (key, value) in changed.sorted(by: { $0.key < $1.key }) {
      try self.experiment.set(key, to: value)
    }
  }

  /// The value of a setting now.
  package subscript<Value>(_ setting: LiveSetting<Value>) -> Value { experiment[setting] }

  /// All of them, by key, for a checkpoint.
  var byKey: [String: String] {
    var values: [String: String] = [:]
    for descriptor in Settings.all where descriptor.isLive {
      values[descriptor.key] = experiment[key: descriptor.key]?.description
    }
    return values
  }

  /// Changes one.
  ///
  /// - Returns: The event of the change, or a warning that says why there is none.
  func change(_ key: String, to value: SettingValue, step: Int, tick: Int) -> Event {
    guard let descriptor = Settings.descriptor(key), descriptor.isLive else {
      return .log(.warning, "\(key) cannot be changed while a run is under way")
    }
    let old = experiment[key: key] ?? descriptor.defaultValue
    do {
      try experiment.set(key, to: value)
    } catch {
      return .log(.warning, "\(error)")
    }
    return .settingChanged(key: key, old: old, new: value, step: step, tick: tick)
  }
}

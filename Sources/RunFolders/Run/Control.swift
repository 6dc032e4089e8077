package import Experiments

/// What a run can be asked while it is under way.
package enum Control: Hashable, Codable, Sendable {
  /// Wait after this step, keeping everything in memory.
  case pause
  /// Go on.
  case resume
  /// End after this step.
  case stop
  /// Write a checkpoint after this step, and go on.
  case checkpoint
  /// Change a live setting.
  case set(key: String, value: SettingValue)
}

/// A control that waits until the engine has carried it out.
package struct ControlRequest: Identifiable, Hashable, Sendable {
  /// The name of its file, without the ending; names sort in the order of asking.
  package var id: String
  /// What was asked.
  package var control: Control

  /// A request that waits under a name.
  package init(id: String, control: Control) {
    self.id = id
    self.control = control
  }
}

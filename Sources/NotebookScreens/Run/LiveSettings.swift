package import Experiments

/// The settings that can be changed while a run runs.
package enum LiveSettings {
  /// Them, in the order of the settings' table.
  package static var descriptors: [SettingDescriptor] { Settings.all.filter(\.isLive) }
}

/// What is planned: a value for every setting; those that nobody set have their defaults.
package struct Experiment: Hashable, Sendable {
  private(set) var values: [String: SettingValue] = [:]

  /// The experiment of all defaults.
  package init() {}

  /// The value of a setting.
  package subscript<Value>(_ setting: Setting<Value>) -> Value {
    get {
      guard let value = values[setting.key] else { return setting.defaultValue }
      guard let typed = Value(setting: value) else {
        preconditionFailure("\(setting.key) holds \(value), which its row does not accept")
      }
      return typed
    }
    set {
      let descriptor = setting.descriptor
      precondition(
        descriptor.kind.accepts(newValue.settingValue),
        "\(descriptor.key) must be \(descriptor.kind.expectation), not \(newValue)")
      store(newValue.settingValue, for: descriptor)
    }
  }

  /// The value that a setting has when the run begins.
  package subscript<Value>(_ setting: LiveSetting<Value>) -> Value {
    get { self[setting.setting] }
    set { self[setting.setting] = newValue }
  }

  /// The value of a key of the table; nil for a key that is not in it.
  package subscript(key key: String) -> SettingValue? {
    values[key] ?? Settings.descriptor(key)?.defaultValue
  }

  /// Gives a setting its default.
  mutating func unset(_ key: String) {
    values[key] = nil
  }

  /// Keeps only what differs from the default, so that equal experiments are equal values.
  mutating func store(_ value: SettingValue, for descriptor: SettingDescriptor) {
    values[descriptor.key] = value == descriptor.defaultValue ? nil : value
  }

  /// Changes a setting by its key and a text as one types it; lists are separated by commas.
  package mutating func set(_ key: String, to text: String) throws(ExperimentError) {
    try set(key, to: Settings.value(of: key, text))
  }

  /// Changes a setting by its key; throws for a value that its row of the table does not accept.
  package mutating func set(_ key: String, to value: SettingValue) throws(ExperimentError) {
    guard let descriptor = Settings.descriptor(key) else { throw Self.unknown(key) }
    guard descriptor.kind.accepts(value) else {
      throw ExperimentError(
        key: key, problem: "\(key) is ‘\(value)’", expected: descriptor.kind.expectation)
    }
    store(value, for: descriptor)
  }

  static func unknown(_ key: String) -> ExperimentError {
    // Nothing that long is like a setting.
    guard key.utf8.count <= 100 else {
      let begin = String(key.prefix(80))
      return ExperimentError(key: begin, problem: "\(begin)… is not a setting")
    }
    return ExperimentError(
      key: key, problem: "\(key) is not a setting", nearestKey: Settings.nearestKey(to: key))
  }

  /// A setting that two experiments differ in.
  package struct Difference: Hashable, Sendable {
    /// The setting.
    package var key: String
    /// Its value in the other experiment.
    package var old: SettingValue
    /// Its value in this one.
    package var new: SettingValue
  }

  /// What differs from another experiment, in the order of the table.
  package func differences(from other: Experiment) -> [Difference] {
    Settings.all.compactMap { descriptor in
      let old = other[key: descriptor.key] ?? descriptor.defaultValue
      let new = self[key: descriptor.key] ?? descriptor.defaultValue
      return old == new ? nil : Difference(key: descriptor.key, old: old, new: new)
    }
  }
}

/// A setting that two experiments differ in.
package typealias SettingDifference = Experiment.Difference

extension Experiment: Codable {
  /// Decodes the values that were set; a key or a value that the table does not accept is refused.
  package init(from decoder: any Decoder) throws {
    let stored = try decoder.singleValueContainer().decode([String: SettingValue].self)
    for (key, value) in stored {
      guard let descriptor = Settings.descriptor(key), descriptor.kind.accepts(value) else {
        throw ExperimentError(
          key: key, problem: "\(key) = \(value) is not a setting of this program")
      }
      store(value, for: descriptor)
    }
  }

  /// Encodes the values that differ from their defaults.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(values)
  }
}

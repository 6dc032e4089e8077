import Experiments

/// The keys of a container that stores values of settings as text, beside the key of their setting.
///
/// The compiler writes the coding of `Event` and of `Control`; for a `SettingValue` in such a
/// container it takes the functions below, which the key of the setting tells how to read it. They
/// must be visible where those two types are declared.
protocol SettingKeyed: CodingKey {
  /// Where the setting's key is.
  static var setting: Self { get }
}

extension Event {
  /// What is stored of `settingChanged`.
  enum SettingChangedCodingKeys: String, SettingKeyed {
    case key, old, new, step, tick
    static let setting = key
  }
}

extension Control {
  /// What is stored of `set`.
  enum SetCodingKeys: String, SettingKeyed {
    case key, value
    static let setting = key
  }
}

extension KeyedDecodingContainer where Key: SettingKeyed {
  func decode(_ type: SettingValue.Type, forKey key: Key) throws -> SettingValue {
    try Settings.storedValue(
      of: decode(String.self, forKey: .setting), decode(String.self, forKey: key))
  }
}

extension KeyedEncodingContainer where Key: SettingKeyed {
  mutating func encode(_ value: SettingValue, forKey key: Key) throws {
    try encode(value.description, forKey: key)
  }
}

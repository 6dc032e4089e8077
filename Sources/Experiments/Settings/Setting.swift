/// Everything that is known of one setting: the row of the table.
package struct SettingDescriptor: Hashable, Sendable, Identifiable {
  /// The key with its groups, as `priming.inner.steps`.
  package let key: String
  /// What the setting accepts.
  package let kind: SettingKind
  /// What it is when nothing is said.
  package let defaultValue: SettingValue
  /// One sentence about it.
  package let doc: String
  /// The unit of a number, if it has one.
  package let unit: String?
  /// Whether it may change while a run is under way.
  package let isLive: Bool

  package var id: String { key }

  /// The groups of the key, as `priming.inner`; empty at the top.
  package var group: String {
    key.lastIndex(of: ".").map { String(key[..<$0]) } ?? ""
  }

  /// The key within its group, as `steps`.
  package var name: String {
    key.lastIndex(of: ".").map { String(key[key.index(after: $0)...]) } ?? key
  }
}

/// A setting with the Swift type of its value.
///
///     experiment[Settings.innerSteps]   // Int
package struct Setting<Value: SettingRepresentable>: Sendable {
  /// The row of the table.
  package let descriptor: SettingDescriptor
  /// The default, typed.
  package let defaultValue: Value

  init(
    _ key: String, _ kind: SettingKind, _ defaultValue: Value, unit: String? = nil, _ doc: String
  ) {
    self.init(key, kind, defaultValue, unit: unit, isLive: false, doc)
  }

  fileprivate init(
    _ key: String, _ kind: SettingKind, _ defaultValue: Value, unit: String?, isLive: Bool,
    _ doc: String
  ) {
    precondition(
      kind.accepts(defaultValue.settingValue), "The default of \(key) must be what it accepts")
    self.defaultValue = defaultValue
    descriptor = SettingDescriptor(
      key: key, kind: kind, defaultValue: defaultValue.settingValue, doc: doc, unit: unit,
      isLive: isLive)
  }

  /// The key with its groups, as `priming.inner.steps`.
  package var key: String { descriptor.key }
}

extension Setting where Value: SettingChoice {
  /// A setting that is one of the choices of its type.
  init(_ key: String, _ defaultValue: Value, _ doc: String) {
    self.init(key, .choice(Value.texts), defaultValue, doc)
  }
}

extension Setting {
  /// A setting that is a list of some of the choices of a type.
  init<Choice: SettingChoice>(
    _ key: String, _ defaultValue: [Choice], _ doc: String
  ) where Value == [Choice] {
    self.init(key, .choiceList(Choice.texts), defaultValue, doc)
  }
}

/// A setting that may change while a run is under way.
///
/// Its own type, so that whoever carries a run out cannot read what was planned where what is so now
/// is meant.
package struct LiveSetting<Value: SettingRepresentable>: Sendable {
  /// What it is as a setting like any other, of which an experiment has a value.
  package let setting: Setting<Value>

  init(
    _ key: String, _ kind: SettingKind, _ defaultValue: Value, unit: String? = nil, _ doc: String
  ) {
    setting = Setting(key, kind, defaultValue, unit: unit, isLive: true, doc)
  }

  /// The row of the table.
  package var descriptor: SettingDescriptor { setting.descriptor }
  /// The key with its groups, as `priming.steps`.
  package var key: String { descriptor.key }
  /// The default, typed.
  package var defaultValue: Value { setting.defaultValue }
}

extension Settings {
  /// The row of a key.
  package static func descriptor(_ key: String) -> SettingDescriptor? {
    byKey[key]
  }

  private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

  /// The value that a text, as one types it, gives a setting.
  package static func value(of key: String, _ text: String) throws(ExperimentError) -> SettingValue
  {
    guard let descriptor = descriptor(key) else { throw Experiment.unknown(key) }
    guard let value = descriptor.kind.parse(text) else {
      throw ExperimentError(
        key: key, problem: "\(key) is ‘\(text)’", expected: descriptor.kind.expectation)
    }
    return value
  }

  /// The value that a file of a run holds as text; text, where this program has no such setting or
  /// the setting does not accept it.
  package static func storedValue(of key: String, _ text: String) -> SettingValue {
    guard let value = descriptor(key)?.kind.parse(text) else { return .text(text) }
    return value
  }

  /// The settings that can change while a run is under way, in the order of the table.
  package static let live = all.filter(\.isLive)

  /// Throws unless a setting can change while a run is under way.
  package static func requireLive(_ key: String) throws(ExperimentError) {
    guard let descriptor = descriptor(key) else { throw Experiment.unknown(key) }
    guard descriptor.isLive else {
      throw ExperimentError(
        key: key, problem: "\(key) cannot change while a run is under way",
        expected: "one of \(live.map(\.key).joined(separator: ", ")), or a new run")
    }
  }

  /// The known key that is most like a mistyped one; nil when none is near.
  package static func nearestKey(to key: String) -> String? {
    func distance(_ candidate: String) -> Int {
      // Somebody who leaves out a group means the key all the same.
      let name = candidate.split(separator: ".").last.map(String.init) ?? candidate
      return min(
        editDistance(key.lowercased(), candidate.lowercased()),
        editDistance(key.lowercased(), name.lowercased()) + (name == candidate ? 0 : 1))
    }
    let nearest = all.map { ($0.key, distance($0.key)) }.min { $0.1 < $1.1 }
    guard let (found, changes) = nearest, changes <= max(2, key.count / 2) else { return nil }
    return found
  }
}

/// The least number of letters to insert, drop, replace or exchange with a neighbour.
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var before: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
      row.append(cost)
    }
    before = last
    last = row
  }
  return last[b.count]
}

package import LabNotebook
package import TerminalUI

/// The experiment form: the experiment being planned, and where the cursor stands in it.
package struct ExperimentFormState: Sendable {
  /// A setting that is being typed.
  package struct Edit: Hashable, Sendable {
    package var key: String
    package var line: TextInput
    /// What is wrong with the text as it stands.
    package var error: String?
  }

  /// What is wrong with the experiment as a whole, and with which setting.
  package struct Problem: Hashable, Sendable {
    package var key: String?
    package var text: String
  }

  /// A row of the form: the name of a group, or a setting.
  package enum Row: Hashable, Sendable {
    case group(String)
    case setting(String)
  }

  /// The experiment as it was when the form was opened.
  package var base: Experiment
  /// Where that came from, in words: "the defaults", a path, "run #12".
  package var origin: String
  package var experiment: Experiment
  /// The experiment before each change, the newest last.
  package var past: [Experiment] = []
  package var cursorKey: String
  package var search = ""
  package var showsChangedOnly = false
  package var edit: Edit?
  package var problem: Problem?
  /// What a save would suggest as its path.
  package var path: String?

  package init(_ experiment: Experiment, origin: String, path: String? = nil) {
    base = experiment
    self.origin = origin
    self.experiment = experiment
    self.path = path
    cursorKey = Settings.all.first?.key ?? ""
    problem = Self.problem(in: experiment)
  }

  /// The settings that can be seen, in the order of the table.
  package var descriptors: [SettingDescriptor] {
    let words = search.lowercased().split(separator: " ")
    return Settings.all.filter { descriptor in
      guard isRelevant(descriptor) else { return false }
      if showsChangedOnly, !differs(descriptor.key), !isSet(descriptor) { return false }
      let text = "\(descriptor.key) \(descriptor.doc)".lowercased()
      return words.allSatisfy { text.contains($0) }
    }
  }

  /// The rows: settings under the names of their groups.
  package var rows: [Row] {
    var rows: [Row] = []
    var group: String?
    for descriptor in descriptors {
      if descriptor.group != group {
        group = descriptor.group
        rows.append(.group(descriptor.group))
      }
      rows.append(.setting(descriptor.key))
    }
    return rows
  }

  /// The setting under the cursor, if any can be seen.
  package var current: SettingDescriptor? {
    let descriptors = descriptors
    return descriptors.first { $0.key == cursorKey } ?? descriptors.first
  }

  /// The value of a setting as text.
  package func text(_ key: String) -> String {
    experiment[key: key].map(SettingText.text) ?? ""
  }

  /// Whether the setting differs from what it was when the form was opened.
  package func differs(_ key: String) -> Bool { experiment[key: key] != base[key: key] }

  /// Whether the setting differs from its default.
  package func isSet(_ descriptor: SettingDescriptor) -> Bool {
    experiment[key: descriptor.key] != descriptor.defaultValue
  }

  /// Whether anything was changed since the form was opened.
  package var isChanged: Bool { experiment != base }

  /// Changes a setting, remembering what was before; the error in words if it cannot be.
  package mutating func set(_ key: String, to text: String) -> String? {
    var changed = experiment
    if let error = Self.error(setting: key, to: text, in: &changed) { return error }
    guard changed != experiment else { return nil }
    past.append(experiment)
    experiment = changed
    problem = Self.problem(in: changed)
    return nil
  }

  /// What would be wrong with this text for the setting; nil if it is good.
  package func error(setting key: String, to text: String) -> String? {
    var changed = experiment
    return Self.error(setting: key, to: text, in: &changed)
  }

  /// Takes the last change back; false if there is none.
  package mutating func undo() -> Bool {
    guard let previous = past.popLast() else { return false }
    experiment = previous
    problem = Self.problem(in: previous)
    return true
  }

  private func isRelevant(_ descriptor: SettingDescriptor) -> Bool {
    let isPretraining = experiment[key: "kind"] == .text("pretraining")
    switch descriptor.group.split(separator: ".").first {
    case "pretraining": return isPretraining
    case nil: return true
    case "encoder", "checkpoint": return true
    default: return !isPretraining
    }
  }

  private static func error(
    setting key: String, to text: String, in experiment: inout Experiment
  ) -> String? {
    do {
      try experiment.set(key, to: text)
      return nil
    } catch {
      return error.shortDescription
    }
  }

  private static func problem(in experiment: Experiment) -> Problem? {
    do {
      try experiment.validated()
      return nil
    } catch {
      return Problem(key: error.key, text: error.shortDescription)
    }
  }
}

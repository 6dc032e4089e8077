package import Experiments
package import TerminalUI

/// The experiment form: the experiment being planned, and where the cursor stands in it.
package struct ExperimentForm: Screen {
  /// A setting that is being typed.
  package struct Edit: Hashable, Sendable {
    package var key: String
    package var line: TextInput
    /// What is wrong with the text as it stands.
    package var error: String?
    /// What Tab offers for the end of the text, which of it stands there, and what stands before.
    package var candidates: [String] = []
    package var candidate: Int?
    package var before = ""
  }

  /// What is wrong with the experiment as a whole, and with which setting.
  package struct Problem: Hashable, Sendable {
    /// How bad it is, the worst first.
    package enum Severity: Hashable, Sendable {
      /// It could not run at all so.
      case rule
      /// Files are missing, which may still come.
      case files
      /// It runs, and is probably not meant.
      case warning
    }

    package var key: String?
    package var text: String
    package var severity = Severity.rule

    init(_ error: ExperimentError, _ severity: Severity) {
      key = error.key
      text = error.shortDescription
      self.severity = severity
    }
  }

  /// A row of the form: the name of a group, or a setting.
  package enum Row: Hashable, Sendable {
    case group(String)
    case setting(String)
  }

  /// What the experiment is compared with.
  package struct Reference: Hashable, Sendable {
    package var experiment: Experiment
    /// Where that came from, in words: "the defaults", a path, "run #12".
    package var name: String

    package init(experiment: Experiment, name: String) {
      self.experiment = experiment
      self.name = name
    }
  }

  /// A text that came back from the editor and could not be read.
  package struct Draft: Hashable, Sendable {
    package var path: String
    package var text: String
    package var line: Int?
  }

  /// The experiment as it was when the form was opened.
  package let opened: Reference
  /// What changes are counted from.
  package var reference: Reference
  package private(set) var experiment: Experiment
  /// The experiment before each change, the newest last.
  package private(set) var past: [Experiment] = []
  /// What was taken back, the last first to be done again.
  package private(set) var future: [Experiment] = []
  package var cursorKey: String
  package var search = ""
  package var showsChangedOnly = false
  package var edit: Edit?
  /// What the rules between settings forbid.
  package private(set) var ruleProblems: [Problem] = []
  /// What the experiment names and is not there; known a moment after a change.
  package private(set) var fileProblems: [Problem] = []
  /// What is probably not meant, by the rules between settings and by the encoder's sizes.
  private var ruleWarnings: [Problem] = []
  private var fileWarnings: [Problem] = []
  /// The tags that a run of it would have; nil until its corpora were counted.
  package private(set) var tags: TagsAnswer?
  /// The file it came from, which a save suggests.
  package var path: String?
  /// The file that relative paths are relative to.
  package var near: String?
  package var draft: Draft?

  package init(_ experiment: Experiment, origin: String, path: String? = nil) {
    opened = Reference(experiment: experiment, name: origin)
    reference = opened
    self.experiment = experiment
    self.path = path
    near = path
    cursorKey = Settings.all.first?.key ?? ""
    checkRules()
  }

  /// Where the experiment came from.
  package var origin: String { opened.name }

  /// All that is wrong, what forbids a start first.
  package var problems: [Problem] { ruleProblems + fileProblems }

  /// What is probably not meant.
  package var warnings: [Problem] { ruleWarnings + fileWarnings }

  /// What is wrong with one setting, the worst first.
  package func problem(of key: String) -> Problem? {
    (problems + warnings).first { $0.key == key }
  }

  /// The settings that can be seen, in the order of the table.
  package var descriptors: [SettingDescriptor] {
    let words = search.lowercased().split(separator: " ")
    let isPretraining = experiment[Settings.kind] == .pretraining
    let changed = Set(showsChangedOnly ? differences.map(\.key) : [])
    return Settings.all.filter { descriptor in
      guard descriptor.matters(isPretraining: isPretraining) else { return false }
      if showsChangedOnly, !changed.contains(descriptor.key), !isSet(descriptor) { return false }
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

  /// Whether a setting is a path.
  func isPath(_ key: String) -> Bool { Settings.descriptor(key)?.kind == .path }

  /// The value of a setting as text.
  package func text(_ key: String) -> String {
    experiment[key: key].map(SettingText.text) ?? ""
  }

  /// What differs from the reference.
  package var differences: [SettingDifference] {
    experiment.differences(from: reference.experiment).filter { !isSamePath($0) }
  }

  /// Whether the setting differs from the reference.
  package func differs(_ key: String) -> Bool { differences.contains { $0.key == key } }

  /// A run has absolute paths where a plan may have relative ones.
  private func isSamePath(_ difference: SettingDifference) -> Bool {
    guard Settings.descriptor(difference.key)?.kind == .path,
      case .text(let new) = difference.new, case .text(let old) = difference.old
    else { return false }
    return !new.isEmpty && old.hasSuffix("/" + new) || !old.isEmpty && new.hasSuffix("/" + old)
  }

  /// Whether the setting differs from its default.
  package func isSet(_ descriptor: SettingDescriptor) -> Bool {
    experiment[key: descriptor.key] != descriptor.defaultValue
  }

  /// Whether anything was changed since the form was opened.
  package var isChanged: Bool { experiment != opened.experiment }

  // MARK: Changing

  /// Changes a setting, remembering what was before; the error in words if it cannot be.
  package mutating func set(_ key: String, to text: String) -> String? {
    var changed = experiment
    if let error = Self.error(setting: key, to: text, in: &changed) { return error }
    take(changed)
    return nil
  }

  /// Replaces all settings, as one change.
  package mutating func take(_ changed: Experiment) {
    guard changed != experiment else { return }
    past.append(experiment)
    future = []
    show(changed)
  }

  /// What would be wrong with this text for the setting; nil if it is good.
  package func error(setting key: String, to text: String) -> String? {
    var changed = experiment
    return Self.error(setting: key, to: text, in: &changed)
  }

  /// Takes the last change back; false if there is none.
  package mutating func undo() -> Bool {
    guard let previous = past.popLast() else { return false }
    future.append(experiment)
    show(previous)
    return true
  }

  /// Does again what was taken back; false if there is nothing.
  package mutating func redo() -> Bool {
    guard let next = future.popLast() else { return false }
    past.append(experiment)
    show(next)
    return true
  }

  /// Takes over what is wrong with the files of an experiment, if it is still this one.
  package mutating func take(
    _ errors: [ExperimentError], warnings: [ExperimentError], of checked: Experiment
  ) {
    guard checked == experiment else { return }
    fileProblems = errors.map { Problem($0, .files) }
    fileWarnings = warnings.map { Problem($0, .warning) }
  }

  /// Whether the tags of a run of an experiment are to be counted: it is this one, and they are not
  /// known.
  package func wantsTags(of checked: Experiment) -> Bool {
    checked == experiment && tags == nil && experiment[Settings.kind] != .pretraining
  }

  /// Takes over the tags of a run of an experiment, if it is still this one.
  package mutating func take(_ answer: TagsAnswer, of counted: Experiment) {
    if counted == experiment { tags = answer }
  }

  /// Whether a setting decides what tags a run has.
  package static func decidesTags(_ key: String) -> Bool {
    key.hasPrefix("data.")
      || [
        Settings.primingMethod.key, Settings.primingLanguages.key, Settings.tuningLanguages.key,
        Settings.evaluationSplits.key,
      ].contains(key)
  }

  // The cursor goes where something changed, so that undo is seen.
  private mutating func show(_ other: Experiment) {
    let changes = other.differences(from: experiment).map(\.key)
    experiment = other
    checkRules()
    if changes.contains(where: Self.decidesTags) { tags = nil }
    fileProblems.removeAll { problem in problem.key.map(changes.contains) ?? false }
    fileWarnings.removeAll { problem in problem.key.map(changes.contains) ?? false }
    if let first = changes.first, !changes.contains(cursorKey) { cursorKey = first }
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

  private mutating func checkRules() {
    ruleProblems = experiment.problems.map { Problem($0, .rule) }
    ruleWarnings = experiment.warnings.map { Problem($0, .warning) }
  }
}

extension ExperimentForm {
  package static let keySections = [KeySection(.experiment), KeySection(.grid, .frontWithText)]

  package func context(in app: AppState) -> KeyContext { edit == nil ? .experiment : .prompt }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    if !search.isEmpty || showsChangedOnly {
      search = ""
      showsChangedOnly = false
      return .stays
    }
    guard isChanged else { return .leaves() }
    app.overlay = Confirmation(
      title: "Leave the form?", text: "Its changes are neither saved nor started.", effects: [],
      leavesScreen: true)
    return .stays
  }

  package var surveys: Set<String> { ["tags"] }

  /// Opens a form on top of what is shown.
  static func open(_ form: ExperimentForm, in app: inout AppState) -> [Effect] {
    app.stack.open(form)
    return form.checkFiles
  }

  /// Asks whether what the form names is there.
  var checkFiles: [Effect] { [.notebook(.checkFiles(experiment, near: near))] }

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .experimentLoaded(let experiment, let path):
      return open(ExperimentForm(experiment, origin: path, path: path), in: &app)
    case .filesChecked(let experiment, let errors, let warnings):
      var effects: [Effect] = []
      app.stack.changeTop(ExperimentForm.self) { form in
        form.take(errors, warnings: warnings, of: experiment)
        if errors.isEmpty, form.wantsTags(of: experiment) {
          effects = [.survey(.tags(experiment, near: form.near))]
        }
      }
      return effects
    case .tagsCounted(let experiment, let answer):
      app.stack.changeTop(ExperimentForm.self) { $0.take(answer, of: experiment) }
    case .startPoints(let points): take(points, in: &app)
    case .edited(let outcome):
      guard case .experiment = outcome.subject else { return [] }
      return app.act { screen, app in
        guard var form = screen as? ExperimentForm else { return [] }
        defer { screen = form }
        return form.take(outcome, in: &app)
      }
    default: break
    }
    return []
  }

  /// Sets settings of the newest form, and goes back to it; without one, opens a form with the
  /// defaults.
  static func fill(_ values: [(key: String, text: String)], in app: inout AppState) -> [Effect] {
    if !app.stack.goBack(to: ExperimentForm.self) {
      app.stack.open(ExperimentForm(Experiment(), origin: "the defaults"))
    }
    var notices: [(Notice.Kind, String)] = []
    let undo = app.keys.name(of: .undo, in: .experiment)
    let effects = app.stack.changeTop(ExperimentForm.self) { form in
      form.search = ""
      form.showsChangedOnly = false
      for (key, text) in values {
        if let error = form.set(key, to: text) {
          notices.append((.error, "\(key): \(error)"))
        } else {
          form.cursorKey = key
          let shown = Formatting.middle(text, columns: 48)
          notices.append((.information, "\(key) is \(shown); \(undo) takes it back."))
        }
      }
      return form.checkFiles
    }
    for (kind, text) in notices { app.say(kind, text) }
    return effects ?? []
  }

  /// Changes a setting of the form that is shown, as a typed command asks.
  static func set(_ key: String, to text: String, in app: inout AppState) -> [Effect] {
    var problem: String?
    let effects = app.stack.changeTop(ExperimentForm.self) { form -> [Effect] in
      problem = form.set(key, to: text)
      if problem != nil { return [] }
      form.cursorKey = key
      return form.checkFiles
    }
    if let problem { app.say(.error, problem) }
    return effects ?? []
  }
}

import Experiments
import LabNotebook
import RunFolders
import TerminalUI

/// Actions on the experiment form.
extension AppState {
  /// Carries an action of the form out.
  mutating func performInForm(_ action: Action) -> [Effect] {
    guard case .experiment(var form) = stack.last else { return [] }
    let before = form.experiment
    var effects: [Effect] = []
    switch action {
    case .up: form.move(by: -1)
    case .down: form.move(by: 1)
    case .pageUp: form.move(by: -max(height - 10, 1))
    case .pageDown: form.move(by: max(height - 10, 1))
    case .top: form.move(by: -1_000)
    case .bottom: form.move(by: 1_000)
    case .nextPane: form.moveToGroup(1)
    case .previousPane: form.moveToGroup(-1)
    case .left: form.choose(-1)
    case .right: form.choose(1)
    case .edit: form.beginEdit()
    case .undo: _ = form.undo()
    case .redo: _ = form.redo()
    case .reset: form.reset()
    case .nextProblem: form.moveToProblem()
    case .changedOnly: form.showsChangedOnly.toggle()
    case .filter: overlay = .prompt(Prompt(.search, text: form.search))
    case .save:
      overlay = .prompt(Prompt(.savePath, text: form.path ?? form.suggestedPath))
    case .start:
      say(.information, "Starting \(form.experiment[Settings.name])…")
      effects = [.notebook(.enqueue(form.experiment, near: form.near))]
    case .queue:
      effects = [.notebook(.queue(form.experiment, near: form.near))]
    case .presets: openPresets(form)
    case .compareWith: openReferences(form)
    case .grid: openGrid(form)
    case .externalEditor: effects = [.edit(form.editorJob)]
    default: break
    }
    stack[stack.count - 1] = .experiment(form)
    if form.experiment != before { effects += checkFiles(form) }
    return effects
  }

  /// Asks whether what the form names is there.
  func checkFiles(_ form: ExperimentFormState) -> [Effect] {
    [.notebook(.checkFiles(form.experiment, near: form.near))]
  }

  // MARK: Presets

  private mutating func openPresets(_ form: ExperimentFormState) {
    var items = [
      Chooser.Item(
        .opened, "as it was opened", detail: "All changes taken back, from \(form.origin)."),
      Chooser.Item(.defaults, "the defaults", detail: "Every setting as the table has it."),
    ]
    items += samples.map { sample in
      Chooser.Item(
        .sample(path: sample.path), sample.experiment[Settings.name], detail: sample.summary)
    }
    overlay = .chooser(Chooser(.preset, title: "Begin from a preset", items: items))
  }

  /// Takes the settings of a preset over, as one change that can be taken back.
  mutating func takePreset(_ value: Chooser.Value) -> [Effect] {
    guard case .experiment(var form) = stack.last else { return [] }
    switch value {
    case .opened: form.take(form.opened.experiment)
    case .defaults: form.take(Experiment())
    case .sample(let path):
      guard let sample = samples.first(where: { $0.path == path }) else { return [] }
      form.take(sample.experiment)
      if form.path == nil { form.near = path }
    default: return []
    }
    stack[stack.count - 1] = .experiment(form)
    say(.information, "Taken over; \(keys.name(of: .undo, in: .experiment)) takes it back.")
    return checkFiles(form)
  }

  // MARK: Comparing

  private mutating func openReferences(_ form: ExperimentFormState) {
    var items = [
      Chooser.Item(.opened, form.origin, detail: "As it was opened."),
      Chooser.Item(.defaults, "the defaults", detail: "Every setting as the table has it."),
    ]
    items += runs.records.reversed().filter { $0.deleted == nil }.map { run in
      let changes = form.count(of: run.experiment)
      return Chooser.Item(
        .run(run.id), "#\(run.id) \(run.name)",
        detail: "\(run.state.rawValue), "
          + (changes == 1 ? "1 setting differs" : "\(changes) settings differ"))
    }
    overlay = .chooser(
      Chooser(.reference, title: "Compare the settings with", items: items))
  }

  /// Compares the form with a run, or with where it came from, from now on.
  mutating func takeReference(_ value: Chooser.Value) -> [Effect] {
    guard case .experiment(var form) = stack.last else { return [] }
    switch value {
    case .opened: form.reference = form.opened
    case .defaults: form.reference = .init(experiment: Experiment(), name: "the defaults")
    case .run(let id):
      guard let run = runs.record(id) else { return [] }
      form.reference = .init(experiment: run.experiment, name: "run #\(id)")
      // What differs is what one wants to see now.
      form.showsChangedOnly = false
    default: return []
    }
    stack[stack.count - 1] = .experiment(form)
    return []
  }

  // MARK: The editor

  /// Takes over what came back from the editor.
  mutating func takeEdited(_ outcome: EditorOutcome) -> [Effect] {
    guard case .experiment(var form) = stack.last else { return [] }
    defer { stack[stack.count - 1] = .experiment(form) }
    let text = outcome.text
    do throws(ExperimentError) {
      let name = outcome.path.split(separator: "/").last.map(String.init) ?? outcome.path
      let experiment = try Experiment(toml: text, file: name)
      form.draft = nil
      if experiment == form.experiment {
        say(.information, "The editor changed nothing.")
        return [.notebook(.removeDraft(outcome.path))]
      }
      let count = experiment.differences(from: form.experiment).count
      form.take(experiment)
      say(
        .information,
        "Took \(count) setting\(count == 1 ? "" : "s") from the editor; "
          + "\(keys.name(of: .undo, in: .experiment)) takes back.")
      return [.notebook(.removeDraft(outcome.path))] + checkFiles(form)
    } catch {
      form.draft = .init(path: outcome.path, text: text, line: error.line)
      let key = keys.name(of: .externalEditor, in: .experiment)
      say(.error, "\(error). It is kept; \(key) opens it there.")
      return []
    }
  }
}

extension ExperimentFormState {
  /// The job for the editor: the file that could not be read, else every setting with its sentence.
  var editorJob: EditorJob {
    if let draft {
      return EditorJob(.experiment, text: draft.text, name: draft.path, line: draft.line)
    }
    return EditorJob(
      .experiment,
      text: experiment.annotatedToml(
        heading: "Save and leave the editor to take the settings over.\n"
          + "Lines that begin with # are left at their defaults."),
      name: suggestedPath, line: nil)
  }

  /// In how many settings an experiment differs from this one.
  func count(of other: Experiment) -> Int {
    var copy = self
    copy.reference = Reference(experiment: other, name: "")
    return copy.differences.filter { $0.key != Settings.name.key }.count
  }

  /// Moves the cursor by so many settings, and stops at both ends.
  mutating func move(by rows: Int) {
    let descriptors = descriptors
    guard !descriptors.isEmpty else { return }
    let index = descriptors.firstIndex { $0.key == cursorKey } ?? 0
    cursorKey = descriptors[min(max(index + rows, 0), descriptors.count - 1)].key
  }

  /// Moves to the first setting of the next or the previous group.
  mutating func moveToGroup(_ step: Int) {
    let descriptors = descriptors
    guard let current else { return }
    var groups: [String] = []
    for descriptor in descriptors where groups.last != descriptor.group {
      groups.append(descriptor.group)
    }
    guard let index = groups.firstIndex(of: current.group) else { return }
    let target = groups[(index + step + groups.count) % groups.count]
    cursorKey = descriptors.first { $0.group == target }?.key ?? cursorKey
  }

  /// Moves to the next setting with which something is wrong.
  mutating func moveToProblem() {
    let wrong = Set(problems.compactMap(\.key))
    search = ""
    showsChangedOnly = false
    let keys = descriptors.map(\.key)
    let here = keys.firstIndex(of: cursorKey) ?? 0
    let order = keys[(here + 1)...] + keys[...here]
    if let next = order.first(where: wrong.contains) { cursorKey = next }
  }

  /// Takes the next or the previous of a setting's choices.
  mutating func choose(_ step: Int) {
    guard let current else { return }
    cursorKey = current.key
    let choices: [String]
    switch current.kind {
    case .choice(let all): choices = all
    case .bool: choices = ["false", "true"]
    default: return
    }
    guard !choices.isEmpty else { return }
    let index = choices.firstIndex(of: text(current.key)) ?? 0
    _ = set(current.key, to: choices[(index + step + choices.count) % choices.count])
  }

  /// Starts typing the value of the setting under the cursor; a choice takes its next value.
  mutating func beginEdit() {
    guard let current else { return }
    cursorKey = current.key
    switch current.kind {
    case .choice, .bool: choose(1)
    default: edit = Edit(key: current.key, line: TextInput(text(current.key)), error: nil)
    }
  }

  /// Puts the setting back to what the reference has.
  mutating func reset() {
    guard let current, let value = reference.experiment[key: current.key] else { return }
    _ = set(current.key, to: SettingText.text(value))
  }

  /// Where the experiment would be saved: its name as a file name.
  var suggestedPath: String {
    let words = experiment[Settings.name].lowercased()
      .split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    return "\(words.isEmpty ? "experiment" : words).toml"
  }
}

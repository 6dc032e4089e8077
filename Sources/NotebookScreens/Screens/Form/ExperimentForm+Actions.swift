import Experiments
import LabNotebook
import RunFolders
package import TerminalUI

/// Actions on the experiment form.
extension ExperimentForm {
  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let before = experiment
    var effects: [Effect] = []
    switch action {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -max(app.height - 10, 1))
    case .pageDown: move(by: max(app.height - 10, 1))
    case .top: move(by: -1_000)
    case .bottom: move(by: 1_000)
    case .nextPane: moveToGroup(1)
    case .previousPane: moveToGroup(-1)
    case .left: choose(-1)
    case .right: choose(1)
    case .edit: beginEdit()
    case .undo: _ = undo()
    case .redo: _ = redo()
    case .reset: reset()
    case .nextProblem: moveToProblem()
    case .changedOnly: showsChangedOnly.toggle()
    case .filter: app.overlay = Prompt(SettingSearchPrompt(), text: search)
    case .save: app.overlay = Prompt(SavePrompt(), text: path ?? suggestedPath)
    case .start:
      app.say(.information, "Starting \(experiment[Settings.name])…")
      effects = [.notebook(.enqueue(experiment, near: near))]
    case .queue: effects = [.notebook(.queue(experiment, near: near))]
    case .presets: openPresets(in: &app)
    case .compareWith: openReferences(in: &app)
    case .grid: openGrid(in: &app)
    case .externalEditor: effects = [.edit(editorJob)]
    case .confirm: acceptField()
    case .cancel: edit = nil
    case .complete: completeField(in: app)
    default: break
    }
    if experiment != before { effects += checkFiles }
    return effects
  }

  package mutating func refused(_ action: Action) {
    guard [.start, .queue, .grid].contains(action), let key = problems.first?.key else { return }
    showAll()
    cursorKey = key
  }

  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    switch action {
    case .new: return open(ExperimentForm(Experiment(), origin: "the defaults"), in: &app)
    case .fork:
      guard let run = app.currentRun else { return [] }
      return open(ExperimentForm(run.experiment, origin: "run #\(run.id)"), in: &app)
    case .forkFrom: return chooseStart(in: &app)
    case .openFile:
      app.overlay = Prompt(ExperimentFilePrompt())
      return []
    case .browse: return browse(in: &app)
    default: return nil
    }
  }

  /// Opens what the setting under the form's cursor can be chosen from.
  private static func browse(in app: inout AppState) -> [Effect] {
    guard let form = app.stack.top(ExperimentForm.self), let key = form.current?.key else {
      return []
    }
    switch key {
    case Settings.encoderPath.key: return EncodersScreen.open(in: &app)
    case Settings.startCheckpoint.key: return chooseStart(in: &app)
    case Settings.primingLanguages.key, Settings.tuningLanguages.key:
      let chosen = form.text(key).split { $0 == "," || $0 == " " }.map(String.init)
      return CorpusScreen.open(purpose: .languages(key: key), marked: chosen, in: &app)
    default: return CorpusScreen.open(in: &app)
    }
  }

  // MARK: Typing in a field

  package mutating func type(_ key: KeyEvent, in app: inout AppState) -> [Effect] {
    changeField { _ = $0.handle(key) }
    return []
  }

  package mutating func paste(_ text: String, in app: inout AppState) -> [Effect]? {
    guard edit != nil else { return nil }
    guard let line = app.firstLine(of: text) else { return [] }
    changeField { $0.insert(line) }
    return []
  }

  private mutating func changeField(_ change: (inout TextInput) -> Void) {
    guard var edit else { return }
    change(&edit.line)
    edit.candidate = nil
    edit.error = error(setting: edit.key, to: edit.line.text)
    self.edit = edit
  }

  private mutating func acceptField() {
    guard var edit else { return }
    if let error = set(edit.key, to: edit.line.text) {
      edit.error = error
      self.edit = edit
    } else {
      self.edit = nil
    }
  }

  package func typedPath(in app: AppState) -> String? {
    guard let edit, isPath(edit.key) else { return nil }
    // Of several folders joined by colons the last is being typed.
    return edit.line.text.split(separator: ":", omittingEmptySubsequences: false).last
      .map(String.init)
  }

  /// Completes the path in a field, a folder at a time, or the point that the run begins from.
  private mutating func completeField(in app: AppState) {
    guard var edit else { return }
    if edit.candidate == nil {
      if let path = typedPath(in: app) {
        edit.candidates = app.pathCompletions(of: path, foldersOnly: true)
        edit.before = String(edit.line.text.dropLast(path.count))
      } else if edit.key == Settings.startCheckpoint.key {
        (edit.candidates, edit.before) = (app.startCompletions(of: edit.line.text), "")
      }
    }
    guard !edit.candidates.isEmpty else { return }
    let next = edit.candidate.map { ($0 + 1) % edit.candidates.count } ?? 0
    edit.line = TextInput(edit.before + edit.candidates[next])
    edit.candidate = edit.candidates.count == 1 ? nil : next
    edit.error = error(setting: edit.key, to: edit.line.text)
    self.edit = edit
  }

  // MARK: The mouse

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    guard edit == nil else { return .done() }
    let area = FormLayout(body: body).rows
    guard area.contains(x: mouse.x, y: mouse.y) else { return .done() }
    if isDouble { return .action(.edit) }
    let rows = rows
    let selected = rows.firstIndex { $0 == (current?.key).map(Row.setting) } ?? 0
    guard let index = area.row(at: mouse, selected: selected, count: rows.count),
      case .setting(let key) = rows[index]
    else { return .done() }
    cursorKey = key
    return .done()
  }

  // MARK: Presets

  private func openPresets(in app: inout AppState) {
    var items = [
      Chooser.Item(
        .opened, "as it was opened", detail: "All changes taken back, from \(origin)."),
      Chooser.Item(.defaults, "the defaults", detail: "Every setting as the table has it."),
    ]
    items += app.samples.map { sample in
      Chooser.Item(
        .sample(path: sample.path), sample.experiment[Settings.name], detail: sample.summary)
    }
    app.overlay = Chooser(PresetChoice(), title: "Begin from a preset", items: items)
  }

  // MARK: Comparing

  private func openReferences(in app: inout AppState) {
    var items = [
      Chooser.Item(.opened, origin, detail: "As it was opened."),
      Chooser.Item(.defaults, "the defaults", detail: "Every setting as the table has it."),
    ]
    items += app.runs.records.reversed().filter { $0.deleted == nil }.map { run in
      let changes = count(of: run.experiment)
      return Chooser.Item(
        .run(run.id), "#\(run.id) \(run.name)",
        detail: "\(run.state.rawValue), "
          + (changes == 1 ? "1 setting differs" : "\(changes) settings differ"))
    }
    app.overlay = Chooser(
      ReferenceChoice(), title: "Compare the settings with", items: items)
  }

  // MARK: The editor

  /// Takes over what came back from the editor.
  mutating func take(_ outcome: EditorOutcome, in app: inout AppState) -> [Effect] {
    do throws(ExperimentError) {
      let name = outcome.path.split(separator: "/").last.map(String.init) ?? outcome.path
      let edited = try Experiment(toml: outcome.text, file: name)
      draft = nil
      if edited == experiment {
        app.say(.information, "The editor changed nothing.")
        return [.notebook(.removeDraft(outcome.path))]
      }
      let count = edited.differences(from: experiment).count
      take(edited)
      app.say(
        .information,
        "Took \(count) setting\(count == 1 ? "" : "s") from the editor; "
          + "\(app.keys.name(of: .undo, in: .experiment)) takes back.")
      return [.notebook(.removeDraft(outcome.path))] + checkFiles
    } catch {
      draft = .init(path: outcome.path, text: outcome.text, line: error.line)
      let key = app.keys.name(of: .externalEditor, in: .experiment)
      app.say(.error, "\(error). It is kept; \(key) opens it there.")
      return []
    }
  }
}

/// The settings that the form takes over, as one change that can be taken back.
struct PresetChoice: ChooserKind {
  func take(_ value: Chooser.Value, in app: inout AppState) -> [Effect] {
    let samples = app.samples
    let effects = app.stack.changeTop(ExperimentForm.self) { form -> [Effect]? in
      switch value {
      case .opened: form.take(form.opened.experiment)
      case .defaults: form.take(Experiment())
      case .sample(let path):
        guard let sample = samples.first(where: { $0.path == path }) else { return nil }
        form.take(sample.experiment)
        if form.path == nil { form.near = path }
      default: return nil
      }
      return form.checkFiles
    }
    guard let effects, let effects else { return [] }
    app.say(
      .information, "Taken over; \(app.keys.name(of: .undo, in: .experiment)) takes it back.")
    return effects
  }
}

/// What the form is compared with from now on: a run, or where it came from.
struct ReferenceChoice: ChooserKind {
  func take(_ value: Chooser.Value, in app: inout AppState) -> [Effect] {
    let runs = app.runs
    app.stack.changeTop(ExperimentForm.self) { form in
      switch value {
      case .opened: form.reference = form.opened
      case .defaults: form.reference = .init(experiment: Experiment(), name: "the defaults")
      case .run(let id):
        guard let run = runs.record(id) else { return }
        form.reference = .init(experiment: run.experiment, name: "run #\(id)")
        // What differs is what one wants to see now.
        form.showsChangedOnly = false
      default: break
      }
    }
    return []
  }
}

/// A search among the settings, which acts while it is typed.
struct SettingSearchPrompt: SearchPrompt {
  func preview(_ text: String, in app: inout AppState) -> [Effect] {
    app.stack.changeTop(ExperimentForm.self) { $0.search(for: text) }
    return []
  }
}

/// Where the experiment is saved.
struct SavePrompt: PromptKind {
  let label = "Save as:"

  func accept(_ path: String, original: String, in app: inout AppState) -> [Effect] {
    guard let form = app.stack.top(ExperimentForm.self), !path.isEmpty else { return [] }
    return [.notebook(.save(form.experiment, path: path, replaces: path == form.path))]
  }
}

/// The file of an experiment that is opened in the form.
struct ExperimentFilePrompt: PromptKind {
  let label = "Experiment file:"
  let offersWhileTyping = true

  func path(in text: String) -> String? { text }

  func candidates(for text: String, in app: AppState) -> [String] {
    app.samples.map(\.path).filter { $0.hasPrefix(text) } + app.pathCompletions(of: text)
  }

  func accept(_ path: String, original: String, in app: inout AppState) -> [Effect] {
    path.isEmpty ? [] : [.notebook(.load(path: path))]
  }
}

extension ExperimentForm {
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

  /// Shows the settings that match, with the cursor on the one whose name is what was typed.
  mutating func search(for text: String) {
    search = text
    let word = text.lowercased().trimmingPrefix(while: \.isWhitespace)
    guard !word.isEmpty else { return }
    let keys = descriptors.map(\.key)
    let best =
      keys.first { $0.lowercased() == word }
      ?? keys.first { $0.lowercased().hasSuffix(".\(word)") }
      ?? keys.first { $0.lowercased().contains(word) }
    if let best { cursorKey = best }
  }

  /// Shows every setting again.
  private mutating func showAll() {
    search = ""
    showsChangedOnly = false
  }

  /// Moves to the next setting with which something is wrong, or probably not meant.
  mutating func moveToProblem() {
    let wrong = Set((problems + warnings).compactMap(\.key))
    showAll()
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

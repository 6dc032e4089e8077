import LabNotebook
import TerminalUI

/// Actions on the experiment form.
extension AppState {
  /// Carries an action of the form out.
  mutating func performInForm(_ action: Action) -> [Effect] {
    guard case .experiment(var form) = stack.last else { return [] }
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
    case .reset: form.reset()
    case .changedOnly: form.showsChangedOnly.toggle()
    case .filter: overlay = .prompt(Prompt(.search, text: form.search))
    case .save:
      overlay = .prompt(Prompt(.savePath, text: form.path ?? form.suggestedPath))
    case .start:
      say(.information, "Starting \(form.text("name"))…")
      effects = [.notebook(.enqueue(form.experiment, near: form.path))]
    default: break
    }
    stack[stack.count - 1] = .experiment(form)
    return effects
  }
}

extension ExperimentFormState {
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

  /// Puts the setting back to what it was when the form was opened.
  mutating func reset() {
    guard let current, let value = base[key: current.key] else { return }
    _ = set(current.key, to: SettingText.text(value))
  }

  /// Where the experiment would be saved: its name as a file name.
  var suggestedPath: String {
    let words = text("name").lowercased()
      .split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    return "\(words.isEmpty ? "experiment" : words).toml"
  }
}

import TerminalUI

/// Typing into what stands in front of a screen and is no single line at the bottom.
extension AppState {
  /// Gives a key to what is being typed there, unless it means something else there.
  mutating func typeInFront(_ key: KeyEvent) -> [Effect] {
    if let binding = keys.binding(for: key, in: context) { return perform(binding.action) }
    changeFront { $0.handle(key) }
    return []
  }

  /// Puts pasted text where one is typing: all of it into a text, its first line into a line.
  ///
  /// Elsewhere it does nothing, and says so: what is pasted is no keys.
  mutating func paste(_ text: String) -> [Effect] {
    if context == .note {
      pasteInNote(text)
      return []
    }
    if context == .probe {
      pasteIntoProbe(text)
      return []
    }
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    guard let line = lines.first.map(String.init) else { return [] }
    if lines.count > 1 {
      say(.warning, "Took the first of \(lines.count) pasted lines.")
    }
    if KeyContext.typing.contains(context) {
      changeFront {
        $0.insert(line)
        return true
      }
      return []
    }
    guard isTypingLine else {
      say(.information, "What was pasted is not taken for keys.")
      return []
    }
    return editLine { $0.insert(line) }
  }

  /// Whether a line is being typed, at the bottom or in a form.
  private var isTypingLine: Bool {
    if case .prompt = overlay { return true }
    if overlay == nil, case .experiment(let form) = stack.last { return form.edit != nil }
    return false
  }

  private mutating func changeFront(_ change: (inout TextInput) -> Bool) {
    switch overlay {
    case .chooser(var chooser):
      let before = chooser.line.text
      _ = change(&chooser.line)
      if chooser.line.text != before { chooser.cursor = 0 }
      overlay = .chooser(chooser)
    case .grid(var grid):
      _ = change(&grid.line)
      overlay = .grid(grid)
    default: break
    }
  }
}

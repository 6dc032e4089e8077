import TerminalUI

/// Typing into what stands in front of a screen and is no single line at the bottom.
extension AppState {
  /// Gives a key to what is being typed there, unless it means something else there.
  mutating func typeInFront(_ key: KeyEvent) -> [Effect] {
    if let binding = keys.binding(for: key, in: context) { return perform(binding.action) }
    changeFront { $0.handle(key) }
    return []
  }

  /// Puts pasted text where one is typing.
  mutating func paste(_ text: String) -> [Effect] {
    if context == .note {
      pasteInNote(text)
      return []
    }
    if context == .probe {
      pasteIntoProbe(text)
      return []
    }
    if KeyContext.typing.contains(context) {
      changeFront {
        $0.insert(text)
        return true
      }
      return []
    }
    return editLine { $0.insert(text) }
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

/// Text and a cursor, with the editing keys of a shell.
///
/// Not readline, which owns the terminal and its loop: this is a value that a test can edit.
package struct TextInput: Hashable, Sendable {
  /// What has been typed.
  package private(set) var text: String
  /// How many characters stand before the cursor.
  package private(set) var cursor: Int

  /// An edit of a text, with the cursor behind it.
  package init(_ text: String = "") {
    self.text = text
    cursor = text.count
  }

  /// Carries out a key, and says whether it was an editing key.
  package mutating func handle(_ event: KeyEvent) -> Bool {
    guard event.modifiers.subtracting(.shift).isEmpty else { return false }
    switch event.key {
    case .character(let character): insert(String(character))
    case .backspace, .control("h"): delete(from: cursor - 1, to: cursor)
    case .delete, .control("d"): delete(from: cursor, to: cursor + 1)
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(text.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = text.count
    case .control("u"): delete(from: 0, to: cursor)
    case .control("k"): delete(from: cursor, to: text.count)
    case .control("w"): delete(from: wordStart, to: cursor)
    default: return false
    }
    return true
  }

  /// Inserts text (a paste); line ends become spaces.
  package mutating func insert(_ inserted: String) {
    let row = String(inserted.map { $0.isNewline ? " " : $0 })
    let position = text.index(text.startIndex, offsetBy: cursor)
    let tail = text.distance(from: position, to: text.endIndex)
    text.insert(contentsOf: row, at: position)
    // A combining mark joins the character before it, so the cursor is counted from the end.
    cursor = max(0, text.count - tail)
  }

  private mutating func delete(from start: Int, to end: Int) {
    let low = min(max(0, start), text.count)
    let high = min(max(low, end), text.count)
    let range =
      text.index(text.startIndex, offsetBy: low)..<text.index(text.startIndex, offsetBy: high)
    text.removeSubrange(range)
    cursor = min(low, text.count)
  }

  private var wordStart: Int {
    let before = Array(text.prefix(cursor))
    let letters = before.lastIndex { $0 != " " } ?? -1
    guard letters >= 0 else { return 0 }
    return (before[...letters].lastIndex { $0 == " " } ?? -1) + 1
  }
}

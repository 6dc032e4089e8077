/// Keys by the names that people type: `x`, `Ctrl-X`, `Alt-Enter`, `F2`, `PgUp`, `↑` or `Up`.
extension KeyEvent {
  /// What is wrong with a key's name.
  package struct NameError: Error, Hashable, Sendable {
    /// What is wrong, as `“Hyper-x” is not a key`.
    package let problem: String
    /// What would be right.
    package let expected: String
  }

  /// The key of a name; every `description` of a key is one.
  ///
  /// A letter with Shift is its capital. Keys that a terminal cannot tell from another one
  /// (`Ctrl-I` is Tab) are refused.
  package init(name: String) throws(NameError) {
    var rest = name[...]
    var modifiers: KeyModifiers = []
    let prefixes: [(String, KeyModifiers)] = [
      ("ctrl", .control), ("control", .control), ("alt", .alt), ("meta", .alt), ("shift", .shift),
    ]
    search: while true {
      for (prefix, modifier) in prefixes {
        guard rest.lowercased().hasPrefix(prefix) else { continue }
        let after = rest.dropFirst(prefix.count)
        guard let separator = after.first, "-+".contains(separator), after.count > 1 else {
          continue
        }
        modifiers.insert(modifier)
        rest = after.dropFirst()
        continue search
      }
      break
    }
    guard let key = Key(plainName: String(rest)) else {
      throw NameError(
        problem: "“\(name)” is not a key",
        expected: "a character, or Enter, Esc, Tab, Space, Up, PgDn, F1, Ctrl-X, Alt-Enter …")
    }
    self = try Self.joined(key, modifiers, name: name)
  }

  private static func joined(
    _ key: Key, _ modifiers: KeyModifiers, name: String
  ) throws(NameError) -> KeyEvent {
    var modifiers = modifiers
    var key = key
    if case .character(let character) = key {
      if modifiers.remove(.shift) != nil {
        guard let capital = character.uppercased().first, capital != character else {
          throw NameError(
            problem: "“\(name)” is not told from “\(character)” by a terminal",
            expected: "the character that is typed")
        }
        key = .character(capital)
      }
      if modifiers.remove(.control) != nil {
        key = try control(character, name: name)
      } else if modifiers.contains(.alt), key.beginsReply {
        throw NameError(
          problem: "“\(name)” is what a terminal's own reports begin with",
          expected: "Alt with another character")
      }
    } else if key == .tab, modifiers.remove(.shift) != nil {
      key = .backTab
    } else if let same = [Key.enter, .escape, .tab, .backTab, .backspace].first(where: {
      $0 == key && modifiers.contains(.control)
    }) {
      throw NameError(
        problem: "“\(name)” is not told from \(KeyEvent(same)) by a terminal",
        expected: "another key")
    }
    return KeyEvent(key, modifiers)
  }

  /// A character with Ctrl, where it is a key of its own.
  private static func control(_ character: Character, name: String) throws(NameError) -> Key {
    let small = Character(character.lowercased())
    let others: [Character: String] = [
      "i": "Tab", "m": "Enter", "j": "Enter", "h": "Backspace", "[": "Esc", "?": "Backspace",
    ]
    if let other = others[small] {
      throw NameError(
        problem: "“\(name)” is \(other) to a terminal", expected: "\(other), or another key")
    }
    guard small == " " || small.isASCII && small.isLetter || "\\]^_".contains(small) else {
      throw NameError(
        problem: "“\(name)” is sent by no terminal", expected: "Ctrl with a letter or with Space")
    }
    return .control(small)
  }
}

extension Key {
  /// Whether an escape and this character begin a sequence or a string, as terminals send them.
  fileprivate var beginsReply: Bool {
    if case .character(let character) = self { "[O]PX^_".contains(character) } else { false }
  }

  /// The key of a name without modifiers; small and capital letters matter for single characters.
  fileprivate init?(plainName name: String) {
    let names: [String: Key] = [
      "enter": .enter, "return": .enter, "esc": .escape, "escape": .escape, "tab": .tab,
      "space": .character(" "), "backspace": .backspace, "del": .delete, "delete": .delete,
      "ins": .insert, "insert": .insert, "up": .up, "down": .down, "left": .left,
      "right": .right, "home": .home, "end": .end, "pgup": .pageUp, "pageup": .pageUp,
      "page-up": .pageUp, "pgdn": .pageDown, "pgdown": .pageDown, "pagedown": .pageDown,
      "page-down": .pageDown, "↑": .up, "↓": .down, "←": .left, "→": .right,
    ]
    if let key = names[name.lowercased()] {
      self = key
    } else if name.count == 1, let character = name.first, !character.isWhitespace,
      character.unicodeScalars.allSatisfy({ !TextWidth.isControl($0) })
    {
      self = .character(character)
    } else if name.first == "F" || name.first == "f", let number = Int(name.dropFirst()),
      (1...12).contains(number)
    {
      self = .function(number)
    } else {
      return nil
    }
  }
}

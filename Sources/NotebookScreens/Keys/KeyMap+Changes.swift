package import TerminalUI

extension KeyContext {
  /// What the context is called in the user's file: `Run: the log` is `[run-the-log]`.
  package var tableName: String {
    name.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "-")
  }
}

/// What the user's file can change.
extension KeyMap {
  /// A table of the file.
  enum Place: Hashable, Sendable {
    case everywhere
    case context(KeyContext)
  }

  /// The tables that a file can have.
  static let tables: [(name: String, place: Place)] =
    [("everywhere", .everywhere)] + KeyContext.all.map { ($0.tableName, .context($0)) }

  static func place(named name: String) -> Place? {
    let plain = KeyContext(name).tableName
    return tables.first { $0.name == plain }?.place
  }

  /// The actions that have keys there.
  func actions(in place: Place) -> Set<Action> {
    switch place {
    case .everywhere: Set(shared.map(\.action))
    case .context(let context): Set(rows[context, default: []].map(\.binding.action))
    }
  }

  /// Actions without which one could not go on.
  static func isNeeded(_ action: Action, in place: Place) -> Bool {
    switch action {
    case .back, .command, .help: true
    case .confirm, .cancel: place != .everywhere
    default: false
    }
  }

  /// Why a key cannot be given to an action; nil where it can.
  static func reasonUnusable(_ key: KeyEvent, for action: Action, in place: Place) -> String? {
    let fixed: [(KeyEvent, Action)] = [
      (KeyEvent(.control("c")), .quit), (KeyEvent(.control("z")), .suspend),
      (KeyEvent(.control("l")), .redraw),
    ]
    if let (_, own) = fixed.first(where: { $0.0 == key }), own != action {
      return "it is always \(own.name)"
    }
    guard case .context(let context) = place,
      context.isTyping
    else { return nil }
    if case .character = key.key, key.modifiers.isEmpty { return "text is typed there" }
    if [.backspace, .delete, .left, .right].contains(key.key), key.modifiers.isEmpty {
      return "text is edited with it there"
    }
    return nil
  }

  /// Gives a binding that every screen has other keys.
  mutating func setShared(_ action: Action, keys: [KeyEvent]) {
    guard let index = shared.firstIndex(where: { $0.action == action }) else { return }
    let changed = keys.isEmpty ? nil : shared[index].with(keys: keys)
    for context in KeyContext.screens {
      guard
        let row = rows[context]?.firstIndex(where: { $0.isShared && $0.binding.action == action })
      else { continue }
      if let changed {
        rows[context]?[row].binding = changed
      } else {
        rows[context]?.remove(at: row)
      }
    }
    if let changed { shared[index] = changed } else { shared.remove(at: index) }
  }

  /// Gives a binding of one context other keys.
  mutating func set(_ action: Action, keys: [KeyEvent], in context: KeyContext) {
    guard let row = rows[context]?.firstIndex(where: { $0.binding.action == action }) else {
      return
    }
    guard !keys.isEmpty, let old = rows[context]?[row].binding else {
      rows[context]?.remove(at: row)
      return
    }
    rows[context]?[row] = Row(binding: old.with(keys: keys), isShared: false)
  }

  /// Takes keys away from all other actions of a context, and tells which are left without any.
  mutating func take(
    _ keys: [KeyEvent], for action: Action, from context: KeyContext, except others: [Action]
  ) -> [Action] {
    var lost: [Action] = []
    var kept: [Row] = []
    for row in rows[context, default: []] {
      let isOther = row.binding.action != action && !others.contains(row.binding.action)
      guard isOther, row.binding.keys.contains(where: keys.contains) else {
        kept.append(row)
        continue
      }
      let left = row.binding.keys.filter { !keys.contains($0) }
      if left.isEmpty {
        lost.append(row.binding.action)
      } else {
        kept.append(Row(binding: row.binding.with(keys: left), isShared: false))
      }
    }
    // What a line for everywhere lost to one of the context's own it does not have there.
    rows[context] = kept
    return lost
  }

  /// All keys as a file that changes nothing, to begin one's own from.
  package var toml: String {
    func lines(_ bindings: [Binding]) -> String {
      bindings.map { binding in
        let keys = binding.keys.map { "\"\(Self.escaped($0.description))\"" }
        let value = keys.count == 1 ? keys[0] : "[" + keys.joined(separator: ", ") + "]"
        let line = "\(binding.action.name) = \(value)"
        return line.padding(to: 36) + "# \(binding.help)\n"
      }.joined()
    }
    let sections =
      [("everywhere", shared)]
      + KeyContext.all.map { ($0.tableName, bindings(of: $0)) }.filter { !$0.1.isEmpty }
    return sections.map { "[\($0)]\n" + lines($1) }.joined(separator: "\n")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}

extension String {
  fileprivate func padding(to columns: Int) -> String {
    self + String(repeating: " ", count: max(columns - count, 1))
  }
}

extension KeyBinding {
  /// The same with other keys.
  fileprivate func with(keys: [KeyEvent]) -> KeyBinding {
    KeyBinding(keys, action, label: label, help: help, contexts: contexts)
  }
}

/// A place where keys have a meaning of their own, such as a screen.
package struct KeyContext: Hashable, Sendable, ExpressibleByStringLiteral {
  package let name: String

  /// A context with a name.
  package init(_ name: String) {
    self.name = name
  }

  package init(stringLiteral value: String) {
    name = value
  }
}

/// What a key does: one row of the table that the key bar, the help and the reference of keys come from.
///
/// Whether the action can be carried out now, and why not, is asked of the state.
package struct KeyBinding<Action: Hashable & Sendable>: Hashable, Sendable {
  /// The keys that do it; the first one is shown in the key bar.
  package let keys: [KeyEvent]
  package let action: Action
  /// One or two words for the key bar.
  package let label: String
  /// A line for the help.
  package let help: String
  /// Where it applies; everywhere when empty.
  package let contexts: Set<KeyContext>

  /// A binding of one or several keys.
  package init(
    _ keys: [KeyEvent], _ action: Action, label: String, help: String,
    contexts: Set<KeyContext> = []
  ) {
    precondition(!keys.isEmpty, "A key binding needs at least one key")
    self.keys = keys
    self.action = action
    self.label = label
    self.help = help
    self.contexts = contexts
  }

  /// A binding of keys without modifiers.
  package init(
    _ keys: [Key], _ action: Action, label: String, help: String, contexts: Set<KeyContext> = []
  ) {
    self.init(keys.map { KeyEvent($0) }, action, label: label, help: help, contexts: contexts)
  }

  /// Whether the key does this in the context.
  package func applies(to key: KeyEvent, in context: KeyContext) -> Bool {
    keys.contains(key) && (contexts.isEmpty || contexts.contains(context))
  }

  /// The keys as text: `↑ k`.
  package var keyNames: String { keys.map(\.description).joined(separator: " ") }
}

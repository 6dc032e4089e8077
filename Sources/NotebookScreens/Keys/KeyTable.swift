package import TerminalUI

/// A place where keys have a meaning, and what kind of place it is.
package struct KeySection: Hashable, Sendable {
  /// The kinds of places.
  package enum Kind: Hashable, Sendable {
    /// A screen, where the keys for moving and those that apply everywhere do something.
    case screen
    /// A part of a screen, whose keys hold beside those of the whole.
    case part(of: KeyContext)
    /// Where text is typed: keys without another meaning are characters.
    case text
    /// What stands in front of a screen.
    case front
    /// What stands in front of a screen and has a line that is typed.
    case frontWithText
  }

  package let context: KeyContext
  package let kind: Kind

  /// A place of a kind.
  package init(_ context: KeyContext, _ kind: Kind = .screen) {
    self.context = context
    self.kind = kind
  }
}

extension KeyContext {
  package static let confirmation = KeyContext("A question")
  package static let prompt = KeyContext("A line of text")
  package static let chooser = KeyContext("A list to choose from")

  /// All places, in the order in which the help shows them.
  private static let sections: [KeySection] =
    Screens.all.flatMap { $0.keySections } + [
      KeySection(.chooser, .frontWithText), KeySection(.prompt, .text),
      KeySection(.confirmation, .front),
    ]

  /// The contexts in the order in which the help shows them.
  package static let all: [KeyContext] = sections.map(\.context)

  private static let kinds = Dictionary(
    uniqueKeysWithValues: sections.map { ($0.context, $0.kind) })

  /// The context whose keys hold too, unless this one has its own for them.
  package var parent: KeyContext? {
    if case .part(let parent)? = Self.kinds[self] { return parent }
    return nil
  }

  /// The screens, where the keys for moving and those that apply everywhere do something.
  package static let screens = Set(sections.filter { $0.kind == .screen }.map(\.context))

  /// Whether keys that mean nothing else are typed there.
  var isTyping: Bool { Self.kinds[self] == .text || Self.kinds[self] == .frontWithText }
}

/// Which key does what, where, unless the user's file says otherwise (`KeyMap`): the key bar, the help
/// screen and the reference of keys come from here.
///
/// Each screen has the keys of its own in its folder; here are those of all. Within a context the more
/// important keys come first: the key bar shows as many as fit.
package enum KeyTable {
  package typealias Binding = KeyBinding<Action>

  package static let all: [Binding] =
    Screens.all.flatMap { $0.keys } + front + everywhere + moving

  /// Whether the action only moves about: the key bar leaves such keys out.
  static func isForMoving(_ action: Action) -> Bool { moving.contains { $0.action == action } }

  // MARK: The table

  private static let front: [Binding] = [
    bind([.enter], .confirm, "Choose", "Take what is under the cursor.", .chooser),
    bind([.escape], .cancel, "Leave", "Leave everything as it was.", .chooser),
    bind([.up, .control("p")], .up, "Up", "Move up.", .chooser),
    bind([.down, .control("n")], .down, "Down", "Move down.", .chooser),
    bind([.pageUp], .pageUp, "Page up", "Move up by a page.", .chooser),
    bind([.pageDown], .pageDown, "Page down", "Move down by a page.", .chooser),
    bind([.enter], .confirm, "Accept", "Accept the text.", .prompt),
    bind([.tab], .complete, "Complete", "Complete the word, or take the next candidate.", .prompt),
    bind([.escape], .cancel, "Cancel", "Leave everything as it was.", .prompt),
    bind([c("y"), .enter], .confirm, "Yes", "Do it.", .confirmation),
    bind([c("n"), .escape, c("q")], .cancel, "No", "Leave everything as it was.", .confirmation),
  ]

  private static let everywhere: [Binding] = [
    shared([c("?"), .function(1)], .help, "Help", "Show all keys, or close the help."),
    shared([c(":")], .command, "Command", "Type a command, which can be completed."),
    shared(
      [c("q"), .escape], .back, "Back",
      "Go back; on the first screen q quits (runs keep running)."),
    shared([c("T")], .theme, "Theme", "Switch to the next theme."),
    shared([.control("l")], .redraw, "Redraw", "Draw the whole screen again."),
    shared([.control("z")], .suspend, "Suspend", "Suspend the program; `fg` brings it back."),
    shared([.control("c")], .quit, "Quit", "Pressed twice: quit (runs keep running)."),
  ]

  private static let moving: [Binding] = [
    shared([.up, c("k")], .up, "Up", "Move up."),
    shared([.down, c("j")], .down, "Down", "Move down."),
    shared([.left, c("h")], .left, "Left", "Move left: the chart's cursor, or an earlier choice."),
    shared(
      [.right, c("l")], .right, "Right", "Move right: the chart's cursor, or a later choice."),
    shared([.pageUp], .pageUp, "Page up", "Move up by a page."),
    shared([.pageDown], .pageDown, "Page down", "Move down by a page."),
    shared([c("g"), .home], .top, "Top", "Move to the first."),
    shared([c("G"), .end], .bottom, "Bottom", "Move to the last."),
    shared([.tab], .nextPane, "Next pane", "Move to the next pane or group."),
    shared([.backTab], .previousPane, "Previous pane", "Move to the pane or group before."),
  ]

  static func c(_ character: Character) -> Key { .character(character) }

  /// A binding of keys in some contexts.
  static func bind(
    _ keys: [Key], _ action: Action, _ label: String, _ help: String, _ contexts: KeyContext...
  ) -> Binding {
    KeyBinding(keys, action, label: label, help: help, contexts: Set(contexts))
  }

  private static func shared(
    _ keys: [Key], _ action: Action, _ label: String, _ help: String
  ) -> Binding {
    KeyBinding(keys, action, label: label, help: help, contexts: KeyContext.screens)
  }
}

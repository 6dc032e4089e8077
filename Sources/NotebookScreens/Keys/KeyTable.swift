package import TerminalUI

extension KeyContext {
  package static let runs = KeyContext("Runs")
  package static let welcome = KeyContext("An empty notebook")
  package static let run = KeyContext("Run")
  package static let experiment = KeyContext("Experiment")
  package static let compare = KeyContext("Compare")
  package static let study = KeyContext("Study")
  package static let studies = KeyContext("Studies")
  package static let probe = KeyContext("Probe")
  package static let probeEntities = KeyContext("Probe: the entities")
  package static let corpora = KeyContext("Corpora")
  package static let sentences = KeyContext("A language of a corpus")
  package static let encoders = KeyContext("Encoders")
  package static let notes = KeyContext("Notes")
  package static let note = KeyContext("A note being written")
  package static let help = KeyContext("Help")
  package static let runLog = KeyContext("Run: the log")
  package static let runSettings = KeyContext("Run: the settings")
  package static let panes = KeyContext("Panes")
  package static let confirmation = KeyContext("A question")
  package static let prompt = KeyContext("A line of text")
  package static let liveSettings = KeyContext("Live settings")
  package static let columns = KeyContext("Columns of the runs")
  package static let chooser = KeyContext("A list to choose from")
  package static let grid = KeyContext("A study being planned")

  /// The contexts in the order in which the help shows them.
  package static let all: [KeyContext] = [
    .runs, .welcome, .run, .runLog, .runSettings, .panes, .compare, .study, .studies, .probe,
    .probeEntities, .experiment, .grid, .corpora, .sentences, .encoders, .notes, .note,
    .liveSettings, .columns, .chooser, .prompt, .confirmation,
    .help,
  ]

  /// The context whose keys hold too, unless this one has its own for them.
  package var parent: KeyContext? {
    self == .runLog || self == .runSettings ? .run : nil
  }

  /// The screens, where the keys for moving and those that apply everywhere do something.
  package static let screens: Set<KeyContext> = [
    .runs, .welcome, .run, .compare, .study, .studies, .probeEntities, .experiment, .corpora,
    .sentences, .encoders, .notes, .help,
  ]

  /// Where keys that mean nothing else are typed.
  static let typing: Set<KeyContext> = [.chooser, .grid]
}

/// Which key does what, where, unless the user's file says otherwise (`KeyMap`): the key bar, the help
/// screen and the README's list come from here.
///
/// Within a context the more important keys come first: the key bar shows as many as fit.
package enum KeyTable {
  package typealias Binding = KeyBinding<Action>

  package static let all: [Binding] =
    runs + columns + run + runPanes + compare + study + probe + experiment + front + corpora + notes
    + lines + help + everywhere + moving

  /// Whether the action only moves about: the key bar leaves such keys out.
  static func isForMoving(_ action: Action) -> Bool { moving.contains { $0.action == action } }

  // MARK: The table

  static let restartHelp = "Begin a run that ended early anew (asks first)."
  static let resumeHelp = "Go on with a run that ended early, from its last checkpoint."
  static let forkFromHelp =
    "Plan a new experiment that begins with the weights of a point of this run."
  static let pauseHelp = "Pause the run, or let a paused one go on."

  private static let lines: [Binding] = [
    bind([.enter], .confirm, "Accept", "Accept the text.", .prompt),
    bind([.tab], .complete, "Complete", "Complete the word, or take the next candidate.", .prompt),
    bind([.escape], .cancel, "Cancel", "Leave everything as it was.", .prompt),
    bind([c("y"), .enter], .confirm, "Yes", "Do it.", .confirmation),
    bind([c("n"), .escape, c("q")], .cancel, "No", "Leave everything as it was.", .confirmation),
    bind([.enter], .edit, "Change", "Type a new value for the setting.", .liveSettings),
    bind([.up, c("k")], .up, "Up", "Move up.", .liveSettings),
    bind([.down, c("j")], .down, "Down", "Move down.", .liveSettings),
    bind([.escape, c("q"), c("e")], .cancel, "Close", "Close the list.", .liveSettings),
  ]

  private static let help: [Binding] = [
    bind([c("/")], .search, "Search", "Show only keys and commands with these words.", .help)
  ]

  private static let everywhere: [Binding] = [
    shared([c("?"), .function(1)], .help, "Help", "Show all keys, or close the help."),
    shared([c(":")], .command, "Command", "Type a command, which can be completed."),
    shared(
      [c("q"), .escape], .back, "Back", "Go back; on the first screen quit (runs keep going)."),
    shared([c("T")], .theme, "Theme", "Switch to the next theme."),
    shared([.control("l")], .redraw, "Redraw", "Draw the whole screen anew."),
    shared([.control("z")], .suspend, "Suspend", "Suspend the program; `fg` brings it back."),
    shared([.control("c")], .quit, "Quit", "Pressed twice: quit (runs keep going)."),
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

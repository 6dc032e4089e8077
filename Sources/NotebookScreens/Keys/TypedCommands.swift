import TerminalUI

/// A command with an argument, which is typed after `:`.
///
///     :theme light        :sort f1        :set tuning.epochs 20        :open 12
package struct TypedCommand: Sendable {
  /// What it is called.
  package let name: String
  /// What it takes.
  package let argument: String
  /// What it does.
  package let help: String
  /// The part of its argument that is a path which Tab completes; nil where none is.
  let path: @Sendable (String) -> String?
  /// What the last of some words, the command's name first, can be.
  let words: @Sendable ([String], AppState) -> [String]
  /// What it does with `!` behind its name; nil where that means nothing.
  let forced: (@Sendable (String, inout AppState) -> [Effect])?
  /// Does it.
  let run: @Sendable (String, inout AppState) -> [Effect]

  init(
    _ name: String, _ argument: String, _ help: String,
    path: @escaping @Sendable (String) -> String? = { _ in nil },
    words: @escaping @Sendable ([String], AppState) -> [String] = { _, _ in [] },
    forced: (@Sendable (String, inout AppState) -> [Effect])? = nil,
    run: @escaping @Sendable (String, inout AppState) -> [Effect]
  ) {
    (self.name, self.argument, self.help) = (name, argument, help)
    (self.path, self.words, self.forced, self.run) = (path, words, forced, run)
  }
}

/// The commands that are typed after `:`.
///
/// Every action can be called by its name; the commands here take an argument besides.
package enum TypedCommands {
  /// Those of all screens, by name.
  package static let commands: [TypedCommand] = (Screens.all.flatMap { $0.commands } + [theme])
    .sorted { $0.name < $1.name }

  private static let theme = TypedCommand(
    "theme", "NAME", "Use a theme.", words: { words, app in words.count == 2 ? app.themes : [] }
  ) { name, app in
    if app.themes.contains(name) { return [.useTheme(name)] }
    app.say(
      .error, "There is no theme \(name); there are \(app.themes.joined(separator: ", ")).")
    return []
  }

  /// The command of a name.
  static func command(named name: some StringProtocol) -> TypedCommand? {
    commands.first { $0.name == name }
  }

  /// The names that stand for an action besides its own.
  static let shortNames: [String: Action] = ["q": .quit, "h": .help, "n": .new]

  /// All names that can begin a line, sorted.
  package static var names: [String] {
    let hidden: Set<Action> = [.confirm, .cancel, .complete]
    let actions = Action.all.filter { !hidden.contains($0) }.map(\.name)
    return Set(actions + commands.map(\.name)).sorted()
  }

  /// The lines that this one can become.
  package static func completions(of line: String, in app: AppState) -> [String] {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard let name = words.first else { return names }
    if words.count == 1 {
      // The shortest name is what was probably meant; where none begins so, what has it within, be
      // it only in what is said of it.
      let begun = names.filter { $0.hasPrefix(name) }
      if !begun.isEmpty { return begun.sorted { ($0.count, $0) < ($1.count, $1) } }
      let within = names.filter { $0.contains(name) }
      if !within.isEmpty || name.count < 3 { return within }
      let helps = helps(app.keys)
      let word = name.lowercased()
      return names.filter { helps[$0]?.lowercased().contains(word) ?? false }
    }
    let beginning = words.dropLast().joined(separator: " ")
    return (command(named: name)?.words(words, app) ?? [])
      .filter { $0.hasPrefix(words.last ?? "") }
      .map { "\(beginning) \($0)" }
  }

  /// What is said of each command.
  static func helps(_ keys: KeyMap) -> [String: String] {
    Dictionary(
      keys.all.map { ($0.action.name, $0.help) }
        + commands.map { ($0.name, "\($0.argument): \($0.help)") }, uniquingKeysWith: { $1 })
  }
}

/// The line after `:`.
struct CommandPrompt: PromptKind {
  let label = ":"
  let offersWhileTyping = true

  /// The command of a line and its argument, where it has one.
  static func parts(of text: String) -> (command: TypedCommand, argument: String)? {
    let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2, let command = TypedCommands.command(named: words[0]) else { return nil }
    return (command, String(words[1]))
  }

  func path(in text: String) -> String? {
    Self.parts(of: text).flatMap { $0.command.path($0.argument) }
  }

  func candidates(for text: String, in app: AppState) -> [String] {
    TypedCommands.completions(of: text, in: app)
  }

  func accept(_ text: String, original: String, in app: inout AppState) -> [Effect] {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard let name = parts.first else { return [] }
    var argument = parts.count > 1 ? parts[1] : ""
    while argument.last?.isWhitespace == true { argument.removeLast() }
    guard argument.isEmpty else {
      let isForced = name.hasSuffix("!")
      let command = TypedCommands.command(named: isForced ? name.dropLast() : name[...])
      let run = isForced ? command?.forced : command?.run
      return run?(argument, &app) ?? unknown(name, in: &app)
    }
    if let action = Action.named(name) ?? TypedCommands.shortNames[name] {
      return app.perform(action, isTyped: true)
    }
    guard let command = TypedCommands.command(named: name) else { return unknown(name, in: &app) }
    app.say(.error, ":\(name) needs \(command.argument). \(command.help)")
    return []
  }

  private func unknown(_ name: String, in app: inout AppState) -> [Effect] {
    let near = TypedCommands.names.filter { $0.hasPrefix(name.prefix(2)) }.prefix(4)
    let hint =
      near.isEmpty
      ? "\(app.keys.name(of: .help, in: app.context)) shows them all"
      : "near: " + near.joined(separator: ", ")
    app.say(.error, "There is no command :\(name) (\(hint)).")
    return []
  }
}

package import TerminalUI

/// Which key does what where, as it is now: the key table with what the user's file changes in it.
///
/// The keys themselves, the key bar, the help, the completion after `:` and `primer keys` all ask it.
package struct KeyMap: Sendable {
  package typealias Binding = KeyBinding<Action>

  /// A binding in one context.
  struct Row: Sendable {
    var binding: Binding
    /// Whether it is one of those that every screen has, as every screen has it.
    var isShared: Bool
  }

  /// The keys as they are without a file.
  package static let standard = KeyMap(KeyTable.all)

  /// The bindings that every screen has.
  package internal(set) var shared: [Binding]
  var rows: [KeyContext: [Row]] = [:]

  init(_ table: [Binding]) {
    shared = table.filter { $0.contexts == KeyContext.screens }
    for context in KeyContext.all {
      rows[context] = table.filter { $0.contexts.contains(context) }
        .map { Row(binding: $0, isShared: $0.contexts == KeyContext.screens) }
    }
  }

  /// Every binding there is, once for each context that it holds in.
  package var all: [Binding] {
    KeyContext.all.flatMap { context in bindings(of: context) } + shared
  }

  /// What the key does in the context, if anything.
  package func binding(for key: KeyEvent, in context: KeyContext) -> Binding? {
    rows[context]?.first { $0.binding.keys.contains(key) }?.binding
      ?? context.parent.flatMap { binding(for: key, in: $0) }
  }

  /// The bindings of one context, those of all screens left out.
  package func bindings(of context: KeyContext) -> [Binding] {
    rows[context, default: []].filter { !$0.isShared }.map(\.binding)
  }

  /// What the key bar shows in so many columns: the context's own keys, the most important first,
  /// as many as fit beside those for the help, the commands and the way back.
  ///
  /// - Parameter isUsable: Whether a key can be used now; screens leave out those that cannot.
  package func bar(
    of context: KeyContext, columns: Int, isUsable: (Binding) -> Bool = { _ in true }
  ) -> [Binding] {
    let all = bindings(of: context) + (context.parent.map(bindings) ?? [])
    guard KeyContext.screens.contains(context.parent ?? context) else {
      return Self.fitting(all, columns: columns) { Self.waysOut.contains($0.action) }
    }
    let everywhere = shared.filter { !KeyTable.isForMoving($0.action) }
    let always = everywhere.filter { [.help, .command, .back].contains($0.action) }
    var left = columns - always.reduce(0) { $0 + Self.width($1) }
    var shown: [Binding] = []
    var isFull = false
    for binding in all where isUsable(binding) {
      left -= Self.width(binding)
      isFull = left < 0
      if isFull { break }
      shown.append(binding)
    }
    let rest = everywhere.filter { !always.contains($0) }
    return shown + always + (isFull ? [] : rest)
  }

  /// What is always shown where text is typed and in what stands in front.
  private static let waysOut: Set<Action> = [.help, .back, .confirm, .cancel]

  /// As many as fit, in their order; the others give way to those that are always shown.
  private static func fitting(
    _ bindings: [Binding], columns: Int, isAlways: (Binding) -> Bool
  ) -> [Binding] {
    // Behind the last there is no space.
    var left = columns + 1 - bindings.filter(isAlways).reduce(0) { $0 + width($1) }
    var isFull = false
    return bindings.filter { binding in
      if isAlways(binding) { return true }
      left -= width(binding)
      isFull = isFull || left < 0
      return !isFull
    }
  }

  private static func width(_ binding: Binding) -> Int {
    TextWidth.width(of: binding.keys[0].description + binding.label) + 4
  }

  /// The first key that does the action in the context, as text; `:` and the action's name where
  /// none does.
  package func name(of action: Action, in context: KeyContext) -> String {
    firstKey(of: action, in: context)?.description ?? ":\(action.name)"
  }

  private func firstKey(of action: Action, in context: KeyContext) -> KeyEvent? {
    rows[context]?.first { $0.binding.action == action }?.binding.keys.first
      ?? context.parent.flatMap { firstKey(of: action, in: $0) }
  }

  /// The list of all keys as Markdown tables, as the reference of keys has it.
  package var markdown: String {
    let sections =
      [("On every screen", shared)]
      + KeyContext.all.map { ($0.name, bindings(of: $0)) }.filter { !$0.1.isEmpty }
    return sections.map { title, bindings in
      let rows = bindings.map { binding in
        let keys = binding.keys.map { "`\($0.description)`" }.joined(separator: " ")
        return "| \(keys.replacing("|", with: "\\|")) | \(binding.help) |"
      }
      return "**\(title)**\n\n| Key | Does |\n|---|---|\n" + rows.joined(separator: "\n")
    }.joined(separator: "\n\n") + "\n"
  }
}

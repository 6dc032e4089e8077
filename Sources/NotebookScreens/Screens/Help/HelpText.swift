import RunFolders
import TerminalUI

/// The text of the help: the key table and the commands, in lines.
enum HelpText {
  /// A line: a heading, or keys and what they do.
  struct Line: Hashable {
    var keys: String
    var text: String
    var isHeading = false
  }

  /// All lines, those of the screen that the help was opened from first.
  static func lines(from origin: KeyContext, _ keys: KeyMap, _ glyphs: Glyphs) -> [Line] {
    let contexts = [origin] + KeyContext.all.filter { $0 != origin && $0 != origin.parent }
    var lines: [Line] = []
    for context in contexts {
      lines += section(context.name, keys.bindings(of: context))
      if context == origin, let parent = origin.parent {
        lines += section(parent.name, keys.bindings(of: parent))
      }
      if context == origin { lines += section("On every screen", keys.shared) }
    }
    lines.append(Line(keys: "Commands", text: "", isHeading: true))
    lines += TypedCommands.commands.map { Line(keys: ":\($0.name) \($0.argument)", text: $0.help) }
    let key = keys.name(of: .complete, in: .prompt)
    lines.append(Line(keys: ":NAME", text: "Every action above by its name; \(key) completes it."))
    return lines + [Line(keys: "", text: "")] + marks(glyphs)
  }

  /// What the marks on the screens mean.
  private static func marks(_ glyphs: Glyphs) -> [Line] {
    func line(_ mark: String, _ text: String) -> Line { Line(keys: mark, text: text) }
    return [Line(keys: "Marks", text: "", isHeading: true)]
      + RunState.allCases.map { line($0.mark(glyphs), "A run: \($0.rawValue).") }
      + ListMark.allCases.map { line($0.symbol(glyphs), "A run in the list: \($0.meaning).") }
      + [line("d", "Beside F1: measured on dev, since there is none on test.")]
      + RunTimeline.Kind.allCases.map {
        line("\($0.symbol(glyphs))", "On a chart's axis: \($0.word).")
      }
      + [
        line(glyphs == .ascii ? "X" : "✕", "At a chart's top: a value that is not finite."),
        line(glyphs == .ascii ? "v" : "▾", "At a chart's bottom: a value that is not above 0."),
        line("~0.42", "In a legend: the smoothed value at the cursor, after the measured one."),
        line("?", "In the probe: a word whose tag is less than half certain."),
        line(glyphs == .ascii ? "!=" : "≠", "In the probe: two answers differ."),
      ]
  }

  /// The lines that have every word of a search, under their headings.
  private static func matching(_ search: String, _ lines: [Line]) -> [Line] {
    let words = AppState.words(of: search)
    guard !words.isEmpty else { return lines }
    var found: [Line] = []
    var heading: Line?
    for line in lines {
      if line.isHeading { heading = line }
      let text = "\(line.keys) \(line.text)".lowercased()
      guard !line.isHeading, words.allSatisfy({ text.contains($0) }) else { continue }
      if let title = heading {
        if !found.isEmpty { found.append(Line(keys: "", text: "")) }
        found.append(title)
        heading = nil
      }
      found.append(line)
    }
    return found
  }

  /// The lines as they stand in a terminal of so many columns: what is too long goes on below.
  static func rows(
    of help: HelpScreen, _ keys: KeyMap, width: Int, glyphs: Glyphs
  ) -> [Line] {
    let lines = matching(help.search, lines(from: help.origin, keys, glyphs))
    let column = columnWidth(terminal: width)
    let room = column - keyWidth(column: column) - 2
    guard room > 8 else { return lines }
    return lines.flatMap { line -> [Line] in
      if line.text.isEmpty { return [line] }
      return Paragraph.wrapped(StyledText(line.text), width: room).enumerated().map {
        Line(keys: $0 == 0 ? line.keys : "", text: $1.spans.map(\.text).joined())
      }
    }
  }

  /// Where there is room, the lines go on in a second column.
  static func columnCount(terminal width: Int) -> Int { width >= 144 ? 2 : 1 }

  static let columnSpacing = 2

  static func columnWidth(terminal width: Int) -> Int {
    let count = columnCount(terminal: width)
    return (width - 4 - (count - 1) * columnSpacing) / count
  }

  static func keyWidth(column width: Int) -> Int { min(22, width / 3) }

  private static func section(_ title: String, _ bindings: [KeyMap.Binding]) -> [Line] {
    guard !bindings.isEmpty else { return [] }
    return [Line(keys: title, text: "", isHeading: true)]
      + bindings.map { Line(keys: $0.keyNames, text: $0.help) }
      + [Line(keys: "", text: "")]
  }
}

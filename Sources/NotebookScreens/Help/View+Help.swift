import TerminalUI

extension HelpState {
  /// Scrolls as the action says.
  mutating func move(_ action: Action, page: Int, width: Int, keys: KeyMap) {
    let count = HelpText.rows(of: self, keys, width: width).count
    switch action {
    case .up: offset -= 1
    case .down: offset += 1
    case .pageUp: offset -= page
    case .pageDown: offset += page
    case .top: offset = 0
    case .bottom: offset = count
    default: break
    }
    offset = min(max(offset, 0), max(count - 1, 0))
  }
}

/// The text of the help: the key table and the commands, in lines.
enum HelpText {
  /// A line: a heading, or keys and what they do.
  struct Line: Hashable {
    var keys: String
    var text: String
    var isHeading = false
  }

  /// All lines, those of the screen that the help was opened from first.
  static func lines(from origin: KeyContext, _ keys: KeyMap) -> [Line] {
    let contexts = [origin] + KeyContext.all.filter { $0 != origin }
    var lines: [Line] = []
    for context in contexts {
      lines += section(context.name, keys.bindings(of: context))
      if context == origin { lines += section("On every screen", keys.shared) }
    }
    lines.append(Line(keys: "Commands", text: "", isHeading: true))
    lines += TypedCommands.commands.map { Line(keys: ":\($0.name) \($0.argument)", text: $0.help) }
    let key = keys.name(of: .complete, in: .prompt)
    lines.append(Line(keys: ":NAME", text: "Every action above by its name; \(key) completes it."))
    return lines
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
  static func rows(of help: HelpState, _ keys: KeyMap, width: Int) -> [Line] {
    let lines = matching(help.search, lines(from: help.origin, keys))
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

/// The help screen.
extension ScreenPainter {
  mutating func paintHelp(_ help: HelpState, in body: Rect) {
    var right = StyledText("\(state.keys.name(of: .help, in: .help)) closes", .faint)
    if !help.search.isEmpty { right = StyledText("/\(help.search)  ", Style(.accent)) + right }
    paintTitle("Help", right: right)
    let lines = HelpText.rows(of: help, state.keys, width: body.width)
    let words = AppState.words(of: help.search)
    let inner = paintBlock("Keys and commands", isFocused: true, in: body)
      .inset(horizontal: 1, vertical: 0)
    if lines.isEmpty { buffer.draw(Paragraph("No key does that.", style: .faint), in: inner) }
    let columnCount = HelpText.columnCount(terminal: body.width)
    let columns = inner.columns(
      Array(repeating: .fill, count: columnCount), spacing: HelpText.columnSpacing)
    let visible = inner.height * columnCount
    let offset = min(max(help.offset, 0), max(lines.count - visible, 0))
    for (index, line) in lines.dropFirst(offset).prefix(visible).enumerated() {
      let column = columns[index / max(inner.height, 1)]
      let y = column.y + index % max(inner.height, 1)
      if line.isHeading {
        buffer.write(line.keys, at: column.x, y, style: .title, maximumWidth: column.width)
        continue
      }
      let keyWidth = HelpText.keyWidth(column: HelpText.columnWidth(terminal: body.width))
      buffer.write(
        StyledText(line.keys, Style(.keyName)), truncatedTo: keyWidth, at: column.x, y)
      buffer.write(
        EntityText.marking(words, in: StyledText(line.text, Style(.help))),
        truncatedTo: column.width - keyWidth - 2, at: column.x + keyWidth + 2, y)
    }
  }
}

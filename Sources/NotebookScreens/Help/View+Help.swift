import TerminalUI

extension HelpState {
  /// Scrolls as the action says.
  mutating func move(_ action: Action, page: Int, width: Int, keys: KeyMap) {
    let count = HelpText.rows(from: origin, keys, width: width).count
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

  /// The lines as they stand in a terminal of so many columns: what is too long goes on below.
  static func rows(from origin: KeyContext, _ keys: KeyMap, width: Int) -> [Line] {
    let column = columnWidth(terminal: width)
    let room = column - keyWidth(column: column) - 2
    guard room > 8 else { return lines(from: origin, keys) }
    return lines(from: origin, keys).flatMap { line -> [Line] in
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
    paintTitle("Help", right: StyledText("\(state.keys.name(of: .help, in: .help)) closes", .faint))
    let lines = HelpText.rows(from: help.origin, state.keys, width: body.width)
    let inner = paintBlock("Keys and commands", isFocused: true, in: body)
      .inset(horizontal: 1, vertical: 0)
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
        StyledText(line.text, Style(.help)), truncatedTo: column.width - keyWidth - 2,
        at: column.x + keyWidth + 2, y)
    }
  }
}

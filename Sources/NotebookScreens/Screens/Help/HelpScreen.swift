package import TerminalUI

extension KeyContext {
  package static let help = KeyContext("Help")
}

/// The help screen: all keys and commands, how far it is scrolled, and from where it was opened.
package struct HelpScreen: Screen, Hashable {
  /// Where the keys went before; its keys are shown first.
  package var origin: KeyContext
  package var offset = 0
  /// Words that a line has to have to be shown.
  package var search = ""

  package init(origin: KeyContext) { self.origin = origin }

  package static let keySections = [KeySection(.help)]

  package static let keys: [KeyTable.Binding] = [
    bind([c("/")], .search, "Search", "Show only keys and commands with these words.", .help)
  ]

  package func context(in app: AppState) -> KeyContext { .help }

  package func availability(of action: Action, in app: AppState) -> Availability {
    action == .search ? .available : .undecided
  }

  /// Opens the help, or closes it.
  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    guard action == .help else { return nil }
    if app.stack.top(HelpScreen.self) != nil {
      app.stack.leave()
    } else {
      app.stack.open(HelpScreen(origin: app.context))
    }
    return []
  }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    guard !search.isEmpty else { return .leaves() }
    (search, offset) = ("", 0)
    return .stays
  }

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let page = max(app.height - 4, 1)
    let count = HelpText.rows(of: self, app.keys, width: app.width, glyphs: .braille).count
    switch action {
    case .up: offset -= 1
    case .down: offset += 1
    case .pageUp: offset -= page
    case .pageDown: offset += page
    case .top: offset = 0
    case .bottom: offset = count
    case .search: app.overlay = Prompt(HelpSearchPrompt(), text: search)
    default: break
    }
    offset = min(max(offset, 0), max(count - 1, 0))
    return []
  }

  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(HelpView.init) { $0.paint(self, in: body) }
  }
}

/// The search in the help, which acts while it is typed.
private struct HelpSearchPrompt: SearchPrompt {
  func preview(_ text: String, in app: inout AppState) -> [Effect] {
    app.stack.changeTop(HelpScreen.self) { ($0.search, $0.offset) = (text, 0) }
    return []
  }
}

/// The help screen.
private struct HelpView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ help: HelpScreen, in body: Rect) {
    var right = StyledText("\(state.keys.name(of: .help, in: .help)) closes", .faint)
    if !help.search.isEmpty { right = StyledText("/\(help.search)  ", Style(.accent)) + right }
    paintTitle("Help", right: right)
    let lines = HelpText.rows(of: help, state.keys, width: body.width, glyphs: glyphs)
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

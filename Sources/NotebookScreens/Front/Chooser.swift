package import Experiments
package import TerminalUI

/// What something is chosen for.
package protocol ChooserKind: Sendable {
  /// Takes what was chosen.
  func take(_ value: Chooser.Value, in app: inout AppState) -> [Effect]
}

/// A list in front of the screen, of which one is chosen; what is typed narrows it.
package struct Chooser: TypedOverlay {
  /// What is chosen.
  package enum Value: Hashable, Sendable {
    case opened
    case defaults
    case sample(path: String)
    case run(RunID)
    case language(String)
    /// One of several texts.
    case text(Int)
    case path(String)
    /// A point of a run.
    case point(StartPoint)
    /// Something that is not in the list, and is asked for next.
    case another
  }

  /// One of the list.
  package struct Item: Hashable, Sendable {
    package var value: Value
    package var label: String
    /// A few words behind the label.
    package var detail: String

    /// An item of a value.
    package init(_ value: Value, _ label: String, detail: String = "") {
      self.value = value
      self.label = label
      self.detail = detail
    }
  }

  package let kind: any ChooserKind
  package var title: String
  package var items: [Item]
  /// What was typed to narrow the list.
  package var line = TextInput() { didSet { if line.text != oldValue.text { cursor = 0 } } }
  package var cursor = 0

  /// A list with the cursor on one of its items.
  package init(_ kind: any ChooserKind, title: String, items: [Item], selected: Value? = nil) {
    self.kind = kind
    self.title = title
    self.items = items
    cursor = items.firstIndex { $0.value == selected } ?? 0
  }

  package var context: KeyContext { .chooser }

  /// The items that have every word typed.
  package var shown: [Item] {
    let words = line.text.lowercased().split(separator: " ")
    return items.filter { item in
      let text = "\(item.label) \(item.detail)".lowercased()
      return words.allSatisfy { text.contains($0) }
    }
  }

  /// The item under the cursor; nil where none matches.
  package var current: Item? {
    let shown = shown
    return shown.isEmpty ? nil : shown[min(cursor, shown.count - 1)]
  }

  /// Moves the cursor, and stops at both ends.
  private mutating func move(by rows: Int) {
    let last = max(shown.count - 1, 0)
    cursor = min(max(min(cursor, last) + rows, 0), last)
  }

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    switch action {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -8)
    case .pageDown: move(by: 8)
    case .cancel: app.overlay = nil
    case .confirm:
      guard let item = current else { return [] }
      app.overlay = nil
      return kind.take(item.value, in: &app)
    default: break
    }
    return []
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked { .row(opens: isDouble ? .confirm : nil) }

  package func paint(on painter: inout ScreenPainter) {
    let body = painter.frame.body
    let shown = shown
    let area = body.centered(
      width: min(max(body.width * 2 / 3, 64), 100),
      height: min(items.count + 5, body.height))
    painter.buffer.fill(area)
    let inner = painter.paintBlock(
      StyledText(title, .title),
      footer: StyledText("\(shown.count) of \(items.count)", .faint), isFocused: true, in: area
    ).inset(horizontal: 1, vertical: 0)
    let parts = inner.rows([.fixed(1), .fill, .fixed(1)])
    painter.buffer.draw(TextField(line, placeholder: "type to narrow the list"), in: parts[0])
    guard let current else {
      painter.buffer.draw(Paragraph("Nothing matches.", style: .faint), in: parts[1])
      return
    }
    let longest = items.map { TextWidth.width(of: $0.label) }.max() ?? 0
    painter.buffer.draw(
      Table(
        columns: [
          .init("", width: .fixed(min(longest, parts[1].width * 3 / 5))), .init("", width: .fill),
        ],
        rows: shown.map { [StyledText($0.label), StyledText($0.detail, .faint)] },
        selected: min(cursor, shown.count - 1), showsHeader: false, glyphs: painter.glyphs),
      in: parts[1])
    painter.buffer.write(
      StyledText(current.detail, Style(.help)), truncatedTo: parts[2].width, at: parts[2].x,
      parts[2].y)
  }
}

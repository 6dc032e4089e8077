/// A question or a message in front of the screen, with buttons below.
///
///     ╭ Stop the run? ───────────────────╮
///     │ It can be resumed from step 120. │
///     │                                  │
///     │               [ Stop ]  [ Keep ] │
///     ╰──────────────────────────────────╯
package struct Dialog: Widget {
  private let title: StyledText
  private let message: [StyledText]
  private let buttons: [String]
  private let selected: Int
  private let maximumWidth: Int
  private let glyphs: Glyphs

  /// A dialog in the middle of the area it is drawn in, as large as its text needs.
  package init(
    title: StyledText, message: [StyledText], buttons: [String] = [], selected: Int = 0,
    maximumWidth: Int = 60, glyphs: Glyphs = .braille
  ) {
    self.title = title
    self.message = message
    self.buttons = buttons
    self.selected = selected
    self.maximumWidth = maximumWidth
    self.glyphs = glyphs
  }

  /// Where the dialog stands within an area.
  package func frame(in area: Rect) -> Rect {
    let widest = max(
      message.map(\.width).max() ?? 0, title.width + 2, TextWidth.width(of: buttonRow.plain))
    let width = min(widest + 4, maximumWidth, area.width)
    let text = width > 4 ? Paragraph(message).height(forWidth: width - 4) : 0
    return area.centered(width: width, height: text + 2 + (buttons.isEmpty ? 0 : 2))
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    let frame = frame(in: area)
    guard !frame.isEmpty else { return }
    buffer.fill(frame)
    let block = Block(title: title, isFocused: true, glyphs: glyphs)
    block.render(in: frame, into: &buffer)
    let inner = frame.inset(horizontal: 2, vertical: 1)
    let parts = inner.rows([.fill, .fixed(buttons.isEmpty ? 0 : 2)])
    // The buttons matter more than the end of a long message.
    let textHeight = min(Paragraph(message).height(forWidth: inner.width), max(0, parts[0].height))
    let textArea = Rect(x: inner.x, y: inner.y, width: inner.width, height: textHeight)
    Paragraph(message).render(in: textArea, into: &buffer)
    guard !buttons.isEmpty, inner.height > 0 else { return }
    buffer.write(
      buttonRow, truncatedTo: inner.width, alignment: .right, at: inner.x, inner.bottom - 1)
  }

  /// The button at a cell of the area that the dialog is drawn in, for the mouse.
  package func button(atX x: Int, y: Int, in area: Rect) -> Int? {
    let inner = frame(in: area).inset(horizontal: 2, vertical: 1)
    guard !buttons.isEmpty, y == inner.bottom - 1 else { return nil }
    var left = inner.x + max(0, inner.width - TextWidth.width(of: buttonRow.plain))
    for (index, button) in buttons.enumerated() {
      let width = TextWidth.width(of: button) + 4
      if x >= left, x < left + width { return index }
      left += width + 2
    }
    return nil
  }

  private var buttonRow: StyledText {
    var spans: [StyledText.Span] = []
    for (index, button) in buttons.enumerated() {
      if index > 0 { spans.append(.init("  ")) }
      spans.append(.init("[ \(button) ]", Style(.text, on: index == selected ? .selection : nil)))
    }
    return StyledText(spans)
  }
}

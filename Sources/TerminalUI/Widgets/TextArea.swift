/// Text of several lines that is being edited, wrapped between words.
///
/// It scrolls so that the row of the cursor is seen, in the middle while it can be; which rows are
/// shown follows from the cursor alone, so that a click finds its place.
package struct TextArea: Widget {
  private let document: TextDocument
  private let isFocused: Bool
  private let placeholder: String
  private let ordersText: Bool
  private let style: @Sendable (String) -> Style

  /// An area over a text; `style` says how a line looks.
  package init(
    _ document: TextDocument, isFocused: Bool = true, placeholder: String = "",
    ordersText: Bool = true,
    style: @escaping @Sendable (String) -> Style = { _ in .text }
  ) {
    self.document = document
    self.isFocused = isFocused
    self.placeholder = placeholder
    self.ordersText = ordersText
    self.style = style
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    let layout = TextLayout(document.lines, width: area.width)
    let cursor = layout.place(of: document.cursor)
    let first = Self.firstRow(cursor: cursor.row, count: layout.rows.count, visible: area.height)
    if document.isEmpty {
      buffer.draw(Paragraph(placeholder, style: .faint), in: area)
    }
    for (y, row) in layout.rows.dropFirst(first).prefix(area.height).enumerated() {
      let shown = ordered(row, layout, width: area.width)
      buffer.write(
        StyledText(String(shown.characters), style(document.lines[row.line])),
        at: area.x + shown.start, area.y + y, maximumWidth: area.width - shown.start,
        direction: shown.direction)
    }
    guard isFocused else { return }
    let row = layout.rows[cursor.row]
    let column = ordered(row, layout, width: area.width)
      .column(of: document.cursor.column - row.characters.lowerBound)
    let (x, y) = (area.x + min(max(column, 0), area.width - 1), area.y + cursor.row - first)
    let under = buffer[x, y]
    if under.width > 0 { buffer[x, y] = Cell(under.text, style: Style(.cursor)) }
  }

  /// The place in the text of a cell; nil outside of the area.
  package func position(atColumn x: Int, row y: Int, in area: Rect) -> TextDocument.Position? {
    guard area.contains(x: x, y: y) else { return nil }
    let layout = TextLayout(document.lines, width: area.width)
    let first = Self.firstRow(
      cursor: layout.place(of: document.cursor).row, count: layout.rows.count,
      visible: area.height)
    let place = first + y - area.y
    let row = layout.rows[min(max(place, 0), layout.rows.count - 1)]
    let shown = ordered(row, layout, width: area.width)
    guard shown.isReordered else { return layout.position(row: place, column: x - area.x) }
    return .init(
      line: row.line, column: row.characters.lowerBound + shown.character(atColumn: x - area.x))
  }

  private func ordered(_ row: TextLayout.Row, _ layout: TextLayout, width: Int) -> OrderedRow {
    let direction =
      ordersText ? VisualOrder.direction(of: document.lines[row.line]) : .leftToRight
    return OrderedRow(
      Array(layout.characters(of: row)), direction, width: width, ordersText: ordersText)
  }

  private static func firstRow(cursor: Int, count: Int, visible: Int) -> Int {
    guard visible > 0, count > visible else { return 0 }
    return min(max(cursor - visible / 2, 0), count - visible)
  }
}

/// Text of several lines that is being edited, wrapped between words.
///
/// It scrolls so that the row of the cursor is seen, in the middle while it can be; which rows are
/// shown follows from the cursor alone, so that a click finds its place.
package struct TextArea: Widget {
  private let document: TextDocument
  private let isFocused: Bool
  private let placeholder: String
  private let style: @Sendable (String) -> Style

  /// An area over a text; `style` says how a line looks.
  package init(
    _ document: TextDocument, isFocused: Bool = true, placeholder: String = "",
    style: @escaping @Sendable (String) -> Style = { _ in .text }
  ) {
    self.document = document
    self.isFocused = isFocused
    self.placeholder = placeholder
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
      buffer.write(
        String(layout.characters(of: row)), at: area.x, area.y + y,
        style: style(document.lines[row.line]), maximumWidth: area.width)
    }
    guard isFocused else { return }
    let (x, y) = (area.x + min(cursor.column, area.width - 1), area.y + cursor.row - first)
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
    return layout.position(row: first + y - area.y, column: x - area.x)
  }

  private static func firstRow(cursor: Int, count: Int, visible: Int) -> Int {
    guard visible > 0, count > visible else { return 0 }
    return min(max(cursor - visible / 2, 0), count - visible)
  }
}

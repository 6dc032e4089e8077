/// Rows of cells under a header, one of the rows selected.
///
///      State     Name          F1
///      finished  priming     61.3
///      running   control      8.0
///
/// The rows scroll so that the selected one is visible; `offset` is where they stood before, and
/// `Scrolling.offset` says where they stand now. A scroll bar appears when not all rows fit.
package struct Table: Widget {
  /// A column: its title, how wide it wants to be, and where its text stands.
  package struct Column: Hashable, Sendable {
    package var title: String
    package var width: Constraint
    package var alignment: Alignment

    /// A column.
    package init(_ title: String, width: Constraint, alignment: Alignment = .left) {
      self.title = title
      self.width = width
      self.alignment = alignment
    }
  }

  private let columns: [Column]
  private let rows: [[StyledText]]
  private let selected: Int?
  private let offset: Int
  private let isFocused: Bool
  private let showsHeader: Bool
  private let glyphs: Glyphs

  /// A table; a row with fewer cells than columns is empty at its end.
  package init(
    columns: [Column], rows: [[StyledText]], selected: Int? = nil, offset: Int = 0,
    isFocused: Bool = true, showsHeader: Bool = true, glyphs: Glyphs = .braille
  ) {
    self.columns = columns
    self.rows = rows
    self.selected = selected
    self.offset = offset
    self.isFocused = isFocused
    self.showsHeader = showsHeader
    self.glyphs = glyphs
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    let headerHeight = showsHeader ? 1 : 0
    let body = Rect(
      x: area.x, y: area.y + headerHeight, width: area.width, height: area.height - headerHeight)
    let isScrolling = rows.count > body.height && body.height > 0
    let content = Rect(
      x: area.x, y: area.y, width: area.width - (isScrolling ? 1 : 0), height: area.height)
    let parts = content.inset(horizontal: min(1, content.width / 4), vertical: 0)
      .columns(columns.map(\.width), spacing: 2)
    if showsHeader { drawHeader(parts, y: area.y, into: &buffer) }
    let first = Scrolling.offset(
      offset, selected: selected, count: rows.count, visible: body.height)
    for (line, index) in (first..<min(rows.count, first + body.height)).enumerated() {
      drawRow(index, parts, y: body.y + line, into: &buffer)
      if index == selected {
        let row = Rect(x: content.x, y: body.y + line, width: content.width, height: 1)
        buffer.setBackground(isFocused ? .selection : .selectionInactive, in: row)
      }
    }
    if isScrolling {
      let edge = Rect(x: content.right, y: body.y, width: 1, height: body.height)
      ScrollBar(offset: first, count: rows.count, glyphs: glyphs).render(in: edge, into: &buffer)
    }
  }

  private func drawHeader(_ parts: [Rect], y: Int, into buffer: inout Buffer) {
    for (column, part) in zip(columns, parts) {
      let text = TextWidth.padded(column.title, to: part.width, alignment: column.alignment)
      buffer.write(text, at: part.x, y, style: Style(.header), maximumWidth: part.width)
    }
  }

  private func drawRow(_ index: Int, _ parts: [Rect], y: Int, into buffer: inout Buffer) {
    for (cell, (column, part)) in zip(rows[index], zip(columns, parts)) {
      buffer.write(cell, truncatedTo: part.width, alignment: column.alignment, at: part.x, y)
    }
  }
}

extension Buffer {
  /// Writes styled text into exactly this many columns, cut with an ellipsis where it is longer.
  package mutating func write(
    _ text: StyledText, truncatedTo columns: Int, alignment: Alignment = .left, at x: Int, _ y: Int
  ) {
    guard columns > 0 else { return }
    var left = columns
    let start = x + alignment.offset(of: max(0, columns - text.width))
    var cut = StyledText()
    let isCut = text.width > columns
    for span in text.spans {
      let width = TextWidth.width(of: span.text)
      // The part that reaches over the edge is cut, and so is one that ends exactly there when
      // more text follows.
      let needsCut = isCut && width >= left
      let shown =
        needsCut
        ? TextWidth.truncated(width > left ? span.text : span.text + "……", to: left) : span.text
      cut.spans.append(.init(shown, span.style))
      left -= TextWidth.width(of: shown)
      if needsCut || left <= 0 { break }
    }
    write(cut, at: start, y, maximumWidth: columns)
  }
}

/// Items one below the other, one of them selected.
///
/// It scrolls as `Table` does.
package struct ListView: Widget {
  private let items: [StyledText]
  private let selected: Int?
  private let offset: Int
  private let isFocused: Bool
  private let glyphs: Glyphs

  /// A list; `offset` is the first visible item of the frame before.
  package init(
    _ items: [StyledText], selected: Int? = nil, offset: Int = 0, isFocused: Bool = true,
    glyphs: Glyphs = .braille
  ) {
    self.items = items
    self.selected = selected
    self.offset = offset
    self.isFocused = isFocused
    self.glyphs = glyphs
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    Table(
      columns: [Table.Column("", width: .fill)], rows: items.map { [$0] }, selected: selected,
      offset: offset, isFocused: isFocused, showsHeader: false, glyphs: glyphs
    ).render(in: area, into: &buffer)
  }
}

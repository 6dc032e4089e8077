/// The names of several screens side by side, one of them chosen.
///
///      Runs │ Experiment │ Compare
package struct Tabs: Widget {
  private let titles: [String]
  private let selected: Int
  private let glyphs: Glyphs

  /// A row of titles.
  package init(_ titles: [String], selected: Int, glyphs: Glyphs = .braille) {
    self.titles = titles
    self.selected = selected
    self.glyphs = glyphs
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    for (index, part) in parts(in: area).enumerated() {
      if index > 0 {
        let line: String = glyphs == .ascii ? "|" : "│"
        buffer.write(
          line, at: part.x - 1, area.y, style: Style(.border), maximumWidth: area.right - part.x + 1
        )
      }
      let style = index == selected ? Style(.selection) : Style(.header)
      buffer.write(" \(titles[index]) ", at: part.x, area.y, style: style, maximumWidth: part.width)
    }
  }

  /// The title at a column, for the mouse.
  package func index(atColumn column: Int, in area: Rect) -> Int? {
    parts(in: area).firstIndex { column >= $0.x && column < $0.right }
  }

  private func parts(in area: Rect) -> [Rect] {
    var x = area.x
    return titles.map { title in
      let width = TextWidth.width(of: title) + 2
      defer { x += width + 1 }
      return Rect(x: x, y: area.y, width: min(width, area.right - x), height: 1)
    }
  }
}

/// The arithmetic of lists that are longer than their area.
package enum Scrolling {
  /// The first row to show, so that the selected one is visible and as little as possible moves.
  ///
  /// `offset` is where the list stood before; the result never leaves empty rows at the end.
  package static func offset(_ offset: Int, selected: Int?, count: Int, visible: Int) -> Int {
    guard visible > 0, count > visible else { return 0 }
    var result = min(max(0, offset), count - visible)
    if let selected {
      let row = min(max(0, selected), count - 1)
      result = min(result, row)
      result = max(result, row - visible + 1)
    }
    return result
  }
}

/// A bar at the right edge that shows which part of a list is visible.
struct ScrollBar: Widget {
  let offset: Int
  let count: Int
  let glyphs: Glyphs

  func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty, count > area.height else { return }
    let length = max(1, area.height * area.height / count)
    let travel = area.height - length
    let hidden = count - area.height
    let start = (min(max(0, offset), hidden) * travel + hidden / 2) / hidden
    for row in 0..<area.height {
      let isThumb = row >= start && row < start + length
      let thumb: Character = glyphs == .ascii ? "#" : "█"
      let track: Character = glyphs == .ascii ? "|" : "│"
      buffer[area.x, area.y + row] = Cell(
        isThumb ? thumb : track, style: Style(isThumb ? .borderFocused : .border))
    }
  }
}

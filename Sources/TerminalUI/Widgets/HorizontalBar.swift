/// A bar that fills from the left in eighths of a cell.
///
///     ██████▌···
package struct HorizontalBar: Widget {
  private let fraction: Double
  private let style: Style
  private let glyphs: Glyphs

  /// A bar; of 0 to 1 that is filled, anything else is brought into that range, not-a-number is
  /// empty.
  package init(fraction: Double, style: Style = Style(.barFilled), glyphs: Glyphs = .braille) {
    self.fraction = fraction
    self.style = style
    self.glyphs = glyphs
  }

  private static let eighths: [Character] = Array(" ▏▎▍▌▋▊▉█")

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    let share = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
    let steps = glyphs == .braille ? 8 : glyphs == .blocks ? 2 : 1
    let filled = Int((share * Double(area.width * steps)).rounded(.down))
    let empty: Character = glyphs == .ascii ? "." : "·"
    for column in 0..<area.width {
      let level = min(steps, max(0, filled - column * steps))
      let cell =
        level == 0
        ? Cell(empty, style: Style(.barEmpty))
        : Cell(glyphs == .ascii ? "#" : Self.eighths[level * 8 / steps], style: style)
      buffer[area.x + column, area.y] = cell
    }
  }
}

/// A one-row chart of a series, newest value on the right.
///
/// Each value becomes one of eight bars, scaled between the smallest and the largest value shown:
///
///     Sparkline([0, 1, 2, 3, 4, 5, 6, 7])   // ▁▂▃▄▅▆▇█
///
/// A value that is not finite (a diverged loss) is drawn as `✕`. If the series is longer than the
/// area is wide, the oldest values are left out.
package struct Sparkline: Widget {
  private let values: [Double]
  private let style: Style
  private let bars: [Character]
  private let mark: Character

  /// A sparkline of these values, oldest first.
  package init(_ values: [Double], style: Style = Style(.accent), glyphs: Glyphs = .braille) {
    self.values = values
    self.style = style
    bars = Array(glyphs == .ascii ? "_.-~=*#@" : "▁▂▃▄▅▆▇█")
    mark = glyphs == .ascii ? "x" : "✕"
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    let shown = values.suffix(area.width)
    let finite = shown.filter(\.isFinite)
    let low = finite.min() ?? 0
    let high = finite.max() ?? 0
    for (column, value) in shown.enumerated() {
      let cellStyle = value.isFinite ? style : Style(.error, on: style.background)
      buffer[area.x + column, area.y] = Cell(bar(for: value, low, high), style: cellStyle)
    }
  }

  private func bar(for value: Double, _ low: Double, _ high: Double) -> Character {
    guard value.isFinite else { return mark }
    // Halved, so that the span of the largest numbers there are doesn't overflow.
    let span = high / 2 - low / 2
    guard span > 0 else { return bars[0] }
    return bars[Int(((value / 2 - low / 2) / span * 7).rounded())]
  }
}

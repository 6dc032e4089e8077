/// Labelled bars one below the other, each with its value and how it changed.
///
///     de  ██████████▌······  61.3  ▲ 1.2
///     hi  ███▉·············  22.9  ▼ 0.4
///     af  ·················     –
///
/// A value of `nil` (not measured yet) is a dash, one that is not finite `✕`.
package struct BarChart: Widget {
  /// One bar.
  package struct Bar: Hashable, Sendable {
    package var label: StyledText
    package var value: Double?
    /// The difference from the value before; shown with an arrow.
    package var change: Double?
    package var style: Style

    /// A bar.
    package init(
      label: StyledText, value: Double?, change: Double? = nil, style: Style = Style(.barFilled)
    ) {
      self.label = label
      self.value = value
      self.change = change
      self.style = style
    }
  }

  private let bars: [Bar]
  private let range: ClosedRange<Double>
  private let scale: Double
  private let decimals: Int
  private let offset: Int
  private let glyphs: Glyphs

  /// A chart; values are drawn within `range` and written times `scale` (F1 as percent).
  package init(
    _ bars: [Bar], range: ClosedRange<Double> = 0...1, scale: Double = 100, decimals: Int = 1,
    offset: Int = 0, glyphs: Glyphs = .braille
  ) {
    self.bars = bars
    self.range = range
    self.scale = scale
    self.decimals = decimals
    self.offset = max(0, offset)
    self.glyphs = glyphs
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty, !bars.isEmpty else { return }
    let labelWidth = min(bars.map(\.label.width).max() ?? 0, max(1, area.width / 3))
    let valueWidth = bars.map { TextWidth.width(of: valueText($0)) }.max() ?? 0
    let changeWidth = bars.map { TextWidth.width(of: changeText($0)) }.max() ?? 0
    let changePart = changeWidth > 0 ? changeWidth + 2 : 0
    let barWidth = area.width - labelWidth - valueWidth - changePart - 4
    for (row, bar) in bars.dropFirst(offset).prefix(area.height).enumerated() {
      let y = area.y + row
      buffer.write(bar.label, truncatedTo: min(labelWidth, area.width), at: area.x, y)
      var x = area.x + labelWidth + 2
      if barWidth > 0 {
        let part = Rect(x: x, y: y, width: barWidth, height: 1)
        HorizontalBar(fraction: fraction(bar.value), style: bar.style, glyphs: glyphs)
          .render(in: part, into: &buffer)
        x += barWidth + 2
      }
      let style = Style(bar.value.map { $0.isFinite ? .text : .error } ?? .faint)
      let text = TextWidth.padded(valueText(bar), to: valueWidth, alignment: .right)
      buffer.write(text, at: x, y, style: style, maximumWidth: area.right - x)
      x += valueWidth + 2
      let change = changeText(bar)
      let role: Role = change.hasPrefix("=") ? .faint : (bar.change ?? 0) < 0 ? .f1Down : .f1Up
      buffer.write(change, at: x, y, style: Style(role), maximumWidth: area.right - x)
    }
  }

  private func fraction(_ value: Double?) -> Double {
    guard let value, range.upperBound > range.lowerBound else { return 0 }
    return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  private func valueText(_ bar: Bar) -> String {
    guard let value = bar.value else { return glyphs == .ascii ? "-" : "–" }
    guard value.isFinite else { return glyphs == .ascii ? "x" : "✕" }
    return NumberText.fixed(value * scale, decimals: decimals)
  }

  private func changeText(_ bar: Bar) -> String {
    guard let change = bar.change, change.isFinite else { return "" }
    let number = NumberText.fixed(abs(change) * scale, decimals: decimals)
    if Double(number) == 0 { return "= \(number)" }
    if glyphs == .ascii { return (change < 0 ? "- " : "+ ") + number }
    return (change < 0 ? "▼ " : "▲ ") + number
  }
}

/// How far something has come: a label, a bar, and the share in percent or another text.
///
///     outer step 120/300  ████████▌············   40 %
///
/// With two or more gauges below each other the same `labelWidth` aligns their bars.
package struct Gauge: Widget {
  private let label: StyledText
  private let fraction: Double
  private let detail: String?
  private let style: Style
  private let labelWidth: Int?
  private let glyphs: Glyphs

  /// A gauge; `detail` replaces the percentage at the right.
  package init(
    label: StyledText, fraction: Double, detail: String? = nil, style: Style = Style(.barFilled),
    labelWidth: Int? = nil, glyphs: Glyphs = .braille
  ) {
    self.label = label
    self.fraction = fraction
    self.detail = detail
    self.style = style
    self.labelWidth = labelWidth
    self.glyphs = glyphs
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    let number = fraction.isFinite ? "\(Int((min(max(fraction, 0), 1) * 100).rounded(.down)))" : "–"
    let text = detail ?? TextWidth.padded(number, to: 3, alignment: .right) + " %"
    let wantedLabel = labelWidth ?? label.width
    let textWidth = min(TextWidth.width(of: text), area.width)
    // On a narrow area the label gives way first, then the bar.
    let labelColumns = max(0, min(wantedLabel, area.width - textWidth - 6))
    var x = area.x
    if labelColumns > 0 {
      buffer.write(label, truncatedTo: labelColumns, at: x, area.y)
      x += labelColumns + 1
    }
    let barWidth = area.right - x - textWidth - 1
    if barWidth > 0 {
      let bar = Rect(x: x, y: area.y, width: barWidth, height: 1)
      HorizontalBar(fraction: fraction, style: style, glyphs: glyphs).render(in: bar, into: &buffer)
    }
    buffer.write(text, at: area.right - textWidth, area.y, maximumWidth: textWidth)
  }
}

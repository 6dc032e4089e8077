import TerminalUI

/// Differences from a control with their intervals, one below the other, as a picture.
package struct IntervalPlot: Sendable, Hashable {
  /// One difference, in points.
  package struct Row: Sendable, Hashable {
    /// Whose it is.
    package var label: String
    /// The difference.
    package var value: Double
    /// The ends of its interval.
    package var interval: ClosedRange<Double>

    /// A difference with its interval.
    package init(label: String, value: Double, interval: ClosedRange<Double>) {
      self.label = label
      self.value = value
      self.interval = interval
    }
  }

  private static let width = 520.0
  private static let rowHeight = 26.0
  private static let longestLabel = 26

  /// What stands above it.
  package var title: String
  /// What the axis measures.
  package var axisLabel: String
  /// The differences.
  package var rows: [Row]

  /// A plot of some differences.
  package init(title: String, axisLabel: String, rows: [Row]) {
    self.title = title
    self.axisLabel = axisLabel
    self.rows = rows
  }

  /// The picture as SVG text, in the colours of a page.
  package var svg: String {
    let colors = ChartColors.page
    let labels = rows.map { TextWidth.truncated($0.label, to: Self.longestLabel) }
    let left = 16 + 7.5 * Double(labels.map(TextWidth.width(of:)).max() ?? 0)
    let (right, top) = (Self.width - 24, 12.0)
    let bottom = top + Self.rowHeight * Double(rows.count)
    let height = bottom + 46
    let low = min(0, rows.map(\.interval.lowerBound).min() ?? 0)
    let high = max(0, rows.map(\.interval.upperBound).max() ?? 0)
    let step = Self.step(for: max(high - low, 0.1))
    let from = (low / step).rounded(.down) * step
    let to = max((high / step).rounded(.up) * step, from + step)
    func x(_ value: Double) -> String {
      number(left + (value - from) / (to - from) * (right - left))
    }
    var parts = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(Self.width))" height="\(Int(height))" \
      viewBox="0 0 \(Int(Self.width)) \(Int(height))" font-family="sans-serif" font-size="13" \
      role="img" fill="\(colors.text ?? "")">
      <title>\(title.escapedForXML)</title>
      """
    ]
    for index in 0...Int(((to - from) / step).rounded()) {
      let value = from + Double(index) * step
      let isZero = abs(value) < step / 1000
      parts.append(
        """
        <path d="M\(x(value)) \(number(top))V\(number(bottom))" \
        stroke="\(isZero ? colors.axis : colors.grid)"/>\
        <text x="\(x(value))" y="\(number(bottom + 18))" text-anchor="middle" \
        fill="\(colors.axis)">\(isZero ? "0" : NumberText.compact(value).withMinus)</text>
        """)
    }
    for (index, row) in rows.enumerated() {
      let y = top + Self.rowHeight * (Double(index) + 0.5)
      let isSure = row.interval.lowerBound > 0 || row.interval.upperBound < 0
      let color = colors.curve(row.value < 0 ? 1 : 0)
      parts.append(
        """
        <text x="8" y="\(number(y + 4))">\(labels[index].escapedForXML)</text>\
        <path d="M\(x(row.interval.lowerBound)) \(number(y))H\(x(row.interval.upperBound))" \
        stroke="\(color)" stroke-width="2"/>\
        <circle cx="\(x(row.value))" cy="\(number(y))" r="5" stroke="\(color)" stroke-width="2" \
        fill="\(isSure ? color : "var(--ground)")"/>
        """)
    }
    parts.append(
      """
      <text x="\(number(right))" y="\(number(height - 8))" text-anchor="end" \
      fill="\(colors.axis)">\(axisLabel.escapedForXML)</text>
      </svg>
      """)
    return parts.joined(separator: "\n") + "\n"
  }

  /// 1, 2 or 5 times a power of ten, of which a length has two to six.
  private static func step(for length: Double) -> Double {
    var step = 1e-3
    while true {
      for factor in [1.0, 2, 5] where length / (step * factor) <= 6 { return step * factor }
      step *= 10
    }
  }

  private func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }
}

extension String {
  /// A number's text with a minus sign instead of a hyphen.
  var withMinus: String { replacing("-", with: "\u{2212}") }
}

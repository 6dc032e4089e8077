import Foundation

/// A chart as a picture: the same curves, dashes, marks and ticks, as lines instead of dots.
///
/// SVG is text, and what is drawn are lines and letters, so no drawing library is needed.
extension LineChart {
  /// The picture as SVG text; sizes in pixels.
  ///
  /// Its colours are its own (those that Okabe and Ito chose for every kind of colour sight), on
  /// white, because it leaves the terminal and its theme.
  package func svg(
    title: String, width: Int = 900, height: Int = 500, colors: ChartColors = .paper
  ) -> String {
    let picture = ChartPicture(
      self, title: title, width: Double(width), height: Double(height), colors: colors)
    return picture.text
  }

  /// The chart as text of so many columns and rows, as the screen shows it.
  package func text(columns: Int, rows: Int) -> String {
    var buffer = Buffer(width: columns, height: rows)
    buffer.draw(self, in: buffer.area)
    return buffer.text() + "\n"
  }
}

/// The parts of the picture, drawn one after the other.
private struct ChartPicture {
  private static let legendLine = 18.0

  private let chart: LineChart
  private let title: String
  private let colors: ChartColors
  private let width, height: Double
  private let left, right, top, bottom: Double
  private let axes: (x: ChartAxis, y: ChartAxis)
  private let entries: [(text: String, x: Double, y: Double)]

  init(
    _ chart: LineChart, title: String, width: Double, height: Double, colors: ChartColors
  ) {
    self.chart = chart
    self.title = title
    self.colors = colors
    (self.width, self.height) = (width, height)
    axes = chart.fittedAxes()
    let labels = axes.y.ticks(wanted: Int(height / 62)).map(\.label.count).max() ?? 1
    left = 24 + Double(labels) * 8
    right = width - 20
    bottom = height - 52
    var entries: [(text: String, x: Double, y: Double)] = []
    var (x, y) = (left, colors.showsTitle ? 50.0 : 20)
    for curve in chart.series {
      let text = curve.name + (curve.measured.last.map { "  \(NumberText.compact($0.y))" } ?? "")
      let length = 48 + Double(TextWidth.width(of: text)) * 7.5
      if x > left, x + length > right { (x, y) = (left, y + Self.legendLine) }
      entries.append((text, x, y))
      x += length
    }
    self.entries = entries
    top = y + 18
  }

  var text: String {
    var parts = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
      viewBox="0 0 \(Int(width)) \(Int(height))" font-family="sans-serif" font-size="13"\
      \(colors.text.map { " role=\"img\" fill=\"\($0)\"" } ?? "")>
      <title>\(escaped(title))</title>
      """
    ]
    if let ground = colors.ground {
      parts.append("<rect width=\"100%\" height=\"100%\" fill=\"\(ground)\"/>")
    }
    if colors.showsTitle {
      parts.append("<text x=\"\(number(left))\" y=\"26\" font-size=\"16\">\(escaped(title))</text>")
    }
    parts += legend + grid + marks
    for (index, curve) in chart.series.enumerated().reversed() { parts += lines(curve, index) }
    parts.append("</svg>")
    return parts.joined(separator: "\n") + "\n"
  }

  // MARK: Around the curves

  private var legend: [String] {
    zip(chart.series.indices, entries).map { index, entry in
      """
      <path d="M\(number(entry.x)) \(number(entry.y - 4))h34" \(stroke(index))/>\
      <text x="\(number(entry.x + 40))" y="\(number(entry.y))">\(escaped(entry.text))</text>
      """
    }
  }

  private var grid: [String] {
    var parts: [String] = []
    for tick in axes.y.ticks(wanted: Int(height / 62)) {
      let y = number(self.y(tick.value))
      parts.append(
        """
        <path d="M\(number(left)) \(y)H\(number(right))" stroke="\(colors.grid)"/>\
        <text x="\(number(left - 8))" y="\(y)" dy="4" text-anchor="end" fill="\(colors.axis)">\
        \(escaped(tick.label))</text>
        """)
    }
    for tick in axes.x.ticks(wanted: Int(width / 90)) {
      let x = number(self.x(tick.value))
      parts.append(
        """
        <path d="M\(x) \(number(bottom))v5" stroke="\(colors.axis)"/>\
        <text x="\(x)" y="\(number(bottom + 20))" text-anchor="middle" fill="\(colors.axis)">\
        \(escaped(tick.label))</text>
        """)
    }
    parts.append(
      """
      <path d="M\(number(left)) \(number(top))V\(number(bottom))H\(number(right))" \
      fill="none" stroke="\(colors.axis)"/>
      <text x="\(number(right))" y="\(number(height - 10))" text-anchor="end" fill="\(colors.axis)">\
      \(escaped(chart.xLabel))\(chart.yScale == .logarithmic ? " · logarithmic" : "")</text>
      """)
    return parts
  }

  private var marks: [String] {
    chart.marks.filter { axes.x.range.contains($0.x) }.map { mark in
      let x = number(self.x(mark.x))
      let from = mark.hasLine ? top : bottom - 8
      var text = """
        <g><title>\(escaped(mark.label))</title>\
        <path d="M\(x) \(number(from))V\(number(bottom))" stroke="\(colors.mark)" stroke-dasharray="2 3"/>
        """
      if mark.hasLine {
        text += """
          <text x="\(x)" y="\(number(top + 10))" dx="4" font-size="11" fill="\(colors.faint)">\
          \(escaped(mark.label))</text>
          """
      }
      if let symbol = mark.symbol {
        text += """
          <text x="\(x)" y="\(number(bottom + 4))" text-anchor="middle" fill="\(colors.faint)">\
          \(escaped(String(symbol)))</text>
          """
      }
      return text + "</g>"
    }
  }

  // MARK: Curves

  private func lines(_ curve: LineChart.Series, _ index: Int) -> [String] {
    var parts: [String] = []
    let color = self.color(index)
    if !curve.raw.isEmpty {
      parts.append(
        """
        <path d="\(path(curve.raw, curve.gaps))" fill="none" stroke="\(color)" \
        stroke-opacity="0.28" stroke-width="1"/>
        """)
    }
    if !curve.isScatter {
      parts.append("<path d=\"\(path(curve.points, curve.gaps))\" \(stroke(index))/>")
    }
    for point in curve.measured where isShown(point.x) {
      if !point.y.isFinite {
        parts.append(sign("✕", point.x, top + 10, colors.wrong, "\(curve.name): \(point.y)"))
      } else if chart.yScale == .logarithmic, point.y <= 0 {
        parts.append(sign("▾", point.x, bottom - 4, color, "\(curve.name): \(point.y)"))
      } else if curve.hasSymbols {
        parts.append(
          """
          <circle cx="\(number(x(point.x)))" cy="\(number(y(point.y)))" r="3.5" fill="\(color)"/>
          """)
      }
    }
    return parts
  }

  private func sign(
    _ symbol: String, _ x: Double, _ y: Double, _ color: String, _ title: String
  ) -> String {
    """
    <text x="\(number(self.x(x)))" y="\(number(y))" text-anchor="middle" fill="\(color)">\
    <title>\(escaped(title))</title>\(symbol)</text>
    """
  }

  /// The line through the points; a new piece begins after a gap and after what is not finite.
  private func path(_ points: [LineChart.Point], _ gaps: [ClosedRange<Double>]) -> String {
    var text = ""
    var previous: Double?
    for point in points where isShown(point.x) {
      guard point.y.isFinite, chart.yScale == .linear || point.y > 0 else {
        previous = nil
        continue
      }
      let isBroken = gaps.contains { gap in
        previous.map { $0 < gap.upperBound && gap.upperBound <= point.x } ?? false
      }
      let place = "\(number(x(point.x))) \(number(y(point.y)))"
      // A piece of a single point is a dot: a line of no length with a round end.
      text += previous == nil || isBroken ? "M\(place)h0" : "L\(place)"
      previous = point.x
    }
    return text
  }

  /// The colour of a curve: that of its place among the series, where its role is one, as on the screen.
  private func color(_ index: Int) -> String {
    let role = chart.series[index].role
    return colors.curve((0..<8).first { Role.series($0) == role } ?? index)
  }

  private func stroke(_ index: Int) -> String {
    let dashes = chart.series[index].marker.dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    return "fill=\"none\" stroke=\"\(color(index))\" "
      + "stroke-width=\"2\" stroke-linecap=\"round\"\(dashes)"
  }

  // MARK: Numbers and text

  private func isShown(_ x: Double) -> Bool {
    let fraction = axes.x.fraction(x)
    return fraction > -1e-6 && fraction < 1.000_001
  }

  private func x(_ value: Double) -> Double { left + axes.x.fraction(value) * (right - left) }

  private func y(_ value: Double) -> Double {
    bottom - min(max(axes.y.fraction(value), -1), 2) * (bottom - top)
  }

  private func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }

  private func escaped(_ text: String) -> String { text.escapedForXML }
}

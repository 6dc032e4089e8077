/// Curves over a common x axis, such as the losses of a run.
///
///     ── outer 0.42   ╌╌ inner 0.9
///      2 ┤⠑⢄
///      1 ┤  ⠉⠒⠤⣀⣀
///      0 ┤       ⠉⠉⠒⠒
///        └┬─────────┬
///         0        100
///
/// Points that share a column of dots are reduced to their smallest and largest value, so a spike
/// never disappears. What is not finite is marked `✕` at the top edge and breaks the curve; what has
/// no place on a logarithmic axis is marked `▾` at the bottom edge. Series differ by dashes, not by
/// colour alone; the first one is drawn on top.
package struct LineChart: Widget {
  /// One measured value.
  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double

    /// A value at a place.
    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// One curve; its points are in ascending order of x.
  package struct Series: Hashable, Sendable {
    package var name: String
    package var points: [Point]
    package var role: Role
    package var marker: LineMarker

    /// A curve.
    package init(name: String, points: [Point], role: Role, marker: LineMarker = .solid) {
      self.name = name
      self.points = points
      self.role = role
      self.marker = marker
    }
  }

  /// Something that happened at a place: a line from top to bottom with a label.
  package struct Mark: Hashable, Sendable {
    package var x: Double
    package var label: String
    package var role: Role

    /// A mark.
    package init(x: Double, label: String, role: Role = .changed) {
      self.x = x
      self.label = label
      self.role = role
    }
  }

  let series: [Series]
  let xRange: ClosedRange<Double>?
  let yRange: ClosedRange<Double>?
  let yScale: ChartScale
  let xLabel: String
  let marks: [Mark]
  let cursor: Double?
  let showsLegend: Bool
  let wholeX: Bool
  let glyphs: Glyphs

  /// A chart; ranges that are not given are fitted to what is shown.
  ///
  /// With a cursor the legend reads each curve there instead of showing its newest value. `wholeX`
  /// keeps the ticks of the x axis on whole numbers (steps).
  package init(
    _ series: [Series], xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil,
    yScale: ChartScale = .linear, xLabel: String = "", marks: [Mark] = [], cursor: Double? = nil,
    showsLegend: Bool = true, wholeX: Bool = true, glyphs: Glyphs = .braille
  ) {
    self.series = series
    self.xRange = xRange
    self.yRange = yRange
    self.yScale = yScale
    self.xLabel = xLabel
    self.marks = marks
    self.cursor = cursor
    self.showsLegend = showsLegend
    self.wholeX = wholeX
    self.glyphs = glyphs
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    let axes = fittedAxes()
    let layout = ChartLayout(area: area, yAxis: axes.y, showsLegend: showsLegend)
    if let row = layout.legend { drawLegend(in: row, into: &buffer) }
    layout.draw(xAxis: axes.x, wholeX: wholeX, xLabel: xLabel, glyphs: glyphs, into: &buffer)
    guard !layout.plot.isEmpty else { return }
    if series.allSatisfy(\.points.isEmpty) {
      let text = TextWidth.truncated("no values yet", to: layout.plot.width)
      let spot = layout.plot.centered(width: TextWidth.width(of: text), height: 1)
      buffer.write(text, at: spot.x, spot.y, style: .faint)
    }
    drawMarks(in: layout.plot, xAxis: axes.x, into: &buffer)
    drawCurves(in: layout.plot, axes, into: &buffer)
    drawCursor(in: layout.plot, xAxis: axes.x, into: &buffer)
  }

  /// The range of x that is shown: the one given, or that of the points.
  package var shownXRange: ClosedRange<Double> {
    if let xRange { return xRange }
    var low = Double.infinity
    var high = -Double.infinity
    for curve in series {
      for point in curve.points where point.x.isFinite {
        low = min(low, point.x)
        high = max(high, point.x)
      }
    }
    return low <= high ? low...high : 0...1
  }

  /// The point of a series that lies nearest to a place.
  package static func nearestPoint(of series: Series, to x: Double) -> Point? {
    series.points.min { abs($0.x - x) < abs($1.x - x) }
  }

  /// The x under a column of the screen (for the mouse), when the chart is drawn in `area`.
  package func x(atColumn column: Int, in area: Rect) -> Double? {
    let axes = fittedAxes()
    let plot = ChartLayout(area: area, yAxis: axes.y, showsLegend: showsLegend).plot
    guard column >= plot.x, column < plot.right else { return nil }
    let range = axes.x.range
    let share = plot.width > 1 ? Double(column - plot.x) / Double(plot.width - 1) : 0
    return range.lowerBound + share * (range.upperBound - range.lowerBound)
  }

  private func fittedAxes() -> (x: ChartAxis, y: ChartAxis) {
    let shown = shownXRange
    var low = Double.infinity
    var high = -Double.infinity
    if yRange == nil {
      for curve in series {
        for point in curve.points where point.y.isFinite && shown.contains(point.x) {
          if yScale == .logarithmic && point.y <= 0 { continue }
          low = min(low, point.y)
          high = max(high, point.y)
        }
      }
    }
    let fitted = low <= high ? low...high : yScale == .linear ? 0...1 : 0.1...1
    return (ChartAxis(shown, scale: .linear), ChartAxis(yRange ?? fitted, scale: yScale))
  }
}

/// How the line of a series is dashed; in ASCII each has its own letter.
package enum LineMarker: Int, CaseIterable, Hashable, Sendable {
  case solid, dashed, dotted, dashDotted, longDashed, sparse

  /// The marker of the n-th series; it starts again after the sixth.
  package static func series(_ index: Int) -> LineMarker {
    allCases[((index % allCases.count) + allCases.count) % allCases.count]
  }

  /// The letter that stands for the line where there are no dots.
  var letter: Character {
    switch self {
    case .solid: "*"
    case .dashed: "+"
    case .dotted: "o"
    case .dashDotted: "x"
    case .longDashed: "%"
    case .sparse: "@"
    }
  }

  /// A piece of the line for the legend.
  func sample(_ glyphs: Glyphs) -> String {
    guard glyphs != .ascii else { return String(repeating: letter, count: 2) }
    return switch self {
    case .solid: "───"
    case .dashed: "╌╌╌"
    case .dotted: "···"
    case .dashDotted: "─·─"
    case .longDashed: "── "
    case .sparse: "·  "
    }
  }

  /// Whether the line is drawn at this column of dots.
  func isDrawn(atDot column: Int) -> Bool {
    switch self {
    case .solid: true
    case .dashed: column % 6 < 4
    case .dotted: column % 2 == 0
    case .dashDotted: [0, 1, 2, 3, 6].contains(column % 9)
    case .longDashed: column % 14 < 10
    case .sparse: column % 4 == 0
    }
  }
}

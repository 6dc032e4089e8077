/// Curves over a common x axis, such as the losses of a run.
///
///     ── outer 0.42   ╌╌ inner 0.9
///      2 ┤⠑⢄
///      1 ┤  ⠉⠒⠤⣀⣀
///      0 ┤       ⠉⠉⠒⠒
///        └┬───◆─────┬
///         0        100
///
/// Points that share a column of dots are reduced to their smallest and largest value, so a spike
/// never disappears. What is not finite is marked `✕` at the top edge and breaks the curve; what has
/// no place on a logarithmic axis is marked `▾` at the bottom edge; where nothing was measured the
/// curve is interrupted, and so is the axis. Series differ by dashes, not by colour alone; the first
/// one is drawn on top.
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
    /// What was measured, when `points` are a smoothed form of it: drawn faintly behind them.
    package var raw: [Point] = []
    /// Where nothing was measured, from the last point before to the first one after.
    package var gaps: [ClosedRange<Double>] = []
    /// Whether each point has a symbol of its own: for values that are few.
    package var hasSymbols = false
    /// Whether the points are not joined; those with the same x are, by a bar.
    package var isScatter = false

    /// A curve.
    package init(name: String, points: [Point], role: Role, marker: LineMarker = .solid) {
      self.name = name
      self.points = points
      self.role = role
      self.marker = marker
    }

    /// What was measured, whether it is drawn smoothed or as it is.
    package var measured: [Point] { raw.isEmpty ? points : raw }
  }

  /// Something that happened at a place: a symbol on the axis, perhaps with a line and a label.
  package struct Mark: Hashable, Sendable {
    package var x: Double
    package var label: String
    package var role: Role
    /// What stands on the axis; nothing when it is nil.
    package var symbol: Character?
    /// Whether a line goes from top to bottom, with the label beside it.
    package var hasLine: Bool

    /// A mark.
    package init(
      x: Double, label: String, role: Role = .changed, symbol: Character? = nil,
      hasLine: Bool = true
    ) {
      self.x = x
      self.label = label
      self.role = role
      self.symbol = symbol
      self.hasLine = hasLine
    }
  }

  let series: [Series]
  let xRange: ClosedRange<Double>?
  let yRange: ClosedRange<Double>?
  let xScale: ChartScale
  let yScale: ChartScale
  let xLabel: String
  let xUnit: ChartUnit
  let marks: [Mark]
  let cursor: Double?
  let notes: [StyledText]
  let showsLegend: Bool
  let absence: String
  let glyphs: Glyphs

  /// A chart; ranges that are not given are fitted to what is shown.
  ///
  /// With a cursor the legend reads each curve there instead of showing its newest value, and
  /// `notes` (what happened there) stand below it. Where there is nothing to draw stands `absence`.
  package init(
    _ series: [Series], xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil,
    xScale: ChartScale = .linear, yScale: ChartScale = .linear, xLabel: String = "",
    xUnit: ChartUnit = .wholeNumber,
    marks: [Mark] = [], cursor: Double? = nil, notes: [StyledText] = [], showsLegend: Bool = true,
    absence: String = "no values yet", glyphs: Glyphs = .braille
  ) {
    self.series = series
    self.xRange = xRange
    self.yRange = yRange
    self.xScale = xScale
    self.yScale = yScale
    self.xLabel = xLabel
    self.xUnit = xUnit
    self.marks = marks
    self.cursor = cursor
    self.notes = notes
    self.showsLegend = showsLegend
    self.absence = absence
    self.glyphs = glyphs
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    let axes = fittedAxes()
    let layout = layout(in: area, yAxis: axes.y)
    draw(ChartLegend(self).rows(columns: area.width), in: layout.legend, into: &buffer)
    for (row, note) in notes.prefix(layout.notes.height).enumerated() {
      buffer.write(note, truncatedTo: area.width, at: layout.notes.x, layout.notes.y + row)
    }
    layout.draw(xAxis: axes.x, xLabel: xLabel, glyphs: glyphs, into: &buffer)
    guard !layout.plot.isEmpty else { return }
    if series.allSatisfy(\.points.isEmpty) {
      let text = TextWidth.truncated(absence, to: layout.plot.width)
      let spot = layout.plot.centered(width: TextWidth.width(of: text), height: 1)
      buffer.write(text, at: spot.x, spot.y, style: .faint)
    }
    drawGaps(layout, xAxis: axes.x, into: &buffer)
    drawMarks(layout, xAxis: axes.x, into: &buffer)
    drawCurves(in: layout.plot, axes, into: &buffer)
    drawMarkLabels(in: layout.plot, xAxis: axes.x, into: &buffer)
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
    nearest(in: series.measured, to: x)
  }

  static func nearest(in points: [Point], to x: Double) -> Point? {
    points.min { abs($0.x - x) < abs($1.x - x) }
  }

  /// The x under a column of the screen (for the mouse), when the chart is drawn in `area`.
  package func x(atColumn column: Int, in area: Rect) -> Double? {
    let axes = fittedAxes()
    let plot = layout(in: area, yAxis: axes.y).plot
    guard column >= plot.x, column < plot.right else { return nil }
    let share = plot.width > 1 ? Double(column - plot.x) / Double(plot.width - 1) : 0
    return axes.x.value(at: share)
  }

  /// How much of the x axis one column of dots is worth, when the chart is drawn in `area`.
  package func xStep(in area: Rect) -> Double {
    let axes = fittedAxes()
    let plot = layout(in: area, yAxis: axes.y).plot
    let dots = max(plot.width * (glyphs == .braille ? 2 : 1) - 1, 1)
    return (axes.x.range.upperBound - axes.x.range.lowerBound) / Double(dots)
  }

  private func layout(in area: Rect, yAxis: ChartAxis) -> ChartLayout {
    let legend = showsLegend ? ChartLegend(self).rows(columns: area.width).count : 0
    return ChartLayout(
      area: area, yAxis: yAxis, legendRows: legend, noteRows: notes.count,
      isRead: cursor != nil)
  }

  /// The axes: the ranges given, or fitted to what is shown.
  func fittedAxes() -> (x: ChartAxis, y: ChartAxis) {
    let shown = shownXRange
    var low = Double.infinity
    var high = -Double.infinity
    if yRange == nil {
      for curve in series {
        for points in [curve.points, curve.raw] {
          for point in points where point.y.isFinite && shown.contains(point.x) {
            if yScale == .logarithmic && point.y <= 0 { continue }
            low = min(low, point.y)
            high = max(high, point.y)
          }
        }
      }
    }
    let fitted = low <= high ? low...high : yScale == .linear ? 0...1 : 0.1...1
    return (
      ChartAxis(shown, scale: xScale, unit: xUnit), ChartAxis(yRange ?? fitted, scale: yScale)
    )
  }
}

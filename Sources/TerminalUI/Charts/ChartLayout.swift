/// The parts of a chart's area: legend, notes, y labels, plot, x axis; parts that find no room are
/// left out.
struct ChartLayout {
  let plot: Rect
  let legend: Rect
  let notes: Rect
  /// The row of the x axis, where there is one.
  let axisRow: Int?
  private let yTicks: [ChartAxis.Tick]
  private let labelWidth: Int
  private let labelRow: Int?
  private let yAxis: ChartAxis

  /// - Parameter isRead: Whether a cursor reads the curves: then the legend may take the plot's room.
  init(area: Rect, yAxis: ChartAxis, legendRows: Int, noteRows: Int, isRead: Bool) {
    let hasLabels = area.height >= 5 && area.width >= 12
    let hasAxis = area.height >= 7 && hasLabels
    let limit = isRead ? max(area.height - 6, 1) : max(area.height / 4, 1)
    let legendHeight = area.height >= 3 ? min(legendRows, limit) : 0
    let noteHeight = area.height >= 7 ? min(noteRows, max(area.height / 4, 1)) : 0
    let top = area.y + legendHeight + noteHeight
    let plotHeight = area.bottom - top - (hasLabels ? 1 : 0) - (hasAxis ? 1 : 0)
    let ticks = hasLabels ? yAxis.ticks(wanted: max(2, plotHeight / 3)) : []
    let widest = ticks.map { TextWidth.width(of: $0.label) }.max() ?? 0
    let labels = widest <= area.width / 3 ? widest : 0
    let left = hasLabels ? labels + 2 : 0
    self.yAxis = yAxis
    yTicks = labels > 0 ? ticks : []
    labelWidth = labels
    legend = Rect(x: area.x, y: area.y, width: area.width, height: legendHeight)
    notes = Rect(x: area.x, y: area.y + legendHeight, width: area.width, height: noteHeight)
    plot = Rect(x: area.x + left, y: top, width: area.width - left, height: plotHeight)
    labelRow = hasLabels ? area.bottom - 1 : nil
    axisRow = hasAxis ? area.bottom - 2 : nil
  }

  /// Draws the axes with their ticks and labels.
  func draw(xAxis: ChartAxis, xLabel: String, glyphs: Glyphs, into buffer: inout Buffer) {
    guard let labelRow, !plot.isEmpty else { return }
    let style = Style(.axis)
    let isASCII = glyphs == .ascii
    for y in plot.y..<plot.bottom {
      buffer.write(isASCII ? "|" : "│", at: plot.x - 1, y, style: style)
    }
    var takenRows: Set<Int> = []
    for tick in yTicks {
      let y = row(of: tick.value)
      guard y >= plot.y, y < plot.bottom, takenRows.insert(y).inserted else { continue }
      let label = TextWidth.padded(tick.label, to: labelWidth, alignment: .right)
      buffer.write(label, at: plot.x - 2 - labelWidth, y, style: style)
      buffer.write(isASCII ? "+" : "┤", at: plot.x - 1, y, style: style)
    }
    if let axisRow {
      let line = String(repeating: isASCII ? "-" : "─", count: plot.width)
      buffer.write((isASCII ? "+" : "└") + line, at: plot.x - 1, axisRow, style: style)
    }
    drawXTicks(xAxis, xLabel, labelRow, isASCII, into: &buffer)
  }

  private func drawXTicks(
    _ axis: ChartAxis, _ label: String, _ labelRow: Int, _ isASCII: Bool,
    into buffer: inout Buffer
  ) {
    let style = Style(.axis)
    let title = TextWidth.truncated(label, to: plot.width / 2)
    let titleWidth = TextWidth.width(of: title)
    let end = plot.right - (titleWidth > 0 ? titleWidth + 1 : 0)
    var free = plot.x - 1 - labelWidth
    for tick in axis.ticks(wanted: max(2, plot.width / 9)) {
      let column = plot.x + Self.cell(axis.fraction(tick.value), count: plot.width)
      guard column >= plot.x, column < plot.right else { continue }
      let width = TextWidth.width(of: tick.label)
      let x = max(free, min(column - width / 2, end - width))
      guard x + width <= end, abs(x - column) <= width else { continue }
      buffer.write(tick.label, at: x, labelRow, style: style)
      free = x + width + 2
      if let axisRow { buffer.write(isASCII ? "+" : "┬", at: column, axisRow, style: style) }
    }
    buffer.write(title, at: plot.right - titleWidth, labelRow, style: style)
  }

  private func row(of value: Double) -> Int {
    plot.bottom - 1 - Self.cell(yAxis.fraction(value), count: plot.height)
  }

  /// The cell, of `count` in a row, that a share of 0…1 falls into; -1 when it is outside.
  static func cell(_ fraction: Double, count: Int) -> Int {
    guard fraction > -1e-6, fraction < 1.000_001, count > 0 else { return -1 }
    return min(count - 1, Int((max(0, fraction) * Double(count - 1)).rounded()))
  }
}

/// What stands above a chart: each curve's line, name and value, in as many rows as it takes.
struct ChartLegend {
  /// One curve's part.
  struct Item {
    let spans: [StyledText.Span]

    var width: Int { spans.reduce(0) { $0 + TextWidth.width(of: $1.text) } }
  }

  private static let gap = 3
  private let chart: LineChart

  init(_ chart: LineChart) {
    self.chart = chart
  }

  /// The rows of items for so many columns.
  func rows(columns: Int) -> [[Item]] {
    guard chart.showsLegend, columns > 0 else { return [] }
    var rows: [[Item]] = [[]]
    var used = 0
    for item in items(columns: columns) {
      let width = item.width
      if used > 0, used + Self.gap + width > columns {
        rows.append([])
        used = 0
      }
      used += (used > 0 ? Self.gap : 0) + width
      rows[rows.count - 1].append(item)
    }
    return rows
  }

  private func items(columns: Int) -> [Item] {
    let values = chart.series.map(value)
    let samples = chart.series.map {
      $0.isScatter ? String($0.marker.symbol(chart.glyphs)) : $0.marker.sample(chart.glyphs)
    }
    let fixed = zip(samples, values).map { sample, value in
      TextWidth.width(of: sample) + 2
        + value.reduce(0) { $0 + TextWidth.width(of: $1.text) }
    }
    // Names give way, never so far that two of them look alike.
    let names = DistinctNames.shortened(
      chart.series.map(\.name), to: max(columns - (fixed.max() ?? 0), 6))
    var items: [Item] = []
    if let cursor = chart.cursor {
      items.append(Item(spans: [.init(place(cursor), Style(.cursor))]))
    }
    for (index, curve) in chart.series.enumerated() {
      items.append(
        Item(
          spans: [
            .init(samples[index], Style(curve.role)), .init(" \(names[index]) "),
          ] + values[index]))
    }
    return items
  }

  private func place(_ cursor: Double) -> String {
    let label = chart.xLabel.isEmpty ? "x" : chart.xLabel
    switch chart.xUnit {
    case .seconds: return "\(label) \(DurationText.tick((cursor * 100).rounded() / 100))"
    case .wholeNumber where cursor == cursor.rounded() && abs(cursor) < 1e9:
      return "\(label) \(NumberText.fixed(cursor, decimals: 0))"
    default: return "\(label) \(NumberText.compact(cursor))"
    }
  }

  /// The value under the cursor, or the newest one: what was measured; smoothed beside it when read.
  ///
  /// Points of a scatter may share a place, and have none.
  private func value(of curve: LineChart.Series) -> [StyledText.Span] {
    if curve.isScatter { return [] }
    let point =
      chart.cursor.map { LineChart.nearestPoint(of: curve, to: $0) } ?? curve.measured.last
    guard let point else { return [.init(chart.glyphs == .ascii ? "-" : "–", .faint)] }
    let style = Style(point.y.isFinite ? .text : .error, on: nil, .bold)
    var spans: [StyledText.Span] = [.init(NumberText.compact(point.y), style)]
    if let cursor = chart.cursor, !curve.raw.isEmpty,
      let smooth = LineChart.nearest(in: curve.points, to: cursor), smooth.y.isFinite
    {
      spans.append(.init(" ~\(NumberText.compact(smooth.y))", .faint))
    }
    return spans
  }
}

extension LineChart {
  /// Writes the rows of a legend, with a count of the items for which there is no row.
  func draw(_ rows: [[ChartLegend.Item]], in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    for (line, row) in rows.prefix(area.height).enumerated() {
      let isLast = line == area.height - 1
      var left = isLast ? rows.dropFirst(area.height).reduce(0) { $0 + $1.count } : 0
      var x = area.x
      for (index, item) in row.enumerated() {
        // Room is kept for the count of those that are left out.
        if left > 0, index > 0, x + item.width + 4 > area.right {
          left += row.count - index
          break
        }
        for span in item.spans {
          x += buffer.write(
            span.text, at: x, area.y + line, style: span.style,
            maximumWidth: max(0, area.right - x))
        }
        x += 3
      }
      if left > 0 {
        let text = "+\(left)"
        let start = max(area.x, min(x, area.right - text.count))
        buffer.write(
          text, at: start, area.y + line, style: .faint, maximumWidth: area.right - start)
      }
    }
  }
}

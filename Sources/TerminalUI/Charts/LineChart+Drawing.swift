/// How a chart's curves, marks and cursor become cells.
extension LineChart {
  /// Interrupts the x axis where no curve was measured.
  func drawGaps(_ layout: ChartLayout, xAxis: ChartAxis, into buffer: inout Buffer) {
    guard let row = layout.axisRow else { return }
    let count = layout.plot.width
    for gap in Set(series.flatMap(\.gaps)) where gap.overlaps(xAxis.range) {
      let range = gap.clamped(to: xAxis.range)
      let first = ChartLayout.cell(xAxis.fraction(range.lowerBound), count: count)
      let last = ChartLayout.cell(xAxis.fraction(range.upperBound), count: count)
      guard first >= 0, last >= first else { continue }
      for column in min(first + 1, last)...max(first + 1, last - 1) where column < count {
        buffer.write(
          glyphs == .ascii ? "~" : "┄", at: layout.plot.x + column, row, style: Style(.warning))
      }
    }
  }

  /// Draws the marks' symbols on the axis, and the lines of those that have one.
  func drawMarks(_ layout: ChartLayout, xAxis: ChartAxis, into buffer: inout Buffer) {
    let plot = layout.plot
    for mark in marks {
      let column = ChartLayout.cell(xAxis.fraction(mark.x), count: plot.width)
      guard column >= 0 else { continue }
      if let symbol = mark.symbol, let row = layout.axisRow {
        buffer[plot.x + column, row] = Cell(symbol, style: Style(mark.role))
      }
      guard mark.hasLine else { continue }
      for y in plot.y..<plot.bottom {
        buffer.write(
          glyphs == .ascii ? ":" : "┊", at: plot.x + column, y, style: Style(mark.role))
      }
    }
  }

  /// Writes the labels of the marks beside their lines, where no curve is in the way.
  func drawMarkLabels(in plot: Rect, xAxis: ChartAxis, into buffer: inout Buffer) {
    for mark in marks where mark.hasLine {
      let column = ChartLayout.cell(xAxis.fraction(mark.x), count: plot.width)
      let label = TextWidth.truncated(mark.label, to: plot.width / 2)
      let width = TextWidth.width(of: label)
      guard column >= 0, width > 0 else { continue }
      let places = [column + 1, column - width].filter { $0 >= 0 && $0 + width <= plot.width }
      search: for y in plot.y..<min(plot.y + 3, plot.bottom) {
        for place in places {
          let cells = (plot.x + place)..<(plot.x + place + width)
          guard cells.allSatisfy({ buffer[$0, y].text == " " && buffer[$0, y].width == 1 }) else {
            continue
          }
          buffer.write(label, at: plot.x + place, y, style: Style(mark.role))
          break search
        }
      }
    }
  }

  func drawCurves(
    in plot: Rect, _ axes: (x: ChartAxis, y: ChartAxis), into buffer: inout Buffer
  ) {
    var canvas = DotCanvas(area: plot, glyphs: glyphs)
    var unplaced: [Int: (top: Bool, bottom: Bool)] = [:]
    for curve in series.reversed() where !curve.raw.isEmpty {
      let reduction = reduction(of: curve.raw, columns: canvas.width, axes.x)
      drawCloud(reduction, of: curve, yAxis: axes.y, on: &canvas)
      collect(reduction, canvas.dotsAcross, into: &unplaced)
    }
    for curve in series.reversed() {
      let reduction = reduction(of: curve.points, columns: canvas.width, axes.x)
      draw(reduction, of: curve, axes, on: &canvas)
      collect(reduction, canvas.dotsAcross, into: &unplaced)
    }
    canvas.render(into: &buffer)
    for curve in series.reversed() where curve.hasSymbols {
      drawSymbols(curve, in: plot, axes, into: &buffer)
    }
    for (cell, edge) in unplaced {
      if edge.bottom {
        buffer.write(
          glyphs == .ascii ? "v" : "▾", at: plot.x + cell, plot.bottom - 1, style: Style(.warning))
      }
      if edge.top {
        buffer.write(glyphs == .ascii ? "X" : "✕", at: plot.x + cell, plot.y, style: Style(.error))
      }
    }
  }

  func drawCursor(in plot: Rect, xAxis: ChartAxis, into buffer: inout Buffer) {
    guard let cursor else { return }
    let column = ChartLayout.cell(xAxis.fraction(cursor), count: plot.width)
    guard column >= 0 else { return }
    for y in plot.y..<plot.bottom {
      let x = plot.x + column
      if buffer[x, y].text == " " {
        buffer.write(glyphs == .ascii ? "|" : "│", at: x, y, style: Style(.accent))
      } else {
        buffer.setBackground(.selection, in: Rect(x: x, y: y, width: 1, height: 1))
      }
    }
  }

  // MARK: Parts

  private func reduction(of points: [Point], columns: Int, _ xAxis: ChartAxis) -> ColumnReduction {
    var reduction = ColumnReduction(columns: columns, xAxis: xAxis, scale: yScale)
    reduction.add(points)
    return reduction
  }

  private func collect(
    _ reduction: ColumnReduction, _ dotsAcross: Int,
    into unplaced: inout [Int: (top: Bool, bottom: Bool)]
  ) {
    for (dot, column) in reduction.columns.enumerated() where column.isNotFinite || column.isBelow {
      let cell = dot / dotsAcross
      let before = unplaced[cell] ?? (false, false)
      unplaced[cell] = (before.top || column.isNotFinite, before.bottom || column.isBelow)
    }
  }

  private func dot(_ value: Double, _ axis: ChartAxis, height: Int) -> Int {
    Int(((1 - min(max(axis.fraction(value), -2), 3)) * Double(height - 1)).rounded())
  }

  /// Draws a bar from the smallest to the largest value of each column of dots, and lines between
  /// neighbours.
  private func draw(
    _ reduction: ColumnReduction, of curve: Series, _ axes: (x: ChartAxis, y: ChartAxis),
    on canvas: inout DotCanvas
  ) {
    let style = Style(curve.role)
    // A curve is broken at the first point after each gap.
    let breaks = curve.gaps.map { gap in
      Int((axes.x.fraction(gap.upperBound) * Double(canvas.width - 1)).rounded())
    }
    var previous: (x: Int, y: Int)?
    for (x, column) in reduction.columns.enumerated() {
      if column.breaksBefore { previous = nil }
      guard column.count > 0 else {
        if column.isNotFinite { previous = nil }
        continue
      }
      if let before = previous, breaks.contains(where: { $0 > before.x && $0 <= x }) {
        previous = nil
      }
      if let previous {
        let first = dot(column.first, axes.y, height: canvas.height)
        canvas.line(from: previous, to: (x, first), style, curve.marker)
      }
      let top = dot(column.high, axes.y, height: canvas.height)
      let bottom = dot(column.low, axes.y, height: canvas.height)
      // A dash may be left out of a column, but never a spike.
      let isAlone = previous == nil || bottom - top > 2
      for y in top...max(top, bottom) where isAlone || curve.marker.isDrawn(atDot: x) {
        canvas.set(x, y, style, letter: curve.marker.letter)
      }
      previous =
        column.breaksAfter || curve.isScatter
        ? nil : (x, dot(column.last, axes.y, height: canvas.height))
    }
  }

  /// Draws what was measured behind a smoothed curve: every second dot, and all extremes.
  private func drawCloud(
    _ reduction: ColumnReduction, of curve: Series, yAxis: ChartAxis, on canvas: inout DotCanvas
  ) {
    let letter: Character = "."
    for (x, column) in reduction.columns.enumerated() where column.count > 0 {
      let top = dot(column.high, yAxis, height: canvas.height)
      let bottom = dot(column.low, yAxis, height: canvas.height)
      for y in top...max(top, bottom) where y == top || y == bottom || (x + y) % 2 == 0 {
        canvas.set(x, y, .faint, letter: letter, inFront: false)
      }
    }
  }

  private func drawSymbols(
    _ curve: Series, in plot: Rect, _ axes: (x: ChartAxis, y: ChartAxis),
    into buffer: inout Buffer
  ) {
    guard curve.points.count <= max(plot.width / 2, 2) else { return }
    let symbol = Cell(curve.marker.symbol(glyphs), style: Style(curve.role))
    for point in curve.points where point.y.isFinite {
      let column = ChartLayout.cell(axes.x.fraction(point.x), count: plot.width)
      let row = ChartLayout.cell(axes.y.fraction(point.y), count: plot.height)
      guard column >= 0, row >= 0 else { continue }
      buffer[plot.x + column, plot.bottom - 1 - row] = symbol
    }
  }
}

extension DotCanvas {
  /// A straight line; dots that the marker leaves out are left out.
  fileprivate mutating func line(
    from start: (x: Int, y: Int), to end: (x: Int, y: Int), _ style: Style, _ marker: LineMarker
  ) {
    let across = end.x - start.x
    guard across > 0 else { return }
    let slope = Double(end.y - start.y) / Double(across)
    var last = start.y
    for step in 1...across {
      let y = start.y + Int((slope * Double(step)).rounded())
      // The upper half of a step belongs to this column, so that a steep line has no holes.
      let from = y == last ? y : last + (y > last ? 1 : -1)
      if marker.isDrawn(atDot: start.x + step) {
        for dot in min(from, y)...max(from, y) {
          set(start.x + step, dot, style, letter: marker.letter)
        }
      }
      last = y
    }
  }
}

extension LineChart {
  func drawLegend(in area: Rect, into buffer: inout Buffer) {
    var x = area.x
    if let cursor {
      let text = "\(xLabel.isEmpty ? "x" : xLabel) \(NumberText.compact(cursor))"
      x += buffer.write(text, at: x, area.y, style: Style(.cursor), maximumWidth: area.width) + 2
    }
    for (index, curve) in series.enumerated() {
      let point = cursor.map { Self.nearestPoint(of: curve, to: $0) } ?? curve.points.last
      let sample = curve.marker.sample(glyphs)
      let value = point.map { NumberText.compact($0.y) } ?? (glyphs == .ascii ? "-" : "–")
      let width =
        TextWidth.width(of: sample) + TextWidth.width(of: curve.name)
        + TextWidth.width(of: value) + 2
      let rest = series.count - index
      // Room is kept for the count of those that are left out.
      let reserve = rest > 1 ? 4 : 0
      if x + width + reserve > area.right && index > 0 {
        buffer.write("+\(rest)", at: x, area.y, style: .faint, maximumWidth: area.right - x)
        return
      }
      let limit = { max(0, area.right - x) }
      x += buffer.write(sample, at: x, area.y, style: Style(curve.role), maximumWidth: limit()) + 1
      x += buffer.write(curve.name, at: x, area.y, style: .text, maximumWidth: limit()) + 1
      let style = Style(point.map { $0.y.isFinite ? .text : .error } ?? .faint, on: nil, .bold)
      x += buffer.write(value, at: x, area.y, style: style, maximumWidth: limit()) + 3
    }
  }

  func drawMarks(in plot: Rect, xAxis: ChartAxis, into buffer: inout Buffer) {
    for mark in marks {
      let column = ChartLayout.cell(xAxis.fraction(mark.x), count: plot.width)
      guard column >= 0 else { continue }
      for y in plot.y..<plot.bottom {
        buffer.write(
          glyphs == .ascii ? ":" : "┊", at: plot.x + column, y, style: Style(mark.role))
      }
      let label = TextWidth.truncated(mark.label, to: plot.width / 2)
      let width = TextWidth.width(of: label)
      let isRight = column + 1 + width <= plot.width
      buffer.write(
        label, at: plot.x + (isRight ? column + 1 : max(0, column - width)), plot.y,
        style: Style(mark.role), maximumWidth: plot.width)
    }
  }

  func drawCurves(
    in plot: Rect, _ axes: (x: ChartAxis, y: ChartAxis), into buffer: inout Buffer
  ) {
    var canvas = DotCanvas(area: plot, glyphs: glyphs)
    var unplaced: [Int: (top: Bool, bottom: Bool)] = [:]
    for curve in series.reversed() {
      var reduction = ColumnReduction(columns: canvas.width, xAxis: axes.x, scale: yScale)
      reduction.add(curve.points)
      draw(reduction, of: curve, yAxis: axes.y, on: &canvas)
      for (dot, column) in reduction.columns.enumerated() where column.isNotFinite || column.isBelow
      {
        let cell = dot / canvas.dotsAcross
        unplaced[cell, default: (false, false)].top =
          unplaced[cell]?.top == true || column.isNotFinite
        unplaced[cell, default: (false, false)].bottom =
          unplaced[cell]?.bottom == true || column.isBelow
      }
    }
    canvas.render(into: &buffer)
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

  /// Draws a bar from the smallest to the largest value of each column of dots, and lines between
  /// neighbours.
  private func draw(
    _ reduction: ColumnReduction, of curve: Series, yAxis: ChartAxis, on canvas: inout DotCanvas
  ) {
    let style = Style(curve.role)
    let height = Double(canvas.height - 1)
    func dot(_ value: Double) -> Int {
      Int(((1 - min(max(yAxis.fraction(value), -2), 3)) * height).rounded())
    }
    var previous: (x: Int, y: Int)?
    for (x, column) in reduction.columns.enumerated() {
      if column.breaksBefore { previous = nil }
      guard column.count > 0 else {
        if column.isNotFinite { previous = nil }
        continue
      }
      let first = dot(column.first)
      if let previous {
        canvas.line(from: previous, to: (x, first), style, curve.marker)
      }
      let top = dot(column.high)
      let bottom = dot(column.low)
      // A dash may be left out of a column, but never a spike.
      let isAlone = previous == nil || bottom - top > 2
      for y in top...max(top, bottom) where isAlone || curve.marker.isDrawn(atDot: x) {
        canvas.set(x, y, style, letter: curve.marker.letter)
      }
      previous = column.breaksAfter ? nil : (x, dot(column.last))
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

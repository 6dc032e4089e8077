import Experiments
import LabNotebook
package import TerminalUI

/// Where the parts of a plot stand.
struct PlotLayout {
  let chart: Rect
  let table: Rect

  /// Side by side from 126 columns on, else the table below the chart.
  init(body: Rect, groupCount: Int) {
    if body.width >= 126 {
      let parts = body.columns([.fill, .fixed(54)])
      (chart, table) = (parts[0], parts[1])
    } else {
      let parts = body.rows([.fill, .fixed(min(groupCount + 3, max(body.height / 2 - 1, 4)))])
      (chart, table) = (parts[0], parts[1])
    }
  }

  /// The rows of the table that hold values.
  var rows: Rect {
    let inner = table.inset(by: 1)
    return Rect(x: inner.x, y: inner.y + 1, width: inner.width, height: max(inner.height - 1, 0))
  }
}

extension PlotScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(PlotView.init) { $0.paint(self, in: body) }
  }
}

/// The screen of a plot: the chart, and its numbers.
struct PlotView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ screen: PlotScreen, in body: Rect) {
    guard let picture = screen.picture(state) else {
      paintTitle("Plot", right: StyledText(""))
      buffer.draw(
        Paragraph("No setting differs among these runs.", style: .faint), in: body.inset(by: 2))
      return
    }
    let plot = picture.plot
    let count = picture.runs.count - plot.unfinished
    var right = StyledText("\(count) run\(count == 1 ? "" : "s")", .faint)
    if plot.unfinished > 0 {
      right.spans.append(.init("  \(plot.unfinished) without F1", Style(.warning)))
    }
    paintTitle(
      StyledText(.init("Plot  ", .title), .init("F1 against \(picture.setting.key)")), right: right)
    let layout = PlotLayout(body: body, groupCount: plot.groups.count)
    paintChart(picture, screen, in: layout.chart)
    paintTable(picture, screen, in: layout.table)
  }

  /// What is measured, in words: "F1 on test, mean of af, hi".
  private func name(of plot: SettingPlot) -> String {
    let languages = plot.languages
    let whose =
      plot.measure.language
      ?? (languages.count == 1 ? languages[0] : "mean of \(languages.joined(separator: ", "))")
    return "F1 on \(plot.measure.split), \(whose)"
  }

  private mutating func paintChart(
    _ picture: PlotScreen.Picture, _ screen: PlotScreen, in area: Rect
  ) {
    let plot = picture.plot
    let isLogarithmic = plot.isNumeric && (screen.isLogarithmic ?? plot.suitsLogarithm)
    var footer = isLogarithmic ? ["log"] : []
    let others = picture.settings.filter { $0.key != picture.setting.key }.map(\.key)
    if !others.isEmpty { footer.append("also differ: \(others.joined(separator: ", "))") }
    let inner = paintBlock(
      StyledText(.init(name(of: plot), .title)),
      footer: footer.isEmpty
        ? nil
        : StyledText(
          TextWidth.truncated(footer.joined(separator: "  "), to: max(area.width - 6, 0)), .faint),
      isFocused: true, in: area
    ).inset(horizontal: 1, vertical: 0)
    guard !plot.languages.isEmpty else {
      buffer.draw(
        Paragraph(
          "No language was evaluated on \(plot.measure.split) in every run.", style: .faint),
        in: inner)
      return
    }
    if plot.isNumeric {
      paintCurve(picture, screen, isLogarithmic, in: inner)
    } else {
      paintBars(plot, screen, in: inner)
    }
  }

  // The mean of each value as a line, each run as a point, the range of a value's runs as a bar.
  private mutating func paintCurve(
    _ picture: PlotScreen.Picture, _ screen: PlotScreen, _ isLogarithmic: Bool, in area: Rect
  ) {
    let groups = picture.plot.groups
    var mean = LineChart.Series(name: "mean", points: [], role: .series(0))
    mean.hasSymbols = true
    var runs = LineChart.Series(
      name: "runs", points: [], role: .series(1), marker: .sparse)
    runs.hasSymbols = true
    runs.isScatter = true
    for group in groups {
      guard let x = group.number, let spread = group.spread else { continue }
      mean.points.append(.init(x: x, y: 100 * spread.mean))
      runs.points += group.runs.map { .init(x: x, y: 100 * $0.f1) }
    }
    let numbers = groups.compactMap(\.number)
    let hasRepeats = groups.contains { $0.runs.count > 1 }
    buffer.draw(
      LineChart(
        hasRepeats ? [mean, runs] : [mean],
        xRange: numbers.isEmpty ? nil : numbers[0]...numbers[numbers.count - 1],
        xScale: isLogarithmic ? .logarithmic : .linear, xLabel: picture.setting.key,
        xUnit: .number,
        cursor: groups.indices.contains(screen.cursor) ? groups[screen.cursor].number : nil,
        absence: "no F1 yet", glyphs: glyphs),
      in: area)
  }

  private mutating func paintBars(_ plot: SettingPlot, _ screen: PlotScreen, in area: Rect) {
    let bars = plot.groups.enumerated().map { index, group in
      BarChart.Bar(
        label: StyledText(
          Formatting.middle(SettingText.text(group.value), columns: 24),
          index == screen.cursor ? Style(.accent) : .text),
        value: group.spread?.mean)
    }
    buffer.draw(BarChart(bars, glyphs: glyphs), in: area)
  }

  private mutating func paintTable(
    _ picture: PlotScreen.Picture, _ screen: PlotScreen, in area: Rect
  ) {
    let groups = picture.plot.groups
    let inner = paintBlock(StyledText(.init(picture.setting.key, .title)), in: area)
    let rows = groups.map { group -> [StyledText] in
      let scores = group.runs.map(\.f1)
      guard let spread = group.spread, let low = scores.min(), let high = scores.max() else {
        return [StyledText(SettingText.text(group.value)), StyledText("–", .faint)]
      }
      let range =
        scores.count > 1
        ? "\(Formatting.f1(low))…\(Formatting.f1(high))" : ""
      return [
        StyledText(SettingText.text(group.value)), StyledText(Formatting.spread(spread)),
        StyledText("\(scores.count)", .faint), StyledText(range, .faint),
      ]
    }
    buffer.draw(
      Table(
        columns: [
          .init("Value", width: .fill), .init("F1", width: .fixed(12), alignment: .right),
          .init("runs", width: .fixed(4), alignment: .right),
          .init("range", width: .fixed(11), alignment: .right),
        ], rows: rows, selected: screen.cursor,
        offset: ListWindow.first(
          selected: screen.cursor, count: rows.count, visible: max(inner.height - 1, 0)),
        glyphs: glyphs), in: inner)
  }
}

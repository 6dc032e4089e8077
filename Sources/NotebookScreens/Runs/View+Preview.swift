import LabNotebook
import NamedEntities
import TerminalUI

/// The run under the cursor of the list, in short.
extension ScreenPainter {
  mutating func paintPreview(_ run: RunRecord, in area: Rect, isTall: Bool) {
    let inner = paintBlock(
      StyledText(.init("#\(run.id) ", .title), .init(run.name, .title)), in: area
    ).inset(horizontal: 1, vertical: 0)
    guard !inner.isEmpty else { return }
    if isTall {
      let scores = min(max(run.results.count, 1) + 1, max(inner.height / 3, 2))
      let hasChart = state.histories[run.id]?.summary != nil
      let chart = hasChart ? min(inner.height / 3, 16) : 0
      let parts = inner.rows([
        .fixed(run.error == nil ? 3 : 5), .fixed(chart), .fixed(run.results.isEmpty ? 0 : scores),
        .fill,
      ])
      paintStanding(run, in: parts[0])
      paintPreviewChart(run, in: parts[1])
      paintResults(run, in: parts[2].rows([.fixed(1), .fill])[1])
      paintSettings(run, in: parts[3].rows([.fixed(1), .fill])[1])
    } else {
      let halves = inner.columns([.fill, .fill], spacing: 2)
      let left = halves[0].rows([.fixed(3), .fill])
      paintStanding(run, in: left[0])
      paintPreviewChart(run, in: left[1])
      let results = min(run.results.count, max(halves[1].height - 3, 0))
      let gap = results > 0 ? 1 : 0
      let right = halves[1].rows([.fixed(results), .fixed(gap), .fill])
      paintResults(run, in: right[0])
      paintSettings(run, in: right[2])
    }
  }

  /// How the run stands: state, time, progress or the reason it ended.
  private mutating func paintStanding(_ run: RunRecord, in area: Rect) {
    guard !area.isEmpty else { return }
    var line = StyledText(
      "\(run.state.mark(glyphs)) \(run.state.rawValue)", Style(run.state.role, on: nil, .bold))
    if let seconds = run.secondsElapsed(now: state.now) {
      line.spans.append(.init("  \(Formatting.duration(seconds))"))
    }
    if !run.languagesText.isEmpty { line.spans.append(.init("  \(run.languagesText)", .faint)) }
    buffer.write(line, truncatedTo: area.width, at: area.x, area.y)
    let second = Rect(x: area.x, y: area.y + 1, width: area.width, height: 1).intersection(area)
    if let error = run.error {
      buffer.draw(
        Paragraph(error, style: Style(.error)),
        in: Rect(x: area.x, y: area.y + 1, width: area.width, height: area.height - 1))
      return
    }
    if let progress = run.progress, !run.isOver {
      buffer.draw(
        Gauge(label: StyledText(progress.phase.rawValue), fraction: run.fraction, glyphs: glyphs),
        in: second)
      return
    }
    if !run.note.isEmpty {
      buffer.write(
        StyledText("“\(run.note)”", Style(.accent)), truncatedTo: area.width, at: second.x,
        second.y)
    }
  }

  private mutating func paintPreviewChart(_ run: RunRecord, in area: Rect) {
    guard let series = state.histories[run.id]?.summary,
      let first = series.steps.first, let last = series.steps.last, area.height >= 3
    else { return }
    let points = series.reduced(to: Double(first)...Double(last), columns: area.width)
      .map { LineChart.Point(x: $0.x, y: $0.y) }
    let curve = LineChart.Series(name: "loss", points: points, role: .outerLoss)
    buffer.draw(LineChart([curve], glyphs: glyphs), in: area)
  }

  private mutating func paintResults(_ run: RunRecord, in area: Rect) {
    let bars = run.results.map { result in
      BarChart.Bar(
        label: StyledText("\(result.language) \(result.split)"), value: result.scores.micro.f1)
    }
    buffer.draw(BarChart(bars, glyphs: glyphs), in: area)
  }

  /// What the run was told that is not the default.
  private mutating func paintSettings(_ run: RunRecord, in area: Rect) {
    let differences = run.experiment.differences(from: Experiment()).filter { $0.key != "name" }
    guard !area.isEmpty else { return }
    if differences.isEmpty {
      buffer.draw(Paragraph("Every setting has its default.", style: .faint), in: area)
    }
    // Below what differs stand the settings that do not, as far as there is room.
    let changed = differences.map(\.key)
    let rest = ExperimentFormState(run.experiment, origin: "").descriptors.map(\.key)
      .filter { !changed.contains($0) && $0 != "name" }
    let separator = area.height > changed.count + 3 ? [""] : []
    let first = differences.isEmpty ? [""] : []
    let shown = (first + changed + separator + rest).prefix(area.height)
    let longest = shown.map { TextWidth.width(of: $0) }.max() ?? 0
    let width = min(longest, area.width * 3 / 5)
    for (row, key) in shown.enumerated() {
      guard !key.isEmpty else { continue }
      let value = run.experiment[key: key].map(SettingText.text) ?? ""
      let isChanged = changed.contains(key)
      buffer.write(
        StyledText(key, .faint), truncatedTo: width, at: area.x, area.y + row)
      buffer.write(
        StyledText(value, Style(isChanged ? .changed : .faint)),
        truncatedTo: area.width - width - 1, at: area.x + width + 1, area.y + row)
    }
  }
}

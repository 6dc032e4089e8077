import Experiments
import LabNotebook
import RunFolders
package import TerminalUI

extension RunScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(RunView.init) { $0.paint(self, in: body) }
  }
}

/// The screen of one run.
struct RunView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ screen: RunScreen, in body: Rect) {
    guard let run = state.runs.record(screen.id) else {
      paintTitle("Run #\(screen.id)", right: "")
      buffer.draw(Paragraph("Reading the notebook…", style: .faint), in: body.inset(by: 2))
      return
    }
    let history = state.histories[run.id] ?? RunHistory()
    paintRunTitle(run)
    let layout = screen.layout(in: state, body: body)
    for pane in layout.panes {
      let area = layout[pane]
      switch pane {
      case .chart, .secondChart, .scoreCurves, .inner:
        paintChart(of: pane, run, history, screen, in: area)
      case .progress: paintProgress(run, isFocused: screen.pane == pane, in: area)
      case .measured: paintNumbers(run, history, isFocused: screen.pane == pane, in: area)
      case .settings: paintRunSettings(run, history, screen, in: area)
      case .scores: paintScores(ScoreRows(run: run, history: history), screen, in: area)
      case .types: paintTypes(TypeRows(history: history), screen, in: area)
      case .log: paintLog(history, screen, in: area)
      }
    }
  }

  private mutating func paintRunTitle(_ run: RunRecord) {
    var left = StyledText(
      .init("#\(run.id) \(run.name)", .title),
      .init(run.starred ? (glyphs == .ascii ? " *" : " ★") : "", Style(.changed)),
      .init(
        "  \(run.state.mark(glyphs)) \(run.state.rawValue)", Style(run.state.role, on: nil, .bold)))
    if let phase = run.progress?.phase, !run.isOver {
      left.spans.append(.init("  \(phase.rawValue)"))
    }
    if let start = run.experiment.startWords {
      left.spans.append(.init("  from \(start)", .faint))
    }
    if !run.note.isEmpty { left.spans.append(.init("  “\(run.noteLine)”", Style(.accent))) }
    var right: [String] = []
    if !run.isOver, run.state != .queued { right.append(Formatting.percent(run.fraction)) }
    if let seconds = run.secondsElapsed(now: state.now) {
      right.append(Formatting.duration(seconds))
    }
    if let f1 = run.shownF1 { right.append("mean F1 \(Formatting.f1(f1))") }
    paintTitle(left, right: StyledText(right.joined(separator: "  "), .faint))
  }

  // MARK: Charts

  private mutating func paintChart(
    of pane: RunPane, _ run: RunRecord, _ history: RunHistory, _ screen: RunScreen,
    in area: Rect
  ) {
    guard let chart = screen.chart(of: pane, in: state, glyphs: glyphs) else { return }
    let details = chartDetails(chart, screen)
    let inner = paintBlock(
      StyledText(chart.set.title, .title),
      footer: details.isEmpty ? nil : StyledText(details.joined(separator: "  "), .faint),
      isFocused: screen.pane == pane, in: area)
    buffer.draw(chart.make(columns: inner.width), in: inner)
  }

  /// What stands at the chart's lower edge: how it is drawn, and how to see others.
  private func chartDetails(_ chart: RunChart, _ screen: RunScreen) -> [String] {
    var details: [String] = []
    if chart.look.isLogarithmic { details.append("log") }
    if chart.look.range != nil { details.append("zoomed") }
    if let smoothing = smoothingText(chart) { details.append(smoothing) }
    guard chart.isNumbered else { return details }
    let catalog = CurveCatalog(run: chart.run, history: chart.history)
    let available = catalog.available
    if available.count > 1, let index = available.firstIndex(of: chart.set) {
      details.append(
        "\(state.keys.name(of: .curves, in: .run)): \(index + 1) of \(available.count)")
    }
    return details
  }

  /// The weight of the average that smooths the curves; nil when none does.
  private func smoothingText(_ chart: RunChart) -> String? {
    guard chart.set.isSmoothed else { return nil }
    let weights = chart.shownCurves.compactMap { curve -> Double? in
      guard let series = chart.history.series[curve.smoothSeries ?? curve.series],
        !series.smoothed.isEmpty
      else { return nil }
      return chart.arrangement.smoothing.weight(count: series.count)
    }
    guard let low = weights.min(), let high = weights.max() else { return nil }
    let text = { (weight: Double) in SettingText.number((weight * 1e4).rounded() / 1e4) }
    return low == high ? "EMA \(text(low))" : "EMA \(text(low))–\(text(high))"
  }
}

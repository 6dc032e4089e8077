import LabNotebook
import TerminalUI

/// The screen of one run.
extension ScreenPainter {
  mutating func paintRun(_ screen: RunScreenState, in body: Rect) {
    guard let run = state.runs.record(screen.id) else {
      paintTitle("Run #\(screen.id)", right: "")
      buffer.draw(Paragraph("Reading the notebook…", style: .faint), in: body.inset(by: 2))
      return
    }
    let history = state.histories[run.id] ?? RunHistory()
    paintRunTitle(run)
    let rows = ScoreRows(run: run, history: history)
    let layout = RunLayout(body: body, screen: screen, scoreRows: rows.lines.count)
    paintMainChart(run, history, screen, in: layout.curves)
    paintProgress(run, in: layout.progress)
    paintNumbers(run, history, in: layout.numbers)
    paintRunSettings(run, history, in: layout.settings)
    paintScores(rows, screen, in: layout.scores)
    paintLog(history, screen, in: layout.log)
    paintSecondCharts(run, history, screen, layout)
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
    if !run.note.isEmpty { left.spans.append(.init("  “\(run.note)”", Style(.accent))) }
    var right: [String] = []
    if !run.isOver, run.state != .queued { right.append(Formatting.percent(run.fraction)) }
    if let seconds = run.secondsElapsed(now: state.now) {
      right.append(Formatting.duration(seconds))
    }
    if let f1 = run.shownF1 { right.append("mean F1 \(Formatting.f1(f1))") }
    paintTitle(left, right: StyledText(right.joined(separator: "  "), .faint))
  }

  // MARK: Charts

  private mutating func paintMainChart(
    _ run: RunRecord, _ history: RunHistory, _ screen: RunScreenState, in area: Rect
  ) {
    guard !area.isEmpty else { return }
    let catalog = CurveCatalog(run: run, history: history)
    let set = catalog.shown(for: screen)
    let position = catalog.available.firstIndex(of: set).map {
      "\($0 + 1) of \(catalog.available.count)"
    }
    var details: [String] = []
    if screen.isLogarithmic { details.append("log") }
    if screen.range != nil { details.append("zoomed") }
    if let position, catalog.available.count > 1 { details.append("v: \(position)") }
    let inner = paintBlock(
      StyledText(set.title, .title),
      footer: details.isEmpty ? nil : StyledText(details.joined(separator: "  "), .faint),
      isFocused: screen.pane == .curves, in: area)
    let chart = RunChart.make(
      set, run: run, history: history, screen: screen, columns: inner.width * 2, isMain: true,
      glyphs: glyphs)
    buffer.draw(chart, in: inner)
  }

  // Below the main chart and below the scores, where the terminal is large.
  private mutating func paintSecondCharts(
    _ run: RunRecord, _ history: RunHistory, _ screen: RunScreenState, _ layout: RunLayout
  ) {
    let catalog = CurveCatalog(run: run, history: history)
    let main = catalog.shown(for: screen)
    let second: [RunScreenState.Curves] = [.tuning, .gradientNorm, .loss, .learningRate]
    let places: [(Rect, [RunScreenState.Curves])] = [
      (layout.secondCurves, second), (layout.scoreCurves, [.f1, .gradientNorm, .learningRate]),
    ]
    var used: Set<RunScreenState.Curves> = [main]
    for (area, candidates) in places where !area.isEmpty {
      let free = candidates.filter { !used.contains($0) }
      let set = free.first { catalog.available.contains($0) } ?? free.first ?? .learningRate
      used.insert(set)
      let inner = paintBlock(StyledText(set.title, .title), in: area)
      let chart = RunChart.make(
        set, run: run, history: history, screen: screen, columns: inner.width * 2, isMain: false,
        glyphs: glyphs)
      buffer.draw(chart, in: inner)
    }
  }

  // MARK: Scores

  private mutating func paintScores(_ rows: ScoreRows, _ screen: RunScreenState, in area: Rect) {
    guard !area.isEmpty else { return }
    let inner = paintBlock(
      StyledText(.init("F1", .title), .init(rows.subtitle, .faint)),
      isFocused: screen.pane == .scores, in: area
    ).inset(horizontal: 1, vertical: 0)
    guard !rows.lines.isEmpty else {
      buffer.draw(Paragraph("Nothing was evaluated yet.", style: .faint), in: inner)
      return
    }
    let offset = min(max(screen.scoresOffset, 0), max(rows.lines.count - inner.height, 0))
    let pitch = inner.height >= 2 * rows.lines.count - 1 ? 2 : 1
    let lines = rows.lines.dropFirst(offset).prefix(inner.height)
    let bars = rows.lines.compactMap { line in
      if case .bar(let bar) = line { return bar }
      return nil
    }
    var drawn = rows.lines.prefix(offset).count { $0.isBar }
    for (row, line) in lines.enumerated() {
      let part = Rect(x: inner.x, y: inner.y + row * pitch, width: inner.width, height: 1)
      switch line {
      case .heading(let text):
        buffer.write(StyledText(text, .faint), truncatedTo: inner.width, at: part.x, part.y)
      case .bar:
        // One chart, a row at a time, so that the bars of all sections are aligned.
        buffer.draw(BarChart(bars, offset: drawn, glyphs: glyphs), in: part)
        drawn += 1
      }
    }
  }

  // MARK: Log

  private mutating func paintLog(
    _ history: RunHistory, _ screen: RunScreenState, in area: Rect
  ) {
    guard !area.isEmpty else { return }
    let count = history.events.count
    let footer = screen.logOffset > 0 ? "\(count - screen.logOffset) of \(count)" : nil
    let inner = paintBlock(
      "Log", footer: footer.map { StyledText($0, .faint) }, isFocused: screen.pane == .log,
      in: area
    ).inset(horizontal: 1, vertical: 0)
    let end = max(count - min(max(screen.logOffset, 0), max(count - inner.height, 0)), 0)
    let start = max(end - inner.height, 0)
    for (row, logged) in history.events[start..<end].enumerated() {
      let line = EventText.line(logged, zone: state.timeZone, glyphs: glyphs)
      buffer.write(line, truncatedTo: inner.width, at: inner.x, inner.y + row)
    }
    if history.events.isEmpty {
      buffer.draw(Paragraph("Nothing was said yet.", style: .faint), in: inner)
    }
  }
}

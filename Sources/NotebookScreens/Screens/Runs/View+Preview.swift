import Experiments
import LabNotebook
import NamedEntities
import RunFolders
import TerminalUI

/// The run under the cursor of the list, in short.
extension RunsView {
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
    if let place = state.runs.queuePlaces[run.id] {
      line.spans.append(.init("  \(place) of \(state.runs.queuePlaces.count) in the queue"))
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
    }
    var lines = run.progress == nil || run.isOver ? [ownersWords(run)] : []
    if let wait = state.runs.queueWaits[run.id], wait.saysMoreThanPlace {
      lines.insert(StyledText(wait.words, .faint), at: 0)
    }
    // Below the gauge where there is one.
    let first = run.progress == nil || run.isOver ? 1 : 2
    for (row, line) in lines.prefix(max(area.height - first, 0)).enumerated() {
      buffer.write(line, truncatedTo: area.width, at: area.x, area.y + first + row)
    }
  }

  /// What its owner says of it: note, tags, study.
  private func ownersWords(_ run: RunRecord) -> StyledText {
    var spans: [StyledText.Span] = []
    if run.deleted != nil { spans.append(.init("in the bin  ", Style(.warning))) }
    if run.archived { spans.append(.init("archived  ", .faint)) }
    if let start = run.experiment.startWords { spans.append(.init("from \(start)  ", .faint)) }
    if state.runs.best.contains(run.id), let f1 = run.shownF1 {
      let split = run.isJudgedOnDev ? "dev" : "test"
      spans.append(.init("best F1 so far on \(split), \(Formatting.f1(f1))  ", Style(.f1Up)))
    }
    if !run.note.isEmpty { spans.append(.init("“\(run.noteLine)”  ", Style(.accent))) }
    for tag in run.tags { spans.append(.init("#\(tag) ", Style(.accent))) }
    if !run.study.isEmpty { spans.append(.init("study \(run.study)", .faint)) }
    return StyledText(spans)
  }

  /// What a group of the list has in common, under its heading's cursor.
  mutating func paintGroup(_ group: RunGroup, in area: Rect) {
    let name = group.name.isEmpty ? "in no \(state.runs.grouping.rawValue)" : group.name
    let inner = paintBlock(StyledText(name, .title), in: area).inset(horizontal: 1, vertical: 0)
    var lines = [StyledText("\(group.runs.count) runs, of which", .faint)]
    for kind in RunState.allCases.sorted(by: { $0.rank < $1.rank }) {
      let count = group.runs.count { $0.state == kind }
      guard count > 0 else { continue }
      lines.append(StyledText("\(kind.mark(glyphs)) \(count) \(kind.rawValue)", Style(kind.role)))
    }
    let judged = group.runs.filter { $0.shownF1 != nil }
    if let f1 = group.f1, let first = judged.first {
      lines += [
        "",
        StyledText(
          .init("F1 on \(first.judgedOn)  ", .faint),
          .init(Formatting.spread(f1), Style(.text, on: nil, .bold))),
        StyledText("mean ± standard deviation of \(f1.count)", .faint),
      ]
    } else if group.isMixed {
      lines += ["", StyledText("No mean: they were judged on different languages.", .faint)]
    }
    buffer.draw(Paragraph(lines), in: inner)
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
    let differences = run.experiment.differences(from: Experiment())
      .filter { $0.key != Settings.name.key }
    guard !area.isEmpty else { return }
    if differences.isEmpty {
      buffer.draw(Paragraph("Every setting has its default.", style: .faint), in: area)
    }
    // Below what differs stand the settings that do not, as far as there is room.
    let changed = differences.map(\.key)
    let rest = ExperimentForm(run.experiment, origin: "").descriptors.map(\.key)
      .filter { !changed.contains($0) && $0 != Settings.name.key }
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

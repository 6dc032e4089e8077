import LabNotebook
import NamedEntities
import RunFolders
package import TerminalUI

extension CompareScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(CompareView.init) { $0.paint(self, in: body) }
  }
}

/// The screen of a comparison.
struct CompareView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ screen: CompareScreen, in body: Rect) {
    let runs = screen.runs.compactMap(state.runs.record)
    guard runs.count == screen.runs.count else { return }
    let waiting = screen.isWaiting ? "finding intervals…" : ""
    paintTitle(
      StyledText(
        .init("Compare  ", .title), .init("\(runs.count) runs with #\(screen.control)", .text)),
      right: StyledText(waiting, Style(.accent)))
    let settings = ComparedSettings(runs, state.histories)
    let layout = CompareLayout(body: body, screen: screen, settingCount: settings.lines.count)
    paintComparedRuns(runs, screen, in: layout.runs, isFramed: layout.tabs.isEmpty)
    if !layout.tabs.isEmpty {
      let all = CompareScreen.Pane.allCases
      buffer.draw(
        Tabs(
          all.map(\.title), selected: all.firstIndex(of: screen.pane) ?? 0, glyphs: glyphs),
        in: layout.tabs)
    }
    for (pane, area) in layout.panes where !area.isEmpty {
      switch pane {
      case .scores: paintComparedScores(runs, screen, in: area)
      case .curves: paintComparedCurves(screen, in: area)
      case .settings: paintComparedSettings(settings, runs, screen, in: area)
      case .sentences: paintComparedSentences(screen, in: area)
      }
    }
  }

  /// A pane's frame, which is bright when the keys go there.
  private mutating func paintPane(
    _ pane: CompareScreen.Pane, _ screen: CompareScreen, _ detail: String,
    footer: String? = nil, in area: Rect
  ) -> Rect {
    paintBlock(
      StyledText(.init(pane.title, .title), .init(detail.isEmpty ? "" : "  \(detail)", .faint)),
      footer: footer.map { StyledText($0, .faint) }, isFocused: screen.pane == pane, in: area
    ).inset(horizontal: 1, vertical: 0)
  }

  // MARK: The runs, with the lines of their curves

  private mutating func paintComparedRuns(
    _ runs: [RunRecord], _ screen: CompareScreen, in area: Rect, isFramed: Bool
  ) {
    guard !area.isEmpty else { return }
    let inner =
      isFramed
      ? paintBlock("Runs", in: area).inset(horizontal: 1, vertical: 0)
      : area.inset(horizontal: 1, vertical: 0)
    for (index, run) in runs.prefix(inner.height).enumerated() {
      let y = inner.y + index
      let isHidden = screen.hidden.contains(run.id)
      var text = StyledText(
        .init("\(index + 1) ", .faint),
        .init(isHidden ? "   " : LineMarker.series(index).sample(glyphs), Style(.series(index))),
        .init(" #\(run.id) ", Style(.text, on: nil, .bold)),
        .init(run.state.mark(glyphs) + " ", Style(run.state.role)))
      let role =
        run.id == screen.control ? "control" : run.id == screen.other ? "its sentences" : ""
      let room = inner.width - text.width - 24
      text.spans.append(.init(Formatting.middle(run.name, columns: max(room, 8))))
      buffer.write(text, truncatedTo: inner.width - 23, at: inner.x, y)
      let right = StyledText(
        .init(role, Style(run.id == screen.control ? .accent : .faint)),
        .init("  F1 ", .faint), .init(Formatting.f1(run.shownF1)))
      buffer.write(
        right, truncatedTo: min(22, inner.width), alignment: .right,
        at: inner.right - min(22, inner.width), y)
    }
  }

  // MARK: Curves

  private mutating func paintComparedCurves(_ screen: CompareScreen, in area: Rect) {
    let curves = CompareCurves(screen.runs, state.histories)
    let available = curves.available
    guard let name = curves.shown(screen.series) else {
      let inner = paintPane(.curves, screen, "", in: area)
      buffer.draw(Paragraph("Nothing was measured yet.", style: .faint), in: inner)
      return
    }
    var footer: [String] = []
    if screen.isLogarithmic { footer.append("log") }
    if screen.range != nil { footer.append("zoomed") }
    if available.count > 1, let place = available.firstIndex(of: name) {
      footer.append(
        "\(state.keys.name(of: .curves, in: .compare)): \(place + 1) of \(available.count)")
    }
    let inner = paintPane(
      .curves, screen, CompareCurves.title(name), footer: footer.joined(separator: "  "), in: area)
    buffer.draw(
      curves.chart(name, screen, columns: inner.width * 2, glyphs: glyphs), in: inner)
  }

  // MARK: Settings

  private mutating func paintComparedSettings(
    _ settings: ComparedSettings, _ runs: [RunRecord], _ screen: CompareScreen, in area: Rect
  ) {
    let inner = paintPane(.settings, screen, "", in: area)
    guard !inner.isEmpty else { return }
    guard !settings.lines.isEmpty else {
      buffer.draw(Paragraph("All settings are the same.", style: .faint), in: inner)
      return
    }
    let keyWidth = min(28, inner.width * 2 / 5)
    let fitting = max((inner.width - keyWidth) / 11, 1)
    let others = runs.filter { $0.id != screen.control }
    let first = min(screen.settingsColumn, max(others.count + 1 - fitting, 0))
    let control = runs.filter { $0.id == screen.control }
    let shown = control + others.dropFirst(first).prefix(max(fitting - 1, 1))
    let width = (inner.width - keyWidth) / max(shown.count, 1)
    for (column, run) in shown.enumerated() {
      buffer.write(
        StyledText(
          "#\(run.id)" + (run.id == screen.control ? " control" : ""), Style(.header)),
        truncatedTo: width - 1, at: inner.x + keyWidth + column * width, inner.y)
    }
    let left = others.count - (shown.count - 1)
    if left > 0 {
      buffer.write(
        StyledText("\(left) more", .faint), truncatedTo: keyWidth - 1, at: inner.x, inner.y)
    }
    let places = shown.compactMap { run in runs.firstIndex { $0.id == run.id } }
    let lines = settings.lines.dropFirst(
      min(screen.settingsOffset, max(settings.lines.count - (inner.height - 1), 0)))
    for (row, line) in lines.prefix(inner.height - 1).enumerated() {
      let y = inner.y + 1 + row
      switch line {
      case .setting(let key, let values):
        buffer.write(StyledText(key, .faint), truncatedTo: keyWidth - 1, at: inner.x, y)
        guard let base = places.first.map({ values[$0] }) else { continue }
        for (column, place) in places.enumerated() {
          let value = values[place].isEmpty ? "–" : values[place]
          let style = column > 0 && values[place] != base ? Style(.changed) : .text
          buffer.write(
            StyledText(Formatting.middle(value, columns: width - 1), style),
            truncatedTo: width - 1, at: inner.x + keyWidth + column * width, y)
        }
      case .change(let run, let text):
        buffer.write(
          StyledText(.init("#\(run) ", .faint), .init(text, Style(.changed))),
          truncatedTo: inner.width, at: inner.x, y)
      }
    }
  }
}

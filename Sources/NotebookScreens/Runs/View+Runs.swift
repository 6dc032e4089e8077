import LabNotebook
import TerminalUI

/// Where the parts of the list of runs stand.
struct RunsLayout {
  /// The frame around the table, and what it encloses.
  let table: Rect
  /// The preview of the run under the cursor; empty where there is no room.
  let preview: Rect
  let previewIsBeside: Bool

  /// The columns from which on the preview stands beside the table.
  private static let widthForBeside = 126
  private static let previewHeight = 11

  init(body: Rect, rowCount: Int) {
    if body.width >= Self.widthForBeside {
      let side = min(max(body.width * 2 / 5, 48), 76)
      let parts = body.columns([.fill, .fixed(side)])
      (table, preview, previewIsBeside) = (parts[0], parts[1], true)
      return
    }
    previewIsBeside = false
    // The table has at least half of the rows, and more when it has more to show.
    let wanted = max(rowCount + 3, 6)
    guard body.height - 8 >= Self.previewHeight - 1 else {
      (table, preview) = (body, Rect(x: 0, y: 0, width: 0, height: 0))
      return
    }
    let largest = max(body.height - wanted, Self.previewHeight)
    let parts = body.rows([.fill, .fixed(min(largest, max(body.height / 2, Self.previewHeight)))])
    (table, preview) = (parts[0], parts[1])
  }

  /// The rows of the table that hold runs.
  var rows: Rect {
    let inner = table.inset(by: 1)
    return Rect(x: inner.x, y: inner.y + 1, width: inner.width, height: inner.height - 1)
  }
}

/// The list of runs.
extension ScreenPainter {
  mutating func paintRuns(in body: Rect) {
    guard state.runs.isLoaded else {
      paintTitle("Runs", right: "")
      buffer.draw(Paragraph("Reading the notebook…", style: .faint), in: body.inset(by: 2))
      return
    }
    guard !state.runs.isEmptyNotebook else { return paintWelcome(in: body) }
    let visible = state.runs.visible
    paintTitle("Runs", right: runsSummary(visible))
    let layout = RunsLayout(body: body, rowCount: visible.count)
    let selected = visible.firstIndex { $0.id == state.runs.cursor } ?? 0
    let filter = state.runs.filter.isEmpty ? "" : " matching “\(state.runs.filter)”"
    let inner = paintBlock(
      StyledText(.init("Runs", .title), .init(filter, Style(.accent))),
      footer: visible.isEmpty ? nil : "\(selected + 1) of \(visible.count)",
      isFocused: true, in: layout.table)
    if visible.isEmpty {
      buffer.draw(
        Paragraph("No run matches the filter. Esc takes it away.", style: .faint),
        in: inner.inset(by: 1))
      return
    }
    paintTable(visible, selected: selected, in: inner)
    if !layout.preview.isEmpty {
      paintPreview(visible[selected], in: layout.preview, isTall: layout.previewIsBeside)
    }
  }

  private func runsSummary(_ visible: [RunRecord]) -> StyledText {
    let all = state.runs.records
    var spans = [StyledText.Span("\(all.count) run\(all.count == 1 ? "" : "s")", .faint)]
    for kind in [RunState.running, .paused, .queued, .failed, .interrupted] {
      let count = all.filter { $0.state == kind }.count
      guard count > 0 else { continue }
      spans.append(.init("  \(kind.mark(glyphs)) \(count) \(kind.rawValue)", Style(kind.role)))
    }
    if !state.runs.marked.isEmpty {
      spans.append(.init("  \(state.runs.marked.count) marked", Style(.accent)))
    }
    return StyledText(spans)
  }

  // MARK: The table

  private enum Column { case state, id, name, method, languages, f1, progress, time, loss }

  private mutating func paintTable(_ runs: [RunRecord], selected: Int, in area: Rect) {
    let columns = columns(width: area.width)
    let visibleRows = max(area.height - 1, 0)
    let first = ListWindow.first(selected: selected, count: runs.count, visible: visibleRows)
    let shown = first..<min(first + max(visibleRows, 0), runs.count)
    let rows = runs.enumerated().map { index, run in
      shown.contains(index) ? columns.map { cell($0, of: run) } : []
    }
    let table = Table(
      columns: columns.map(heading), rows: rows, selected: selected, offset: first,
      glyphs: glyphs)
    buffer.draw(table, in: area)
    guard let loss = columns.firstIndex(of: .loss) else { return }
    let content = Rect(
      x: area.x, y: area.y, width: area.width - (runs.count > visibleRows ? 1 : 0),
      height: area.height)
    let part = content.inset(horizontal: 1, vertical: 0)
      .columns(columns.map { heading($0).width }, spacing: 2)[loss]
    for index in shown {
      guard let series = state.histories[runs[index].id]?.summary else { continue }
      let line = Rect(x: part.x, y: area.y + 1 + index - first, width: part.width, height: 1)
      let background: Role? = index == selected ? .selection : nil
      buffer.draw(
        Sparkline(
          series.overview(columns: part.width), style: Style(.outerLoss, on: background),
          glyphs: glyphs), in: line)
    }
  }

  private func columns(width: Int) -> [Column] {
    if width >= 118 {
      return [.state, .id, .name, .method, .languages, .f1, .progress, .time, .loss]
    }
    if width >= 90 { return [.state, .id, .name, .method, .languages, .f1, .time, .loss] }
    if width >= 74 { return [.state, .id, .name, .method, .f1, .time, .loss] }
    return [.state, .id, .name, .f1, .time]
  }

  private func heading(_ column: Column) -> Table.Column {
    func titled(_ order: RunOrder) -> String {
      guard state.runs.order == order else { return order.title }
      let arrow =
        glyphs == .ascii
        ? (state.runs.isDescending ? "v" : "^") : (state.runs.isDescending ? "▼" : "▲")
      return "\(order.title) \(arrow)"
    }
    return switch column {
    case .state: .init(titled(.state), width: .fixed(13))
    case .id: .init(titled(.id), width: .fixed(5), alignment: .right)
    case .name: .init(titled(.name), width: .minimum(10))
    case .method: .init(titled(.method), width: .fixed(9))
    case .languages: .init("Languages", width: .fixed(18))
    case .f1: .init(titled(.f1), width: .fixed(4), alignment: .right)
    case .progress: .init(titled(.progress), width: .fixed(6), alignment: .right)
    case .time: .init(titled(.time), width: .fixed(6), alignment: .right)
    case .loss: .init("Loss", width: .fixed(10))
    }
  }

  private func cell(_ column: Column, of run: RunRecord) -> StyledText {
    switch column {
    case .state:
      var text = StyledText(
        "\(run.state.mark(glyphs)) \(run.state.rawValue)", Style(run.state.role))
      if run.state == .running || run.state == .paused {
        text.spans.append(.init(" \(Formatting.percent(run.fraction))", .faint))
      }
      return text
    case .id:
      let marked = state.runs.marked.contains(run.id)
      let signs = (marked ? (glyphs == .ascii ? "@" : "●") : "")
      let star = run.starred ? (glyphs == .ascii ? "*" : "★") : ""
      return StyledText(
        .init(signs, Style(.accent)), .init(star, Style(.changed)), .init("\(run.id)"))
    case .name: return StyledText(run.name)
    case .method: return StyledText(run.methodName)
    case .languages: return StyledText(run.languagesText)
    case .f1:
      return StyledText(Formatting.f1(run.shownF1), Style(run.shownF1 == nil ? .faint : .text))
    case .progress: return StyledText(Formatting.percent(run.fraction))
    case .time:
      let seconds = run.secondsElapsed(now: state.now)
      return StyledText(seconds.map(Formatting.shortDuration) ?? "–", .faint)
    case .loss: return ""
    }
  }
}

import Experiments
import LabNotebook
import RunFolders
import TerminalUI

/// The table of runs, its headings and what stands in its cells.
extension RunsView {
  mutating func paintTable(
    _ rows: [RunRow], _ choice: RunColumnChoice, selected: Int, in area: Rect
  ) {
    let visibleRows = max(area.height - 1, 0)
    let first = ListWindow.first(selected: selected, count: rows.count, visible: visibleRows)
    let shown = first..<min(first + visibleRows, rows.count)
    let content = Rect(
      x: area.x, y: area.y, width: area.width - (rows.count > visibleRows ? 1 : 0),
      height: area.height)
    let parts = content.inset(horizontal: 1, vertical: 0)
      .columns(choice.constraints, spacing: 2)
    // What is not shown has no cells: there may be ten thousand rows.
    var cells = [[StyledText]](repeating: [], count: rows.count)
    for index in shown {
      guard let run = rows[index].run else { continue }
      cells[index] = zip(choice.shown, parts).map { cell($0, of: run, columns: $1.width) }
    }
    let columns = zip(choice.shown, choice.constraints).map { column, width in
      Table.Column(
        title(of: column), width: width, alignment: column.isRightAligned ? .right : .left)
    }
    buffer.draw(
      Table(columns: columns, rows: cells, selected: selected, offset: first, glyphs: glyphs),
      in: area)
    for index in shown {
      let y = area.y + 1 + index - first
      let background: Role? = index == selected ? .selection : nil
      switch rows[index] {
      case .heading(let group):
        paintHeading(
          group, choice, parts, background,
          in: Rect(x: content.x, y: y, width: content.width, height: 1))
      case .run(let run):
        guard let loss = choice.shown.firstIndex(of: .loss),
          let series = state.histories[run.id]?.summary
        else { continue }
        buffer.draw(
          Sparkline(
            series.overview(columns: parts[loss].width),
            style: Style(.outerLoss, on: background), glyphs: glyphs),
          in: Rect(x: parts[loss].x, y: y, width: parts[loss].width, height: 1))
      }
    }
  }

  private func title(of column: RunColumn) -> String {
    guard state.runs.order == column else { return column.title }
    let arrow =
      glyphs == .ascii
      ? (state.runs.isDescending ? "v" : "^") : (state.runs.isDescending ? "▼" : "▲")
    return "\(column.title) \(arrow)"
  }

  // The heading of a group goes over all columns; its mean stands where those of its runs do.
  private mutating func paintHeading(
    _ group: RunGroup, _ choice: RunColumnChoice, _ parts: [Rect], _ background: Role?,
    in area: Rect
  ) {
    let isASCII = glyphs == .ascii
    let arrow = group.isCollapsed ? (isASCII ? ">" : "▸") : (isASCII ? "v" : "▾")
    var text = StyledText(
      .init("\(arrow) ", Style(.accent, on: background)),
      .init(
        group.name.isEmpty ? "in no \(state.runs.grouping.rawValue)" : group.name,
        Style(group.name.isEmpty ? .faint : .title, on: background)),
      .init("  \(group.runs.count) run\(group.runs.count == 1 ? "" : "s")", .faint.on(background)))
    for kind in RunState.allCases.sorted(by: { $0.rank < $1.rank }) {
      let count = group.runs.count { $0.state == kind }
      guard count > 0 else { continue }
      text.spans.append(
        .init("  \(kind.mark(glyphs)) \(count)", Style(kind.role, on: background)))
    }
    let mean = meanText(of: group, background)
    let room = area.width - 2 - mean.width - 1
    buffer.write(text, truncatedTo: room, at: area.x + 1, area.y)
    guard mean.width > 0 else { return }
    // Right-aligned with the F1 column where there is one, so that it stands below the others.
    let edge = choice.shown.firstIndex(of: .f1).map { parts[$0].right } ?? area.right - 1
    let end = max(edge, min(area.x + 2 + text.width + mean.width, area.right - 1))
    buffer.write(mean, at: end - mean.width, area.y, maximumWidth: mean.width)
  }

  private func meanText(of group: RunGroup, _ background: Role?) -> StyledText {
    if group.isMixed {
      return StyledText("judged on different languages", .faint.on(background))
    }
    guard let f1 = group.f1 else { return StyledText("") }
    let dev = group.runs.contains { $0.shownF1 != nil && $0.isJudgedOnDev } ? " d" : ""
    return StyledText(
      "\(Formatting.spread(f1)) of \(f1.count)\(dev)", Style(.text, on: background, .bold))
  }

  // MARK: Cells

  private func cell(_ column: RunColumn, of run: RunRecord, columns: Int) -> StyledText {
    switch column {
    case .state: return stateCell(run)
    case .id: return numberCell(run)
    case .name:
      return StyledText(
        Formatting.middle(nameInGroup(run), columns: columns), run.archived ? .faint : .text)
    case .method: return StyledText(run.methodName)
    case .languages: return StyledText(run.languagesText)
    case .f1: return f1Cell(run)
    case .languageF1(let language):
      return StyledText(
        run.shownF1(of: language).map(Formatting.f1) ?? (glyphs == .ascii ? "-" : "–"))
    case .progress: return StyledText(Formatting.percent(run.fraction))
    case .time:
      let seconds = run.secondsElapsed(now: state.now)
      return StyledText(seconds.map(Formatting.shortDuration) ?? "–", .faint)
    case .loss: return ""
    case .tags: return StyledText(run.tags.joined(separator: " "), Style(.accent))
    case .study: return StyledText(run.study)
    case .created:
      return StyledText(
        Formatting.moment(run.created, now: state.now, zone: state.timeZone), .faint)
    case .note: return StyledText(run.note, .faint)
    case .setting(let key):
      let value = run.experiment[key: key]
      let isDefault = value == Settings.descriptor(key)?.defaultValue
      return StyledText(
        value.map(SettingText.text) ?? "", isDefault ? .faint : Style(.changed))
    }
  }

  // Below the heading of its study a run's name need not begin with that again.
  private func nameInGroup(_ run: RunRecord) -> String {
    let prefix = run.study + ": "
    guard state.runs.grouping == .study, !run.study.isEmpty, run.name.hasPrefix(prefix) else {
      return run.name
    }
    return String(run.name.dropFirst(prefix.count))
  }

  private func stateCell(_ run: RunRecord) -> StyledText {
    var text = StyledText(
      "\(run.state.mark(glyphs)) \(run.state.rawValue)", Style(run.state.role))
    if run.state == .running || run.state == .paused {
      text.spans.append(.init(" \(Formatting.percent(run.fraction))", .faint))
    } else if let place = state.runs.queuePlaces[run.id] {
      text.spans.append(.init(" \(place)", .faint))
    }
    return text
  }

  private func numberCell(_ run: RunRecord) -> StyledText {
    let isMarked = state.runs.marked.contains(run.id)
    return StyledText(
      .init(isMarked ? ListMark.marked.symbol(glyphs) : "", Style(.accent)),
      .init(run.starred ? ListMark.starred.symbol(glyphs) : "", Style(.changed)),
      .init("\(run.id)"))
  }

  // The sign after the number says what it is: the best so far, or measured on dev for want of test.
  private func f1Cell(_ run: RunRecord) -> StyledText {
    guard let f1 = run.shownF1 else { return StyledText("–  ", .faint) }
    let isBest = state.runs.best.contains(run.id)
    let number = StyledText.Span(
      Formatting.f1(f1), isBest ? Style(.f1Up, on: nil, .bold) : Style(.text))
    let sign: StyledText.Span =
      if isBest {
        .init(" \(ListMark.best.symbol(glyphs))", Style(.f1Up))
      } else {
        .init(run.isJudgedOnDev ? " d" : "  ", .faint)
      }
    return StyledText(number, sign)
  }
}

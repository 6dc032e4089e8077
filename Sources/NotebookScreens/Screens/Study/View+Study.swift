import Experiments
import LabNotebook
import NamedEntities
import RunFolders
package import TerminalUI

extension StudyScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(StudyView.init) { $0.paint(self, in: body) }
  }
}

/// The screen of a study: its table, the runs behind a cell, and what each method spends.
struct StudyView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ screen: StudyScreen, in body: Rect) {
    guard let picture = screen.picture else {
      let name = screen.path.split(separator: "/").suffix(2).joined(separator: "/")
      paintTitle("Study", right: StyledText(name, .faint))
      let text = screen.problem ?? "The study is being read…"
      buffer.draw(
        Paragraph(text, style: screen.problem == nil ? .faint : Style(.error)),
        in: body.inset(by: 2))
      return
    }
    let results = picture.results
    let finished = results.rows.reduce(0) { $0 + $1.finished }
    var right = StyledText("\(finished) of \(picture.cells.count) finished", .faint)
    if picture.missing > 0 {
      right.spans.append(.init("  \(picture.missing) not queued", Style(.warning)))
    }
    if picture.question != screen.asked || !picture.hasIntervals {
      right.spans.append(.init("  finding intervals…", Style(.accent)))
    }
    paintTitle(StyledText(.init("Study  ", .title), .init(results.name)), right: right)
    let layout = StudyLayout(
      body: body, rowCount: results.rows.count, budgetCount: results.budgets.count)
    paintStudyTable(picture, screen, in: layout)
    paintDifferences(picture, screen, in: layout.differences)
    paintStudyCell(picture, screen, in: layout.cell)
    paintBudgets(results, screen, in: layout.budgets)
  }

  // MARK: The table

  private mutating func paintStudyTable(
    _ picture: StudyPicture, _ screen: StudyScreen, in layout: StudyLayout
  ) {
    let results = picture.results
    let tunings = Set(results.rows.map(\.tuning))
    let tuning = tunings.count == 1 ? tunings.first.map { "  \($0)" } ?? "" : ""
    let inner = paintBlock(
      StyledText(.init("F1 on \(results.split)", .title), .init(tuning, .faint)),
      footer: StyledText(legend(of: results), .faint),
      isFocused: screen.pane == .table, in: layout.table
    ).inset(horizontal: 1, vertical: 0)
    guard inner.height > 1 else { return }
    let columns = StudyColumns(results, width: inner.width, cursor: screen.column)
    paintHeader(results, columns, in: inner)
    let visible = inner.height - 1
    let first = ListWindow.first(
      selected: screen.row, count: results.rows.count, visible: visible)
    for (line, row) in results.rows.dropFirst(first).prefix(visible).enumerated() {
      let y = inner.y + 1 + line
      paintRow(
        row, picture, columns, isSelected: first + line == screen.row, screen,
        in: Rect(x: inner.x, y: y, width: inner.width, height: 1))
    }
  }

  /// What the numbers and the marks of the table are.
  private func legend(of results: StudyResults) -> String {
    let seeds = results.seedCount
    let numbers = "mean ± sd of \(seeds) seed\(seeds == 1 ? "" : "s")"
    guard let resampled = results.resampled else { return numbers }
    let marks = [SignificantChange.better, .worse].map { $0.mark(glyphs) }.joined()
    return "\(numbers); \(marks) beyond noise of \(resampled)"
  }

  // Differences with their intervals, where the terminal is large.
  private mutating func paintDifferences(
    _ picture: StudyPicture, _ screen: StudyScreen, in area: Rect
  ) {
    guard !area.isEmpty else { return }
    let results = picture.results
    let inner = paintBlock(
      StyledText(
        .init("Difference from \(results.control)", .title),
        .init(
          "  with its 95 % interval, by a paired bootstrap over "
            + (results.resampled ?? "test sentences"), .faint)),
      footer: results.resamples > 0 ? "\(results.resamples) resamples" : nil, in: area
    ).inset(horizontal: 1, vertical: 0)
    let columns = StudyColumns(
      results, width: inner.width, cursor: screen.column, scoreWidth: StudyColumns.differenceWidth)
    paintHeader(results, columns, hasCounts: false, in: inner)
    let rows = results.rows.filter { !$0.isControl }
    let visible = max(inner.height - 1, 0)
    let selected = screen.currentRow.flatMap { row in
      rows.firstIndex { $0.method == row.method && $0.tuning == row.tuning }
    }
    let first = ListWindow.first(selected: selected ?? 0, count: rows.count, visible: visible)
    for (line, row) in rows.dropFirst(first).prefix(visible).enumerated() {
      let part = Rect(x: inner.x, y: inner.y + 1 + line, width: inner.width, height: 1)
      paintNames(row, columns, in: part)
      var x = part.x + columns.scoreStart
      for index in columns.shown where row.scores.indices.contains(index) {
        buffer.write(
          difference(row.scores[index]), truncatedTo: columns.each - 1, at: x + 1, part.y)
        x += columns.each
      }
      if first + line == selected { buffer.setBackground(.selectionInactive, in: part) }
    }
  }

  private mutating func paintHeader(
    _ results: StudyResults, _ columns: StudyColumns, hasCounts: Bool = true, in area: Rect
  ) {
    let style = Style(.header)
    buffer.write("Method", at: area.x, area.y, style: style)
    if columns.tuningWidth > 0 {
      buffer.write("Tuning", at: area.x + columns.methodWidth + 2, area.y, style: style)
    }
    let names = results.columns.map(\.name)
    var x = area.x + columns.scoreStart
    for index in columns.shown {
      buffer.write(
        StyledText(hasCounts ? "\(names[index]) " : names[index], style),
        truncatedTo: columns.each - 1, alignment: hasCounts ? .right : .left,
        at: hasCounts ? x : x + 1, area.y)
      x += columns.each
    }
    guard hasCounts else { return }
    buffer.write(
      StyledText("runs", style), truncatedTo: StudyColumns.countWidth, alignment: .right, at: x + 1,
      area.y)
  }

  private mutating func paintRow(
    _ row: StudyResults.Row, _ picture: StudyPicture, _ columns: StudyColumns, isSelected: Bool,
    _ screen: StudyScreen, in area: Rect
  ) {
    paintNames(row, columns, in: area)
    var x = area.x + columns.scoreStart
    var cursor: Rect?
    for index in columns.shown where row.scores.indices.contains(index) {
      let score = row.scores[index]
      buffer.write(
        scoreCell(score, row, picture), truncatedTo: StudyColumns.scoreWidth, alignment: .right,
        at: x, area.y)
      if index == min(screen.column, row.scores.count - 1) {
        cursor = Rect(x: x, y: area.y, width: StudyColumns.scoreWidth, height: 1)
      }
      x += StudyColumns.scoreWidth + 1
    }
    buffer.write(
      StyledText("\(row.finished)/\(picture.results.seedCount)", .faint),
      truncatedTo: StudyColumns.countWidth, alignment: .right, at: x + 1, area.y)
    guard isSelected else { return }
    buffer.setBackground(.selectionInactive, in: area)
    if let cursor, screen.pane == .table { buffer.setBackground(.selection, in: cursor) }
  }

  private mutating func paintNames(
    _ row: StudyResults.Row, _ columns: StudyColumns, in area: Rect
  ) {
    buffer.write(
      StyledText(
        Formatting.middle(StudyColumns.name(of: row), columns: columns.methodWidth),
        row.isControl ? Style(.accent) : .text),
      truncatedTo: columns.methodWidth, at: area.x, area.y)
    guard columns.tuningWidth > 0 else { return }
    buffer.write(
      StyledText(row.tuning), truncatedTo: columns.tuningWidth,
      at: area.x + columns.methodWidth + 2, area.y)
  }

  // Bold only where the difference from the control is more than noise.
  private func scoreCell(
    _ score: StudyResults.Score, _ row: StudyResults.Row, _ picture: StudyPicture
  ) -> StyledText {
    guard let f1 = score.f1 else { return StyledText.init(progress(of: row, picture).spans) }
    let change = score.difference?.significantChange
    let style = change.map { Style($0.role, on: nil, .bold) } ?? Style(.text)
    return StyledText(
      .init(StudyResults.points(f1), style), .init(change?.mark(glyphs) ?? " ", style))
  }

  // As long as no run has finished, how far the first of them is.
  private func progress(of row: StudyResults.Row, _ picture: StudyPicture) -> StyledText {
    let runs = picture.cells(of: row).compactMap { $0.run.flatMap(state.runs.record) }
    guard let first = runs.min(by: { ($0.state.rank, $0.id) < ($1.state.rank, $1.id) }) else {
      return StyledText("– ", .faint)
    }
    let text =
      first.state == .running || first.state == .paused
      ? Formatting.percent(first.fraction) : first.state.rawValue
    return StyledText("\(first.state.mark(glyphs)) \(text) ", Style(first.state.role))
  }

  // MARK: The runs behind a cell

  private mutating func paintStudyCell(
    _ picture: StudyPicture, _ screen: StudyScreen, in area: Rect
  ) {
    guard let row = screen.currentRow, let score = screen.currentScore else { return }
    let inner = paintBlock(
      StyledText(.init(score.column.name, .title), .init("  \(row.method)", .faint)),
      isFocused: screen.pane == .runs, in: area
    ).inset(horizontal: 1, vertical: 0)
    var lines = [
      StyledText(
        .init("F1 ", .faint), .init(StudyResults.points(score.f1), Style(.text, on: nil, .bold)))
    ]
    lines.append(differenceLine(score, row, picture))
    let problems = picture.results.problems
    if score.difference == nil, !row.isControl, let problem = problems.first {
      lines.append(StyledText(problem, Style(.warning)))
    }
    let text = Paragraph(lines)
    let height = min(text.height(forWidth: max(inner.width, 1)), inner.height)
    let parts = inner.rows([.fixed(height), .fill])
    buffer.draw(text, in: parts[0])
    let cells = screen.currentCells
    let first = ListWindow.first(
      selected: screen.cell, count: cells.count, visible: parts[1].height)
    for (line, cell) in cells.dropFirst(first).prefix(parts[1].height).enumerated() {
      let part = Rect(x: inner.x, y: parts[1].y + line, width: inner.width, height: 1)
      paintStudyRun(cell, score.column, picture, in: part)
      if screen.pane == .runs, first + line == screen.cell {
        buffer.setBackground(.selection, in: part)
      }
    }
  }

  private func differenceLine(
    _ score: StudyResults.Score, _ row: StudyResults.Row, _ picture: StudyPicture
  ) -> StyledText {
    if row.isControl { return StyledText("the control of the others", .faint) }
    guard let found = score.difference else {
      return StyledText(
        picture.hasIntervals ? "no difference yet" : "finding the interval…", .faint)
    }
    let words =
      switch found.significantChange {
      case .better: "better than"
      case .worse: "worse than"
      case nil: "not significant, against"
      }
    return StyledText(
      difference(score).spans + [.init(" \(words) \(picture.results.control)", .faint)])
  }

  private func difference(_ score: StudyResults.Score) -> StyledText {
    guard let found = score.difference else { return StyledText("–", .faint) }
    let change = found.significantChange
    let style = change.map { Style($0.role, on: nil, .bold) } ?? Style(.text)
    let mark = change.map { " \($0.mark(glyphs))" } ?? ""
    return StyledText(StudyResults.numbers(found).replacing("-", with: "−") + mark, style)
  }

  private mutating func paintStudyRun(
    _ cell: StudyPicture.Cell, _ column: StudyResults.Column, _ picture: StudyPicture, in area: Rect
  ) {
    guard let run = cell.run.flatMap(state.runs.record) else {
      buffer.write(
        StyledText("seed \(cell.seed)  not queued", .faint), truncatedTo: area.width, at: area.x,
        area.y)
      return
    }
    let split = picture.results.split
    let f1 =
      switch column {
      case .language(let language): run.f1(language: language, split: split)
      case .mean: run.meanF1(split: split)
      }
    var text = StyledText(
      .init("seed \(cell.seed)  ", .faint), .init("#\(run.id) "),
      .init("\(run.state.mark(glyphs)) \(run.state.rawValue)", Style(run.state.role)))
    if run.state == .running || run.state == .paused {
      text.spans.append(.init(" \(Formatting.percent(run.fraction))", .faint))
    }
    buffer.write(text, truncatedTo: area.width - 6, at: area.x, area.y)
    buffer.write(
      StyledText(Formatting.f1(f1), f1 == nil ? .faint : .text), truncatedTo: 5, alignment: .right,
      at: area.right - 5, area.y)
  }

  // MARK: What each method spends

  private mutating func paintBudgets(
    _ results: StudyResults, _ screen: StudyScreen, in area: Rect
  ) {
    let inner = paintBlock("Spent on priming", in: area)
    let rows = results.budgets.map { budget in
      let cells = results.cells(of: budget)
      return [
        StyledText(
          Formatting.middle(budget.method, columns: max(inner.width - 31, 8)),
          budget.match == .none ? .text : Style(.changed))
      ] + cells.map { StyledText($0) }
    }
    let selected = screen.currentRow.flatMap { row in
      results.budgets.firstIndex { $0.method == row.method }
    }
    let first = ListWindow.first(
      selected: selected ?? 0, count: rows.count, visible: max(inner.height - 1, 0))
    buffer.draw(
      Table(
        columns: [
          .init("Method", width: .fill), .init("updates", width: .fixed(7), alignment: .right),
          .init("sent.", width: .fixed(7), alignment: .right),
          .init("seconds", width: .fixed(9), alignment: .right),
        ], rows: rows, selected: selected, offset: first, isFocused: false, glyphs: glyphs),
      in: inner)
  }
}

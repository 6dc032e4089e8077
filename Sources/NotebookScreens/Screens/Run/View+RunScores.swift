import NamedEntities
import TerminalUI

/// The panes of F1: a bar for each language and split, and the table by entity type.
extension RunView {
  mutating func paintScores(_ rows: ScoreRows, _ screen: RunScreen, in area: Rect) {
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

  /// F1 of each type; with precision, recall and the number of entities where there is room.
  mutating func paintTypes(_ table: TypeRows, _ screen: RunScreen, in area: Rect) {
    let inner = paintBlock(
      StyledText(.init("F1 by entity type", .title)), isFocused: screen.pane == .types, in: area
    ).inset(horizontal: 1, vertical: 0)
    guard !table.rows.isEmpty, !table.types.isEmpty else {
      buffer.draw(Paragraph("Nothing was evaluated yet.", style: .faint), in: inner)
      return
    }
    let labels = table.rows.map { "\($0.language) \($0.split)\($0.isPriming ? " *" : "")" }
    let labelWidth = min(
      labels.map { TextWidth.width(of: $0) }.max() ?? 0, max(inner.width / 3, 6))
    let names = DistinctNames.shortened(labels, to: labelWidth)
    let room = (inner.width - labelWidth) / table.types.count
    let isDetailed = room >= 26
    let width = isDetailed ? 26 : min(max(room, 6), 10)
    let body = inner.rows([.fixed(1), .fill])
    for (column, type) in table.types.enumerated() {
      let title = isDetailed ? "\(type) F1     P     R     n" : "\(type)"
      buffer.write(
        StyledText(title, Style(.header)), truncatedTo: width - 1, alignment: .right,
        at: inner.x + labelWidth + column * width + 1, inner.y)
    }
    let offset = min(max(screen.typesOffset, 0), max(table.rows.count - body[1].height, 0))
    for (line, row) in table.rows.enumerated().dropFirst(offset).prefix(body[1].height) {
      let y = body[1].y + line - offset
      buffer.write(StyledText(names[line]), truncatedTo: labelWidth, at: inner.x, y)
      for (column, type) in table.types.enumerated() {
        buffer.write(
          text(of: row.scores.types[type], isDetailed), truncatedTo: width - 1, alignment: .right,
          at: inner.x + labelWidth + column * width + 1, y)
      }
    }
    if table.rows.contains(where: \.isPriming), body[1].height > table.rows.count {
      buffer.write(
        StyledText("* while priming", .faint), truncatedTo: inner.width, at: inner.x,
        inner.bottom - 1)
    }
  }

  private func text(of score: Score?, _ isDetailed: Bool) -> StyledText {
    guard let score else { return StyledText(glyphs == .ascii ? "-" : "–", .faint) }
    let f1 = StyledText(Formatting.f1(score.f1))
    guard isDetailed else { return f1 }
    let numbers = [Formatting.f1(score.precision), Formatting.f1(score.recall), "\(score.gold)"]
      .map { TextWidth.padded($0, to: 6, alignment: .right) }
    return f1 + StyledText(numbers.joined(), .faint)
  }
}

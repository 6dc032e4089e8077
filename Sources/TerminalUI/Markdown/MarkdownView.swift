/// Markdown as rows of a screen.
///
///     # Tuesday            Tuesday
///     - one                • one
///     - **two**            • two (in bold)
package struct MarkdownView: Widget {
  private let blocks: [MarkdownBlock]
  private let glyphs: Glyphs
  private let scroll: Int
  /// Changes each row before it is drawn, to mark what was searched for.
  private let mark: @Sendable (StyledText) -> StyledText

  /// A view of a text, `scroll` rows of which are skipped.
  package init(
    _ text: String, scroll: Int = 0, glyphs: Glyphs = .braille,
    mark: @escaping @Sendable (StyledText) -> StyledText = { $0 }
  ) {
    blocks = MarkdownBlock.blocks(of: text)
    self.scroll = max(scroll, 0)
    self.glyphs = glyphs
    self.mark = mark
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    for (y, row) in rows(width: area.width).dropFirst(scroll).prefix(area.height).enumerated() {
      buffer.write(mark(row), at: area.x, area.y + y, maximumWidth: area.width)
    }
  }

  /// All rows in this width.
  package func rows(width: Int) -> [StyledText] {
    width > 0 ? rows(blocks, width: width) : []
  }

  private func rows(_ blocks: [MarkdownBlock], width: Int, isTight: Bool = false) -> [StyledText] {
    var rows: [StyledText] = []
    for (index, block) in blocks.enumerated() {
      if index > 0, !isTight { rows.append("") }
      rows += self.rows(block, width: width)
    }
    return rows
  }

  private func rows(_ block: MarkdownBlock, width: Int) -> [StyledText] {
    switch block {
    case .heading(_, let text): return Paragraph.wrapped(text, width: width)
    case .paragraph(let lines): return lines.flatMap { Paragraph.wrapped($0, width: width) }
    case .code(let lines):
      return indented(
        lines.flatMap { line in
          line.isEmpty
            ? [StyledText("")]
            : Paragraph.wrapped(StyledText(line, Style(.keyName)), width: max(width - 2, 1))
        }, first: bar, others: bar)
    case .quote(let blocks):
      return indented(rows(blocks, width: max(width - 2, 1)), first: bar, others: bar)
    case .rule:
      return [StyledText(String(repeating: glyphs == .ascii ? "-" : "─", count: width), .faint)]
    case .list(let items, let start): return list(items, start: start, width: width)
    case .table(let header, let cells): return table(header, cells, width: width)
    }
  }

  private var bar: StyledText { StyledText(glyphs == .ascii ? "| " : "▌ ", .faint) }

  private func list(_ items: [MarkdownItem], start: Int?, width: Int) -> [StyledText] {
    let last = "\((start ?? 0) + items.count - 1)".count
    return items.enumerated().flatMap { index, item -> [StyledText] in
      let mark: String
      if let isDone = item.isDone {
        mark = glyphs == .ascii ? (isDone ? "[x] " : "[ ] ") : (isDone ? "☑ " : "☐ ")
      } else if let start {
        mark = TextWidth.padded("\(start + index).", to: last + 2, alignment: .left)
      } else {
        mark = glyphs == .ascii ? "- " : "• "
      }
      let room = TextWidth.width(of: mark)
      let style = item.isDone == true ? Style(.success) : Style(.accent)
      let content = rows(item.blocks, width: max(width - room, 1), isTight: true)
      return indented(
        content.isEmpty ? [""] : content, first: StyledText(mark, style),
        others: StyledText(String(repeating: " ", count: room)))
    }
  }

  private func indented(
    _ rows: [StyledText], first: StyledText, others: StyledText
  ) -> [StyledText] {
    rows.enumerated().map { ($0 == 0 ? first : others) + $1 }
  }

  // MARK: Tables

  private func table(
    _ titles: [StyledText], _ cells: [[StyledText]], width: Int
  ) -> [StyledText] {
    var widths = titles.indices.map { column in
      max(titles[column].width, cells.map { $0[column].width }.max() ?? 0, 1)
    }
    // The widest give way first.
    while widths.reduce(0, +) + 2 * (widths.count - 1) > width,
      let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 3
    {
      widths[widest] -= 1
    }
    func row(_ cells: [StyledText]) -> StyledText {
      StyledText(
        zip(cells, widths).enumerated().flatMap { index, cell in
          (index > 0 ? [StyledText.Span("  ")] : []) + Self.fitted(cell.0, to: cell.1).spans
        })
    }
    let line = glyphs == .ascii ? "-" : "─"
    let rule = StyledText(
      widths.map { String(repeating: line, count: $0) }.joined(separator: "  "), .faint)
    return [row(titles), rule] + cells.map(row)
  }

  /// Exactly so many columns of a text.
  private static func fitted(_ text: StyledText, to width: Int) -> StyledText {
    guard text.width > width else {
      let space = String(repeating: " ", count: width - text.width)
      return space.isEmpty ? text : StyledText(text.spans + [.init(space)])
    }
    var spans: [StyledText.Span] = []
    var left = width - 1
    for span in text.spans where left > 0 {
      var part = ""
      for character in span.text {
        let columns = TextWidth.width(of: character)
        guard columns <= left else {
          left = 0
          break
        }
        part.append(character)
        left -= columns
      }
      spans.append(.init(part, span.style))
    }
    spans.append(.init("…", .faint))
    let cut = StyledText(spans)
    return StyledText(spans + [.init(String(repeating: " ", count: max(width - cut.width, 0)))])
  }
}

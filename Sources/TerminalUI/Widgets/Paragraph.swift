/// Text over several rows, wrapped between words.
///
/// A word longer than a row is broken; spaces at the break are left out; what doesn't fit below is
/// not shown. `scroll` rows are skipped at the top.
package struct Paragraph: Widget {
  private let lines: [StyledText]
  private let wraps: Bool
  private let alignment: Alignment
  private let scroll: Int

  /// Lines, each of them wrapped on its own unless `wraps` is false.
  package init(
    _ lines: [StyledText], wraps: Bool = true, alignment: Alignment = .left, scroll: Int = 0
  ) {
    self.lines = lines
    self.wraps = wraps
    self.alignment = alignment
    self.scroll = max(0, scroll)
  }

  /// Text in one style; a newline starts a new line.
  package init(
    _ text: String, style: Style = .text, wraps: Bool = true, alignment: Alignment = .left,
    scroll: Int = 0
  ) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    self.init(
      lines.map { StyledText(String($0), style) }, wraps: wraps, alignment: alignment,
      scroll: scroll)
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    for (row, line) in rows(width: area.width).dropFirst(scroll).prefix(area.height).enumerated() {
      let indent = alignment.offset(of: max(0, area.width - line.width))
      buffer.write(line, at: area.x + indent, area.y + row, maximumWidth: area.width - indent)
    }
  }

  /// The number of rows the text takes in this width.
  package func height(forWidth width: Int) -> Int {
    rows(width: width).count
  }

  private func rows(width: Int) -> [StyledText] {
    guard width > 0 else { return [] }
    return wraps ? lines.flatMap { Self.wrapped($0, width: width) } : lines
  }

  /// The rows of a line, none of them wider than `width` (a wide character in one column excepted).
  package static func wrapped(_ line: StyledText, width: Int) -> [StyledText] {
    precondition(width > 0, "Wrapping needs at least one column")
    var wrapper = LineWrapper(width: width)
    for span in line.spans {
      for character in span.text { wrapper.add(character, span.style) }
    }
    return wrapper.finish()
  }
}

/// Collects characters into rows, and breaks each row after its last space.
private struct LineWrapper {
  private typealias Glyph = (character: Character, style: Style, width: Int)

  let width: Int
  private var rows: [StyledText] = []
  private var row: [Glyph] = []
  private var rowWidth = 0
  /// How many glyphs of the row stand before the word that is being read.
  private var wordStart = 0

  init(width: Int) {
    self.width = width
  }

  mutating func add(_ character: Character, _ style: Style) {
    let columns = TextWidth.width(of: character)
    if character == " " {
      if rowWidth + 1 > width {
        // Spaces at a break vanish.
        wordStart = row.count
        return
      }
      append(character, style, 1)
      wordStart = row.count
      return
    }
    if rowWidth + columns > width && !row.isEmpty { breakRow() }
    append(character, style, columns)
  }

  mutating func finish() -> [StyledText] {
    emit(row[...])
    return rows
  }

  private mutating func append(_ character: Character, _ style: Style, _ columns: Int) {
    row.append((character, style, columns))
    rowWidth += columns
  }

  private mutating func breakRow() {
    let cut = wordStart > 0 ? wordStart : row.count
    emit(row[..<cut])
    row.removeFirst(cut)
    rowWidth = row.reduce(0) { $0 + $1.width }
    wordStart = 0
  }

  private mutating func emit(_ glyphs: ArraySlice<Glyph>) {
    var glyphs = glyphs
    while let last = glyphs.last, last.character == " " { glyphs.removeLast() }
    var spans: [StyledText.Span] = []
    for glyph in glyphs {
      if let last = spans.indices.last, spans[last].style == glyph.style {
        spans[last].text.append(glyph.character)
      } else {
        spans.append(StyledText.Span(String(glyph.character), glyph.style))
      }
    }
    rows.append(StyledText(spans))
  }
}

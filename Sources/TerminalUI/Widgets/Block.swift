/// A frame with a title.
///
///     ╭ Runs ─────╮
///     │           │
///     ╰───── 3/12 ╯
///
/// What stands inside is drawn by somebody else, in `inner(of:)`.
package struct Block: Widget {
  private let title: StyledText?
  private let footer: StyledText?
  private let isFocused: Bool
  private let glyphs: Glyphs

  /// A frame; the footer stands at the right of the bottom edge.
  package init(
    title: StyledText? = nil, footer: StyledText? = nil, isFocused: Bool = false,
    glyphs: Glyphs = .braille
  ) {
    self.title = title
    self.footer = footer
    self.isFocused = isFocused
    self.glyphs = glyphs
  }

  /// The area within the frame.
  package func inner(of area: Rect) -> Rect {
    area.inset(by: 1)
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    let style = Style(isFocused ? .borderFocused : .border)
    if area.width >= 2 && area.height >= 2 { drawFrame(in: area, style, into: &buffer) }
    if let title, area.width > 4 {
      write(title.spans, at: area.x + 1, area.y, limit: area.width - 4, into: &buffer)
    }
    if let footer, area.width > 4, area.height > 1 {
      let width = min(footer.width, area.width - 4)
      write(
        footer.spans, at: area.right - width - 3, area.bottom - 1, limit: width, into: &buffer)
    }
  }

  private func drawFrame(in area: Rect, _ style: Style, into buffer: inout Buffer) {
    let line = FrameLines(glyphs)
    let right = area.right - 1
    let bottom = area.bottom - 1
    for x in area.x...right {
      buffer[x, area.y] = Cell(line.horizontal, style: style)
      buffer[x, bottom] = Cell(line.horizontal, style: style)
    }
    for y in area.y...bottom {
      buffer[area.x, y] = Cell(line.vertical, style: style)
      buffer[right, y] = Cell(line.vertical, style: style)
    }
    buffer[area.x, area.y] = Cell(line.topLeft, style: style)
    buffer[right, area.y] = Cell(line.topRight, style: style)
    buffer[area.x, bottom] = Cell(line.bottomLeft, style: style)
    buffer[right, bottom] = Cell(line.bottomRight, style: style)
  }

  /// Writes text with a space on both sides, cut with an ellipsis.
  private func write(
    _ spans: [StyledText.Span], at x: Int, _ y: Int, limit: Int, into buffer: inout Buffer
  ) {
    var used = buffer.write(" ", at: x, y)
    for span in spans {
      let text = TextWidth.truncated(span.text, to: limit - used + 1)
      let shown = span.style == .text ? Style(.title) : span.style
      used += buffer.write(text, at: x + used, y, style: shown)
    }
    buffer.write(" ", at: x + used, y)
  }
}

/// The lines that frames are made of.
struct FrameLines {
  let horizontal, vertical, topLeft, topRight, bottomLeft, bottomRight: Character

  init(_ glyphs: Glyphs) {
    switch glyphs {
    case .braille: (topLeft, topRight, bottomLeft, bottomRight) = ("╭", "╮", "╰", "╯")
    case .blocks: (topLeft, topRight, bottomLeft, bottomRight) = ("┌", "┐", "└", "┘")
    case .ascii: (topLeft, topRight, bottomLeft, bottomRight) = ("+", "+", "+", "+")
    }
    (horizontal, vertical) = glyphs == .ascii ? ("-", "|") : ("─", "│")
  }
}

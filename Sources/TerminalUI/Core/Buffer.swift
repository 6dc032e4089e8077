/// The cells of a screen, or of a part of one, before they reach a terminal.
///
/// Whatever is written outside is left out, and a wide character is never cut in half: writing over
/// one of its halves blanks the other.
///
///     var buffer = Buffer(width: 10, height: 1)
///     buffer.write("loss", at: 1, 0)
///     buffer.text()                           // " loss"
package struct Buffer: Hashable, Sendable {
  /// The number of columns.
  package let width: Int
  /// The number of rows.
  package let height: Int
  /// Whether text that is read from right to left is put in order here, for a terminal that does not
  /// do so by itself.
  package var ordersText = true
  private var cells: [Cell]

  /// An empty buffer; negative sizes become 0.
  package init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: .blank, count: self.width * self.height)
  }

  /// The whole buffer as an area.
  package var area: Rect { Rect(x: 0, y: 0, width: width, height: height) }

  /// The cell at a column and a row; blank when read outside, ignored when written there.
  package subscript(x: Int, y: Int) -> Cell {
    get { contains(x, y) ? cells[y * width + x] : .blank }
    set { put(newValue, x, y) }
  }

  /// Writes one row of text, and returns the columns it used.
  ///
  /// Text is clipped at the buffer's edges and at `maximumWidth`; control characters are drawn as
  /// `·`; bidirectional controls and zero-width spaces are left out. Words that are read from right to
  /// left are put in order.
  @discardableResult
  package mutating func write(
    _ text: String, at x: Int, _ y: Int, style: Style = .text, maximumWidth: Int? = nil
  ) -> Int {
    put(
      ordersText ? VisualOrder.drawn(text) : text, at: x, y, style: style,
      maximumWidth: maximumWidth)
  }

  /// Writes characters in the order in which they stand.
  private mutating func put(
    _ text: String, at x: Int, _ y: Int, style: Style, maximumWidth: Int?
  ) -> Int {
    let limit = min(maximumWidth ?? .max, max(0, width - x))
    guard y >= 0, y < height, limit > 0 else { return 0 }
    var used = 0
    for character in text {
      for piece in TextWidth.pieces(of: Self.drawable(character)) where piece.width > 0 {
        if used + piece.width > limit { return used }
        put(Cell(text: piece.text, style: style, width: piece.width), x + used, y)
        used += piece.width
      }
    }
    return used
  }

  /// Writes a row of styled text, and returns the columns it used.
  ///
  /// - Parameter direction: Where the row begins, if it has text of both directions.
  @discardableResult
  package mutating func write(
    _ text: StyledText, at x: Int, _ y: Int, maximumWidth: Int? = nil,
    direction: VisualOrder.Direction = .leftToRight
  ) -> Int {
    let limit = maximumWidth ?? max(0, width - x)
    let text = ordersText ? VisualOrder.drawn(text, direction) : text
    var used = 0
    for span in text.spans {
      used += put(span.text, at: x + used, y, style: span.style, maximumWidth: limit - used)
    }
    return used
  }

  /// Fills an area with one character.
  package mutating func fill(_ area: Rect, with character: Character = " ", style: Style = .text) {
    let part = area.intersection(self.area)
    let cell = Cell(character, style: style)
    for y in part.y..<part.bottom {
      for x in part.x..<part.right { put(cell, x, y) }
    }
  }

  /// Puts a background behind what is already there (a selected row).
  package mutating func setBackground(
    _ role: Role?, in area: Rect, adding attributes: TextAttributes = []
  ) {
    let part = area.intersection(self.area)
    for y in part.y..<part.bottom {
      for x in part.x..<part.right {
        cells[y * width + x].style.background = role
        cells[y * width + x].style.attributes.formUnion(attributes)
      }
    }
  }

  /// Draws a widget into an area.
  package mutating func draw(_ widget: some Widget, in area: Rect) {
    widget.render(in: area, into: &self)
  }

  /// The rows as text, trailing spaces trimmed, without a newline at the end.
  package func text() -> String {
    (0..<height).map(row).joined(separator: "\n")
  }

  /// One row as text, trailing spaces trimmed.
  package func row(_ y: Int) -> String {
    var line = ""
    for x in 0..<width where self[x, y].width > 0 { line.append(self[x, y].text) }
    while line.last == " " { line.removeLast() }
    return line
  }

  private func contains(_ x: Int, _ y: Int) -> Bool {
    x >= 0 && x < width && y >= 0 && y < height
  }

  private mutating func put(_ cell: Cell, _ x: Int, _ y: Int) {
    guard contains(x, y) else { return }
    let index = y * width + x
    detach(index, x)
    guard cell.width == 2 else {
      cells[index] = cell
      return
    }
    guard x + 1 < width else {  // half a character has no place at the edge
      cells[index] = Cell(text: " ", style: cell.style, width: 1)
      return
    }
    detach(index + 1, x + 1)
    cells[index] = cell
    cells[index + 1] = .continuation(style: cell.style)
  }

  /// Blanks the other half of a wide character that is about to lose this one.
  private mutating func detach(_ index: Int, _ x: Int) {
    if cells[index].width == 0, x > 0 {
      cells[index - 1] = Cell(text: " ", style: cells[index - 1].style, width: 1)
    } else if cells[index].width == 2, x + 1 < width {
      cells[index + 1] = Cell(text: " ", style: cells[index + 1].style, width: 1)
    }
  }

  private static func drawable(_ character: Character) -> Character {
    if character.isASCII {
      guard let value = character.asciiValue else { return "·" }
      return value < 0x20 || value == 0x7F || character == "\r\n" ? "·" : character
    }
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return " " }
    if first.value == 0xA0 && scalars.count == 1 { return " " }
    return TextWidth.isControl(first) ? "·" : character
  }
}

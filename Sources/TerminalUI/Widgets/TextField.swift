/// A row of text that is being edited.
///
/// The text scrolls sideways so that the cursor is visible; where the terminal's own cursor belongs
/// says `cursorPosition(in:)`.
package struct TextField: Widget {
  private let value: String
  private let cursor: Int
  private let isFocused: Bool
  private let isInvalid: Bool
  private let placeholder: String

  /// A field; `cursor` counts characters from the start.
  package init(
    _ value: String, cursor: Int, isFocused: Bool = true, isInvalid: Bool = false,
    placeholder: String = ""
  ) {
    self.value = value
    self.cursor = min(max(0, cursor), value.count)
    self.isFocused = isFocused
    self.isInvalid = isInvalid
    self.placeholder = placeholder
  }

  /// A field over the state of an edit.
  package init(
    _ input: TextInput, isFocused: Bool = true, isInvalid: Bool = false, placeholder: String = ""
  ) {
    self.init(
      input.text, cursor: input.cursor, isFocused: isFocused, isInvalid: isInvalid,
      placeholder: placeholder)
  }

  package func render(in area: Rect, into buffer: inout Buffer) {
    guard !area.isEmpty else { return }
    let row = Rect(x: area.x, y: area.y, width: area.width, height: 1)
    let style = Style(isInvalid ? .inputInvalid : .inputText)
    buffer.fill(row, style: style)
    if value.isEmpty {
      buffer.write(
        TextWidth.truncated(placeholder, to: area.width), at: area.x, area.y,
        style: Style(.faint, on: style.role), maximumWidth: area.width)
    } else {
      let shown = String(value.dropFirst(firstShown(width: area.width)))
      buffer.write(shown, at: area.x, area.y, style: style, maximumWidth: area.width)
    }
    if isFocused, var spot = cursorPosition(in: area) {
      if buffer.ordersText, VisualOrder.concerns(value) {
        let first = firstShown(width: area.width)
        let row = OrderedRow(
          Array(value.dropFirst(first)), .leftToRight, width: area.width, ordersText: true)
        spot.x = min(area.x + row.column(of: cursor - first), area.right - 1)
      }
      let under = buffer[spot.x, spot.y]
      // Seen also where the terminal's own cursor is not.
      if under.width > 0 { buffer[spot.x, spot.y] = Cell(under.text, style: Style(.cursor)) }
    }
  }

  /// The cell of the cursor; `nil` in an empty area.
  package func cursorPosition(in area: Rect) -> (x: Int, y: Int)? {
    guard !area.isEmpty else { return nil }
    let first = firstShown(width: area.width)
    let before = value.dropFirst(first).prefix(cursor - first)
    return (min(area.right - 1, area.x + TextWidth.width(of: String(before))), area.y)
  }

  /// The first character shown: the text moves left just so far that the cursor has a cell.
  private func firstShown(width: Int) -> Int {
    var used = 1
    var first = cursor
    for character in value.prefix(cursor).reversed() {
      used += TextWidth.width(of: character)
      if used > width { break }
      first -= 1
    }
    return first
  }
}

/// A row of text that is being edited, with the place of each character on the screen.
///
/// A row that begins at the right stands at the right; its last place is left of its text.
struct OrderedRow {
  let characters: [Character]
  let direction: VisualOrder.Direction
  /// The column where what is drawn begins.
  let start: Int
  /// Whether characters stand in another order than they are stored in.
  let isReordered: Bool
  /// The column of each character, from `start`.
  private let columns: [Int]
  private let width: Int

  init(
    _ characters: [Character], _ direction: VisualOrder.Direction, width: Int, ordersText: Bool
  ) {
    var characters = characters
    let widths = { (characters: [Character]) in characters.map { TextWidth.width(of: $0) } }
    // Spaces at a break hang over the edge, where they are not seen.
    if direction == .rightToLeft {
      var used = widths(characters).reduce(0, +)
      while used > width, characters.last == " " {
        characters.removeLast()
        used -= 1
      }
    }
    self.characters = characters
    self.direction = direction
    isReordered =
      ordersText && (direction == .rightToLeft || VisualOrder.concerns(String(characters)))
    let order =
      isReordered ? VisualOrder(characters, direction).order : Array(characters.indices)
    let each = widths(characters)
    var columns = Array(repeating: 0, count: characters.count)
    var used = 0
    for place in order {
      columns[place] = used
      used += each[place]
    }
    self.columns = columns
    self.width = used
    // The cursor behind the last character has a column of its own.
    start = direction == .rightToLeft ? max(width - used, 0) : 0
  }

  /// The column of a character, or of the place behind the last.
  func column(of index: Int) -> Int {
    if columns.indices.contains(index) { return start + columns[index] }
    return direction == .rightToLeft ? start - 1 : start + width
  }

  /// The character at a column, or the nearest place.
  func character(atColumn column: Int) -> Int {
    let inside = column - start
    if inside < 0 { return direction == .rightToLeft ? characters.count : 0 }
    if inside >= width { return direction == .rightToLeft ? 0 : characters.count }
    return columns.indices.filter { columns[$0] <= inside }.max { columns[$0] < columns[$1] } ?? 0
  }
}

/// Where the characters of a text stand when its lines are wrapped at a width.
///
/// Lines are broken after spaces; spaces at a break hang over the edge, where they are not seen, so
/// that every character has a place. A word longer than a row is broken.
package struct TextLayout: Sendable {
  /// A row of the screen: characters of one line.
  package struct Row: Hashable, Sendable {
    /// The line, from 0.
    package var line: Int
    /// Its characters, counted from the start of the line.
    package var characters: Range<Int>
  }

  /// The rows from the top, at least one.
  package let rows: [Row]
  private let lines: [String]

  /// Wraps lines; a width below 1 is taken as 1.
  package init(_ lines: [String], width: Int) {
    precondition(!lines.isEmpty, "A text has at least one line, be it empty")
    self.lines = lines
    let width = max(width, 1)
    rows = lines.enumerated().flatMap { Self.rows(of: $1, line: $0, width: width) }
  }

  /// The row and the column of the screen at which a place in the text is.
  package func place(of position: TextDocument.Position) -> (row: Int, column: Int) {
    // The last row of the line that begins at or before the place.
    var low = 0
    var high = rows.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      let row = rows[middle]
      if (row.line, row.characters.lowerBound) <= (position.line, position.column) {
        low = middle
      } else {
        high = middle - 1
      }
    }
    let before = lines[rows[low].line].dropFirst(rows[low].characters.lowerBound)
      .prefix(max(position.column - rows[low].characters.lowerBound, 0))
    return (low, before.reduce(0) { $0 + Self.width(of: $1) })
  }

  /// The place in the text that is nearest to a column of a row.
  package func position(row: Int, column: Int) -> TextDocument.Position {
    let row = rows[min(max(row, 0), rows.count - 1)]
    var used = 0
    var index = row.characters.lowerBound
    let isLast = row.characters.upperBound == lines[row.line].count
    for character in characters(of: row) {
      let width = Self.width(of: character)
      if used + (width + 1) / 2 > column { break }
      // Behind the last character of a broken row the next row begins.
      if !isLast, index == row.characters.upperBound - 1 { break }
      used += width
      index += 1
    }
    return TextDocument.Position(line: row.line, column: index)
  }

  /// The text of a row.
  package func characters(of row: Row) -> Substring {
    lines[row.line].dropFirst(row.characters.lowerBound).prefix(row.characters.count)
  }

  /// The columns of a character; a tab is drawn as one.
  private static func width(of character: Character) -> Int { TextWidth.width(of: character) }

  private static func rows(of text: String, line: Int, width: Int) -> [Row] {
    var rows: [Row] = []
    var start = 0
    var used = 0
    var wordStart = 0
    var wordWidth = 0
    var index = 0
    for character in text {
      let columns = Self.width(of: character)
      if character == " " {
        // Spaces may hang over the edge; what follows them begins a word.
        used += 1
        index += 1
        wordStart = index
        wordWidth = 0
        continue
      }
      if used + columns > width, index > start {
        let cut = wordStart > start ? wordStart : index
        rows.append(Row(line: line, characters: start..<cut))
        used = cut == wordStart ? wordWidth : 0
        start = cut
        if cut == index { (wordStart, wordWidth) = (index, 0) }
      }
      used += columns
      wordWidth += columns
      index += 1
    }
    rows.append(Row(line: line, characters: start..<index))
    return rows
  }
}

/// One column of one row of the screen.
package struct Cell: Hashable, Sendable {
  /// What is drawn; a space in the right half of a wide character.
  package let text: Character
  /// What it means.
  package var style: Style
  /// 1 or 2 columns; 0 for the right half of a wide character.
  package let width: Int

  /// A cell of one column, or the left half of a wide character.
  package init(_ text: Character, style: Style = .text) {
    let piece = TextWidth.pieces(of: text).first ?? (" ", 1)
    self.init(text: piece.width == 0 ? " " : piece.text, style: style, width: max(1, piece.width))
  }

  init(text: Character, style: Style, width: Int) {
    self.text = text
    self.style = style
    self.width = width
  }

  /// An empty cell.
  package static let blank = Cell(text: " ", style: .text, width: 1)

  /// The right half of a wide character.
  static func continuation(style: Style) -> Cell {
    Cell(text: " ", style: style, width: 0)
  }
}

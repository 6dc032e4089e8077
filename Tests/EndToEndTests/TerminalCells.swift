import Testing

@testable import TerminalUI

/// What a terminal shows: the cells as tmux captures them, with their looks.
struct TerminalCells {
  /// One cell: what is in it, and how it looks.
  struct Cell: Equatable {
    var text: Character
    var look = ThemeStyle()
  }

  /// The cells that begin a character, row by row.
  private(set) var rows: [[Cell]] = []

  /// Reads what `tmux capture-pane -e` writes: text with the sequences that select looks.
  init(captured text: String) {
    var look = ThemeStyle()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var cells: [Cell] = []
      var rest = line[...]
      while let character = rest.popFirst() {
        // A joiner or a mark after a sequence may be joined with it; the sequence ends at its `m`.
        guard character == "\u{1B}", rest.popFirst() == "[" else {
          if character != "\u{1B}" { cells.append(Cell(text: character, look: look)) }
          continue
        }
        let parameters = rest.prefix { $0 != "m" }
        rest = rest.dropFirst(parameters.count + 1)
        Self.select(String(parameters), &look)
      }
      rows.append(cells)
    }
  }

  /// Takes over what a sequence of numbers says about looks.
  private static func select(_ parameters: String, _ look: inout ThemeStyle) {
    var numbers = parameters.split(whereSeparator: { $0 == ";" || $0 == ":" }).compactMap {
      Int($0)
    }
    if numbers.isEmpty { numbers = [0] }
    while !numbers.isEmpty {
      let number = numbers.removeFirst()
      switch number {
      case 0: look = ThemeStyle()
      case 1: look.attributes.insert(.bold)
      case 2: look.attributes.insert(.faint)
      case 4: look.attributes.insert(.underline)
      case 7: look.attributes.insert(.reverse)
      case 22: look.attributes.subtract([.bold, .faint])
      case 24: look.attributes.remove(.underline)
      case 27: look.attributes.remove(.reverse)
      case 30...37: look.foreground = .indexed(UInt8(number - 30))
      case 40...47: look.background = .indexed(UInt8(number - 40))
      case 90...97: look.foreground = .indexed(UInt8(number - 82))
      case 100...107: look.background = .indexed(UInt8(number - 92))
      case 39: look.foreground = nil
      case 49: look.background = nil
      case 38, 48:
        let color: ThemeColor?
        if numbers.first == 5, numbers.count > 1 {
          color = .indexed(UInt8(clamping: numbers[1]))
          numbers.removeFirst(2)
        } else if numbers.first == 2, numbers.count > 3 {
          color = .rgb(
            red: UInt8(clamping: numbers[1]), green: UInt8(clamping: numbers[2]),
            blue: UInt8(clamping: numbers[3]))
          numbers.removeFirst(4)
        } else {
          color = nil
        }
        if number == 38 { look.foreground = color } else { look.background = color }
      default: break
      }
    }
  }

  /// The rows as text, trailing spaces trimmed.
  var text: String {
    rows.map { row in
      var line = String(row.map(\.text))
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// Where it differs from what a buffer means in a theme; nil where nothing does.
  ///
  /// The colour of a space's text is not seen, nor are spaces at the end of a row that have the
  /// terminal's own background.
  func difference(from buffer: Buffer, _ theme: Theme, _ depth: ColorDepth) -> String? {
    difference(from: buffer) { theme.resolve($0, at: depth) }
  }

  /// The same with the looks that styles are to have.
  func difference(from buffer: Buffer, _ look: (Style) -> ThemeStyle) -> String? {
    for y in 0..<buffer.height {
      let meant = (0..<buffer.width).filter { buffer[$0, y].width > 0 }
      let shown = rows.indices.contains(y) ? rows[y] : []
      for (place, x) in meant.enumerated() {
        let cell = buffer[x, y]
        let expected = Self.normal(
          Cell(text: cell.text, look: look(cell.style)))
        let found = Self.normal(shown.indices.contains(place) ? shown[place] : Cell(text: " "))
        if expected != found {
          return "column \(x), row \(y): meant \(expected), shown \(found) in\n\(buffer.row(y))"
        }
      }
    }
    return nil
  }

  private static func normal(_ cell: Cell) -> Cell {
    var cell = cell
    if cell.look.foreground == .terminalDefault { cell.look.foreground = nil }
    if cell.look.background == .terminalDefault { cell.look.background = nil }
    // Terminals with direct colour keep 0 to 7 for the old ones, so near black is drawn for those.
    for path in [\ThemeStyle.foreground, \ThemeStyle.background] {
      if case .rgb(0, 0, 0..<8)? = cell.look[keyPath: path] {
        cell.look[keyPath: path] = .rgb(red: 0, green: 0, blue: 8)
      }
    }
    if cell.text == "\u{A0}" { cell.text = " " }
    let isInked =
      cell.look.attributes.contains(.underline) || cell.look.attributes.contains(.reverse)
    if cell.text == " ", !isInked {
      cell.look.foreground = nil
      cell.look.attributes = []
    }
    return cell
  }
}

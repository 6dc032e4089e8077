/// A grid of dots that becomes characters: two by four dots a cell in braille, one by two in blocks,
/// one in ASCII.
///
/// A cell takes the style of whoever drew in it last. What is drawn `inFront` clears from its cells
/// what lies behind, so that a line can be told from the cloud that it runs through without colour.
struct DotCanvas {
  /// The dots across and down a cell.
  let dotsAcross, dotsDown: Int
  /// The size in dots.
  let width, height: Int
  private let area: Rect
  private let glyphs: Glyphs
  private var bits: [UInt8]
  private var styles: [Style]
  private var letters: [Character]
  private var isInFront: [Bool]

  init(area: Rect, glyphs: Glyphs) {
    self.area = area
    self.glyphs = glyphs
    (dotsAcross, dotsDown) =
      switch glyphs {
      case .braille: (2, 4)
      case .blocks: (1, 2)
      case .ascii: (1, 1)
      }
    width = area.width * dotsAcross
    height = area.height * dotsDown
    bits = Array(repeating: 0, count: area.width * area.height)
    styles = Array(repeating: .text, count: bits.count)
    letters = Array(repeating: " ", count: glyphs == .ascii ? bits.count : 0)
    isInFront = Array(repeating: false, count: bits.count)
  }

  /// The order in which a braille pattern numbers its dots: left column, right column, last row.
  private static let brailleBits: [[UInt8]] = [
    [0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80],
  ]

  /// Sets a dot, counted from the top left; dots outside are left out.
  mutating func set(
    _ x: Int, _ y: Int, _ style: Style, letter: Character, inFront: Bool = true
  ) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let index = y / dotsDown * area.width + x / dotsAcross
    if isInFront[index] != inFront {
      guard inFront else { return }
      isInFront[index] = true
      bits[index] = 0
    }
    switch glyphs {
    case .braille: bits[index] |= Self.brailleBits[y & 3][x & 1]
    case .blocks: bits[index] |= y & 1 == 0 ? 1 : 2
    case .ascii:
      bits[index] = 1
      letters[index] = letter
    }
    styles[index] = style
  }

  /// Writes every cell that has a dot.
  func render(into buffer: inout Buffer) {
    for row in 0..<area.height {
      for column in 0..<area.width {
        let index = row * area.width + column
        guard bits[index] != 0 else { continue }
        buffer[area.x + column, area.y + row] = Cell(
          text: character(index), style: styles[index], width: 1)
      }
    }
  }

  private func character(_ index: Int) -> Character {
    switch glyphs {
    case .braille: Self.braille[Int(bits[index])]
    case .blocks where !isInFront[index]: "░"
    case .blocks: bits[index] == 3 ? "█" : bits[index] == 1 ? "▀" : "▄"
    case .ascii: letters[index]
    }
  }

  private static let braille: [Character] = (0..<256).map { pattern in
    Unicode.Scalar(0x2800 + UInt32(pattern)).map { Character($0) } ?? " "
  }
}

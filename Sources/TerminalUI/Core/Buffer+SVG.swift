import Foundation

/// A picture of a screen, as a terminal would show it.
///
/// SVG is text, and what is drawn are rectangles and letters, so no drawing library is needed.
extension Buffer {
  /// The cells as SVG text, in a theme's true colours.
  ///
  /// Braille, blocks and frames are drawn as shapes, so that they join whatever the font; letters
  /// stand each at its own place.
  package func svg(theme: Theme, title: String) -> String {
    ScreenPicture(self, theme: theme, title: title).text
  }
}

/// The parts of the picture, gathered by colour.
private struct ScreenPicture {
  /// The size of a cell, in pixels.
  private static let (cellWidth, cellHeight) = (9, 18)
  /// What a theme that leaves colours to the terminal is shown with.
  private static let (plainText, plainGround) = ("#d4d4d4", "#1e1e1e")
  private static let margin = 8

  private let buffer: Buffer
  private let title: String
  private let ground: String
  private var backgrounds = ""
  /// Dots, blocks and lines by their colour, in the order in which they came.
  private var shapes: [(color: String, dots: String, lines: String, blocks: String)] = []
  private var letters = ""

  init(_ buffer: Buffer, theme: Theme, title: String) {
    self.buffer = buffer
    self.title = title
    ground = Self.hex(theme.resolve(.text, at: .trueColor).background) ?? Self.plainGround
    for y in 0..<buffer.height {
      var x = 0
      while x < buffer.width {
        let look = Self.colors(theme.resolve(buffer[x, y].style, at: .trueColor), ground)
        var end = x + 1
        while end < buffer.width,
          Self.colors(theme.resolve(buffer[end, y].style, at: .trueColor), ground) == look
        {
          end += 1
        }
        draw(x..<end, y, look)
        x = end
      }
    }
  }

  private struct Colors: Equatable {
    var text, ground: String
    var isBold, isUnderlined: Bool
  }

  private static func colors(_ look: ThemeStyle, _ ground: String) -> Colors {
    var result = Colors(
      text: hex(look.foreground) ?? plainText, ground: hex(look.background) ?? ground,
      isBold: look.attributes.contains(.bold), isUnderlined: look.attributes.contains(.underline))
    if look.attributes.contains(.reverse) { swap(&result.text, &result.ground) }
    return result
  }

  private static func hex(_ color: ThemeColor?) -> String? {
    let value: Int32
    switch color {
    case nil, .terminalDefault?: return nil
    case .indexed(let index)?:
      let first: [Int32] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
      ]
      value = index < 8 ? first[Int(index)] : ColorPairs.rgb(ofIndex: index)
    case .rgb(let red, let green, let blue)?:
      value = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
    }
    return "#" + String(format: "%06x", value)
  }

  // MARK: Drawing

  /// Draws cells of one row that look the same.
  private mutating func draw(_ columns: Range<Int>, _ y: Int, _ look: Colors) {
    let (left, top) = (Self.margin + columns.lowerBound * 9, Self.margin + y * Self.cellHeight)
    let width = columns.count * Self.cellWidth
    if look.ground != ground {
      backgrounds +=
        "<rect x=\"\(left)\" y=\"\(top)\" width=\"\(width)\" height=\"\(Self.cellHeight)\" "
        + "fill=\"\(look.ground)\"/>\n"
    }
    if look.isUnderlined {
      lines(look.text, "M\(left) \(top + Self.cellHeight - 2)h\(width)")
    }
    // Words of plain letters are written in one piece; whatever else stands at its own place.
    var word = (text: "", left: 0)
    for x in columns where buffer[x, y].width > 0 {
      let character = buffer[x, y].text
      let cellLeft = Self.margin + x * Self.cellWidth
      let isShape = character == " " || drawShape(character, cellLeft, top, look.text)
      if !isShape, character.isASCII {
        if word.text.isEmpty { word.left = cellLeft }
        word.text.append(character)
        continue
      }
      write(word.text, word.left, top, look)
      word.text = ""
      if !isShape { write(String(character), cellLeft, top, look) }
    }
    write(word.text, word.left, top, look)
  }

  private mutating func write(_ text: String, _ x: Int, _ top: Int, _ look: Colors) {
    guard !text.isEmpty else { return }
    let weight = look.isBold ? " font-weight=\"bold\"" : ""
    // A font of another width is stretched to the cells.
    let length = text.count > 1 ? " textLength=\"\(text.count * Self.cellWidth)\"" : ""
    letters +=
      "<text x=\"\(x)\" y=\"\(top + 14)\"\(length) fill=\"\(look.text)\"\(weight)>"
      + "\(Self.escaped(text))</text>\n"
  }

  /// Draws a character that is a shape, and says whether it is one.
  private mutating func drawShape(
    _ character: Character, _ x: Int, _ y: Int, _ color: String
  ) -> Bool {
    guard let value = character.unicodeScalars.first?.value, character.unicodeScalars.count == 1
    else { return false }
    switch value {
    case 0x2800...0x28FF:
      var dots = ""
      let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
      for (bit, place) in places.enumerated() where (value - 0x2800) >> UInt32(bit) & 1 == 1 {
        dots += "M\(x + 2 + place.0 * 5) \(y + 3 + place.1 * 4)h.01"
      }
      shapes[index(of: color)].dots += dots
    case 0x2581...0x2588:
      let eighths = Int(value - 0x2580)
      let height = Self.cellHeight * eighths / 8
      blocks(color, x, y + Self.cellHeight - height, Self.cellWidth, height)
    case 0x2589...0x258F:
      blocks(color, x, y, max(Self.cellWidth * Int(0x2590 - value) / 8, 1), Self.cellHeight)
    default:
      guard let strokes = Self.strokes[character] else { return false }
      lines(color, strokes(x, y))
    }
    return true
  }

  /// The lines of frames, from the middle of a cell to its edges.
  private static let strokes: [Character: @Sendable (Int, Int) -> String] = {
    func path(
      up: Bool = false, down: Bool = false, left: Bool = false, right: Bool = false
    ) -> @Sendable (Int, Int) -> String {
      { x, y in
        (up ? "M\(x + 4).5 \(y)v9" : "") + (down ? "M\(x + 4).5 \(y + 9)v9" : "")
          + (left ? "M\(x) \(y + 9)h4.5" : "") + (right ? "M\(x + 4).5 \(y + 9)h4.5" : "")
      }
    }
    return [
      "─": path(left: true, right: true), "│": path(up: true, down: true),
      "┼": path(up: true, down: true, left: true, right: true),
      "├": path(up: true, down: true, right: true), "┤": path(up: true, down: true, left: true),
      "┬": path(down: true, left: true, right: true), "┴": path(up: true, left: true, right: true),
      "┌": path(down: true, right: true), "┐": path(down: true, left: true),
      "└": path(up: true, right: true), "┘": path(up: true, left: true),
      "╭": { x, y in "M\(x + 4).5 \(y + 18)v-4q0-5 4.5-5" },
      "╮": { x, y in "M\(x + 4).5 \(y + 18)v-4q0-5-4.5-5" },
      "╰": { x, y in "M\(x + 4).5 \(y)v4q0 5 4.5 5" },
      "╯": { x, y in "M\(x + 4).5 \(y)v4q0 5-4.5 5" },
      "┊": { x, y in "M\(x + 4).5 \(y + 1)v3m0 3v3m0 3v3" },
      "╌": { x, y in "M\(x) \(y + 9)h3m3 0h3" },
    ]
  }()

  private mutating func index(of color: String) -> Int {
    if let index = shapes.firstIndex(where: { $0.color == color }) { return index }
    shapes.append((color, "", "", ""))
    return shapes.count - 1
  }

  private mutating func lines(_ color: String, _ path: String) {
    shapes[index(of: color)].lines += path
  }

  private mutating func blocks(_ color: String, _ x: Int, _ y: Int, _ width: Int, _ height: Int) {
    shapes[index(of: color)].blocks += "M\(x) \(y)h\(width)v\(height)h-\(width)z"
  }

  // MARK: The whole

  var text: String {
    let width = buffer.width * Self.cellWidth + 2 * Self.margin
    let height = buffer.height * Self.cellHeight + 2 * Self.margin
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
        + "width=\"\(width)\" height=\"\(height)\" role=\"img\">\n"
        + "<title>\(Self.escaped(title))</title>\n"
        + "<rect width=\"\(width)\" height=\"\(height)\" rx=\"6\" fill=\"\(ground)\"/>\n",
      backgrounds,
    ]
    for shape in shapes {
      if !shape.blocks.isEmpty {
        parts.append("<path d=\"\(shape.blocks)\" fill=\"\(shape.color)\"/>\n")
      }
      if !shape.lines.isEmpty {
        parts.append("<path d=\"\(shape.lines)\" stroke=\"\(shape.color)\" fill=\"none\"/>\n")
      }
      if !shape.dots.isEmpty {
        parts.append(
          "<path d=\"\(shape.dots)\" stroke=\"\(shape.color)\" stroke-width=\"3\" "
            + "stroke-linecap=\"round\" fill=\"none\"/>\n")
      }
    }
    parts.append(
      "<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', "
        + "monospace\" font-size=\"15\" xml:space=\"preserve\">\n\(letters)</g>\n</svg>\n")
    return parts.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}

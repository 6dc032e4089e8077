import CNcurses
import Glibc

/// Sends buffers to ncurses: only the cells that differ from the picture before.
///
/// Terminals disagree about the width of some graphemes (joined emoji, Indic conjuncts, what is new in
/// Unicode). Where ncurses believed one width and the terminal another, the rest of the row would
/// shift. So ncurses sees a no-break space in each of their cells, and they are written afterwards,
/// each at its place, and what follows at its own place again.
struct NcursesDrawing {
  private let isUnicode: Bool
  private let enter: String
  private var pairs: ColorPairs
  private var shown: Buffer?
  private var themeName: String?
  private var isCursorVisible = false
  private var attributeTexts: [ColorPairs.Look: String] = [:]

  init(depth: ColorDepth, isUnicode: Bool, enter: String) {
    pairs = ColorPairs(depth: depth)
    self.isUnicode = isUnicode
    self.enter = enter
  }

  /// Begins, or begins again after a suspension, with an empty screen.
  mutating func prepare() {
    forgetScreen()
    clearok(cncurses_curscr(), true)
    wrefresh(cncurses_stdscr())
    curs_set(isCursorVisible ? 1 : 0)
    send(enter)
  }

  /// Lets the next picture be sent as a whole.
  mutating func forgetScreen() {
    shown = nil
    clearok(cncurses_curscr(), true)
  }

  /// Writes bytes past ncurses.
  func send(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written > 0 {
        bytes = bytes.dropFirst(written)
      } else if errno != EINTR && errno != EAGAIN {
        return
      }
    }
  }

  mutating func draw(
    _ buffer: Buffer, cursor: (x: Int, y: Int)?, theme: Theme, size: (width: Int, height: Int)
  ) {
    if theme.name != themeName {
      themeName = theme.name
      pairs.forgetLooks()
      shown = nil
    }
    var before = shown
    if let old = before, old.width != buffer.width || old.height != buffer.height { before = nil }
    if before == nil {
      werase(cncurses_stdscr())
      coverMargins(of: buffer, theme: theme, size: size)
    }
    var overlay = ""
    for y in 0..<min(buffer.height, size.height) {
      guard drawRow(y, of: buffer, before: before, theme: theme, width: size.width) else {
        continue
      }
      if isUnicode { overlay += unsteadyCells(y, of: buffer, theme: theme, width: size.width) }
    }
    shown = buffer
    let place = cursor.map {
      (x: min(max(0, $0.x), size.width - 1), y: min(max(0, $0.y), size.height - 1))
    }
    if (place != nil) != isCursorVisible {
      isCursorVisible = place != nil
      curs_set(isCursorVisible ? 1 : 0)
    }
    wmove(cncurses_stdscr(), Int32(place?.y ?? 0), Int32(place?.x ?? 0))
    wrefresh(cncurses_stdscr())
    if !overlay.isEmpty { send(overlay + Self.position(place?.x ?? 0, place?.y ?? 0)) }
  }

  /// Gives what lies outside a buffer that is smaller than the screen the theme's background.
  private mutating func coverMargins(
    of buffer: Buffer, theme: Theme, size: (width: Int, height: Int)
  ) {
    let look = pairs.look(of: .text, theme: theme)
    for y in 0..<size.height {
      for x in (y < buffer.height ? min(buffer.width, size.width) : 0)..<size.width {
        put(" ", look, x, y)
      }
    }
  }

  /// Gives the changed cells of a row to ncurses, and says whether there were any.
  private mutating func drawRow(
    _ y: Int, of buffer: Buffer, before: Buffer?, theme: Theme, width: Int
  ) -> Bool {
    var isChanged = false
    for x in 0..<min(buffer.width, width) {
      let cell = buffer[x, y]
      if let before, before[x, y] == cell { continue }
      isChanged = true
      if cell.width == 0 { continue }
      let look = pairs.look(of: cell.style, theme: theme)
      if cell.width == 2 && x + 1 >= width {
        put(" ", look, x, y)
      } else if !isUnicode {
        put(ASCIIText.character(for: cell.text), look, x, y)
        if cell.width == 2 { put(" ", look, x + 1, y) }
      } else if SteadyWidth.isSteady(cell.text) {
        put(cell.text, look, x, y)
      } else {
        for column in 0..<cell.width { put("\u{A0}", look, x + column, y) }
      }
    }
    return isChanged
  }

  private func put(_ character: Character, _ look: ColorPairs.Look, _ x: Int, _ y: Int) {
    // A base and its marks; ncurses keeps five scalars a cell, and a zero ends them.
    var text: [wchar_t] = character.unicodeScalars.prefix(5).map { wchar_t(bitPattern: $0.value) }
    text.append(0)
    var cell = cchar_t()
    guard cncurses_set_cell(&cell, text, look.attributes, look.pair) == OK else { return }
    wmove(cncurses_stdscr(), Int32(y), Int32(x))
    // The last cell of the screen reports a failure to go on behind it, and is drawn.
    wadd_wch(cncurses_stdscr(), &cell)
  }

  /// What writes the graphemes of uncertain width of a row, each at its own place.
  private mutating func unsteadyCells(
    _ y: Int, of buffer: Buffer, theme: Theme, width: Int
  ) -> String {
    var output = ""
    // A terminal that does not join what belongs together (a skin tone, a family) writes over what
    // follows; that is written again, and one cell more, half of which may have been lost.
    var rewritten = 0
    for x in 0..<min(buffer.width, width) {
      let cell = buffer[x, y]
      if cell.width == 0 || x + cell.width > width { continue }
      let isUnsteady = !SteadyWidth.isSteady(cell.text)
      if isUnsteady || x < rewritten {
        let look = pairs.look(of: cell.style, theme: theme)
        output += Self.position(x, y) + attributeText(look)
        if isUnsteady {
          // First without the old grapheme, which may have been narrower or wider.
          output += String(repeating: " ", count: cell.width) + Self.position(x, y)
        }
        output.append(cell.text)
        output += Self.capability("sgr0")
      }
      if isUnsteady {
        rewritten = max(rewritten, x + SteadyWidth.largest(cell.text, atLeast: cell.width) + 1)
      }
    }
    return output
  }

  private mutating func attributeText(_ look: ColorPairs.Look) -> String {
    if let known = attributeTexts[look] { return known }
    var bytes = [CChar](repeating: 0, count: 256)
    let length = cncurses_attribute_text(look.attributes, look.pair, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    attributeTexts[look] = text
    return text
  }

  private static func position(_ x: Int, _ y: Int) -> String {
    cncurses_capability("cup", Int32(y), Int32(x)).map { String(cString: $0) } ?? ""
  }

  /// A string capability of the terminal; empty when it has none.
  static func capability(_ name: String) -> String {
    cncurses_capability(name, 0, 0).map { String(cString: $0) } ?? ""
  }
}

import CNcurses

/// The attributes and colour pairs of ncurses, made when a style is first drawn.
struct ColorPairs {
  /// What ncurses draws a style with.
  struct Look: Hashable {
    let attributes: attr_t
    let pair: Int32
  }

  struct Colors: Hashable {
    let foreground, background: Int32
  }

  private let depth: ColorDepth
  private let colorCount: Int32
  private var pairs: [Colors: Int32] = [:]
  private var looks: [Style: Look] = [:]

  init(depth: ColorDepth) {
    self.depth = depth
    colorCount = cncurses_colors()
  }

  /// Forgets the looks of another theme; the pairs can stay.
  mutating func forgetLooks() {
    looks.removeAll(keepingCapacity: true)
  }

  mutating func look(of style: Style, theme: Theme) -> Look {
    if let known = looks[style] { return known }
    let resolved = theme.resolve(style, at: depth)
    var attributes = resolved.attributes
    var colors = Colors(
      foreground: number(resolved.foreground), background: number(resolved.background))
    if depth == .sixteen && colorCount < 16 {
      (colors, attributes) = Self.dimmed(colors, attributes)
    }
    let look = Look(attributes: Self.curses(attributes), pair: pair(colors))
    looks[style] = look
    return look
  }

  /// The bright colours of a terminal that has only eight: bold ones.
  ///
  /// Bright black is faint text of the terminal's own colour (on a background of the theme: of black
  /// or white), since bold black is invisible on many; as a background it is white.
  static func dimmed(
    _ colors: Colors, _ attributes: TextAttributes
  ) -> (Colors, TextAttributes) {
    var foreground = colors.foreground
    var background = colors.background
    var attributes = attributes
    if background == 8 {
      (foreground, background) = (0, 7)
    } else if background > 8 {
      background -= 8
    }
    if foreground == 8 {
      foreground = background < 0 ? -1 : (isLight(background) ? 0 : 7)
      attributes.insert(.faint)
    } else if foreground > 8 {
      foreground -= 8
      attributes.insert(.bold)
    }
    if foreground == background && foreground >= 0 { foreground = background == 0 ? 7 : 0 }
    return (Colors(foreground: foreground, background: background), attributes)
  }

  /// Whether black is what can be read best on one of the eight colours.
  private static func isLight(_ color: Int32) -> Bool {
    [2, 3, 6, 7].contains(color)
  }

  private mutating func pair(_ colors: Colors) -> Int32 {
    if depth == .none || (colors.foreground < 0 && colors.background < 0) { return 0 }
    if let known = pairs[colors] { return known }
    let next = Int32(pairs.count + 1)
    // A terminal with few pairs shows what comes too late in its own colours.
    guard next < cncurses_color_pairs() else { return 0 }
    guard init_extended_pair(next, colors.foreground, colors.background) == OK else { return 0 }
    pairs[colors] = next
    return next
  }

  private func number(_ color: ThemeColor?) -> Int32 {
    switch color {
    case nil, .terminalDefault?: return -1
    case .indexed(let index)?:
      guard depth == .trueColor && index >= 8 else { return Int32(index) }
      return Self.rgb(ofIndex: index)
    case .rgb(let red, let green, let blue)?:
      // The numbers below 8 are the terminal's own colours.
      return max(8, Int32(red) << 16 | Int32(green) << 8 | Int32(blue))
    }
  }

  /// The colour that xterm has under a number.
  static func rgb(ofIndex index: UInt8) -> Int32 {
    let bright: [Int32] = [
      0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
    if index < 16 { return bright[Int(index) & 7] }
    if index >= 232 { return (8 + 10 * (Int32(index) - 232)) * 0x010101 }
    let levels: [Int32] = [0, 95, 135, 175, 215, 255]
    let value = Int(index) - 16
    return levels[value / 36] << 16 | levels[value / 6 % 6] << 8 | levels[value % 6]
  }

  private static func curses(_ attributes: TextAttributes) -> attr_t {
    var result: attr_t = 0
    if attributes.contains(.bold) { result |= cncurses_attribute_bold() }
    if attributes.contains(.underline) { result |= cncurses_attribute_underline() }
    if attributes.contains(.reverse) { result |= cncurses_attribute_reverse() }
    if attributes.contains(.faint) { result |= cncurses_attribute_dim() }
    return result
  }
}

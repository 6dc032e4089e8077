/// How many colours a terminal can show.
package enum ColorDepth: String, CaseIterable, Hashable, Sendable {
  /// No colour: attributes alone.
  case none
  /// The eight colours and their bright forms.
  case sixteen = "16"
  /// The 256 of xterm.
  case palette = "256"
  /// Any red, green and blue.
  case trueColor = "true"
}

/// A colour, as theme files write it.
package enum ThemeColor: Hashable, Sendable {
  /// What the terminal has by itself.
  case terminalDefault
  /// One of the 256; the first 16 have names in theme files.
  case indexed(UInt8)
  /// `#rrggbb`.
  case rgb(red: UInt8, green: UInt8, blue: UInt8)

  static let names = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "brightBlack", "brightRed", "brightGreen", "brightYellow", "brightBlue", "brightMagenta",
    "brightCyan", "brightWhite",
  ]

  /// A colour from its text: `default`, a name, 0 to 255, or `#rrggbb`.
  init?(_ text: some StringProtocol) {
    if text == "default" {
      self = .terminalDefault
    } else if let index = Self.names.firstIndex(of: String(text)) {
      self = .indexed(UInt8(index))
    } else if let index = UInt8(text) {
      self = .indexed(index)
    } else if text.first == "#", text.utf8.count == 7, text.dropFirst().allSatisfy(\.isHexDigit),
      let value = UInt32(text.dropFirst(), radix: 16)
    {
      self = .rgb(
        red: UInt8(value >> 16 & 255), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
    } else {
      return nil
    }
  }
}

/// How a role looks at one depth of colour.
package struct ThemeStyle: Hashable, Sendable {
  /// The colour of the text; `nil` for the terminal's own.
  package var foreground: ThemeColor?
  /// The colour behind the text; `nil` for the terminal's own.
  package var background: ThemeColor?
  package var attributes: TextAttributes

  /// A look.
  package init(
    foreground: ThemeColor? = nil, background: ThemeColor? = nil, attributes: TextAttributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// How a character behaves where text of both directions meets: the classes of UAX #9.
enum BidirectionalClass: Hashable, Sendable {
  case left, right, arabicLetter
  case europeanNumber, europeanSeparator, europeanTerminator, arabicNumber, commonSeparator
  case mark, boundary, whiteSpace, neutral

  /// The class of a grapheme: that of its first scalar.
  init(_ character: Character) {
    guard let scalar = character.unicodeScalars.first else {
      self = .boundary
      return
    }
    self.init(scalar)
  }

  private init(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    if TextWidth.isInvisible(scalar) {
      // The two marks have the direction that they are there for.
      self = value == 0x200E ? .left : value == 0x200F || value == 0x061C ? .right : .boundary
      return
    }
    switch value {
    case 0x30...0x39, 0xB2, 0xB3, 0xB9, 0x6F0...0x6F9, 0x2070...0x2079, 0x2080...0x2089,
      0xFF10...0xFF19:
      self = .europeanNumber
    case 0x600...0x605, 0x660...0x669, 0x66B, 0x66C, 0x6DD: self = .arabicNumber
    case 0x2B, 0x2D, 0x2212: self = .europeanSeparator
    case 0x23...0x25, 0xA2...0xA5, 0xB0, 0xB1, 0x66A, 0x2030...0x2034, 0x20A0...0x20CF, 0x212E:
      self = .europeanTerminator
    case 0x2C, 0x2E, 0x2F, 0x3A, 0xA0, 0x60C, 0x202F: self = .commonSeparator
    case 0x606, 0x607, 0x60E, 0x60F, 0x6DE, 0x6E9, 0xFD3E, 0xFD3F: self = .neutral
    default: self = Self.byCategory(scalar)
    }
  }

  private static func byCategory(_ scalar: Unicode.Scalar) -> BidirectionalClass {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return .mark
    default: break
    }
    if isRightToLeft(scalar.value) {
      let value = scalar.value
      let isHebrewOrKin =
        (0x590...0x5FF).contains(value) || (0x7C0...0x85F).contains(value)
        || (0xFB1D...0xFB4F).contains(value) || value >= 0x10800 && value < 0x1EE00
      return isHebrewOrKin ? .right : .arabicLetter
    }
    if properties.isWhitespace { return .whiteSpace }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol, .control:
      return .neutral
    default: return .left
    }
  }

  /// Whether a scalar stands in a block of scripts that are read from right to left.
  static func isRightToLeft(_ value: UInt32) -> Bool {
    switch value {
    case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
      true
    default: false
    }
  }
}

/// The properties of scalars as Hugging Face's `tokenizers` knows them.
///
/// Its tables are of older Unicode versions than Swift's, and an encoder was trained on what they
/// gave. Most differences are scalars that were not assigned then, so their age tells; the few
/// that changed their category since are listed.
enum UnicodeTables {
  /// A control, format or private use character of Unicode 8, which BERT drops.
  static func isOther(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .surrogate: isAssigned(scalar, in: 8)
    default: false
    }
  }

  /// ASCII's symbols and the punctuation of Unicode 8, each of which BERT makes a word.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
    case 0x166D, 0x111C9: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return isAssigned(scalar, in: 8)
    default: return false
    }
  }

  /// A nonspacing mark of Unicode 8, as accents are.
  static func isNonspacingMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300: return false
    case 0x1734, 0x1171E: return true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: return false
    default:
      return scalar.properties.generalCategory == .nonspacingMark && isAssigned(scalar, in: 8)
    }
  }

  /// A mark of any kind of Unicode 9.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300, 0x111C9: return false
    case 0x1CF2, 0x1CF3: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return isAssigned(scalar, in: 9)
    default: return false
    }
  }

  /// An ideograph, which BERT makes a word.
  ///
  /// The blocks are those of `tokenizers`: a part of extension E is missing there.
  static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF,
      0x2A700...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// What a regular expression of Unicode 16 calls `\w`.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    guard isAssigned(scalar, in: 16) else { return false }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default: return properties.isAlphabetic || properties.isJoinControl
    }
  }

  /// A letter of any kind.
  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      isAssigned(scalar, in: 16)
    default: false
    }
  }

  /// A digit or another sign of a number.
  static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: isAssigned(scalar, in: 16)
    default: false
    }
  }

  /// Whether a scalar was assigned in a version of Unicode.
  static func isAssigned(_ scalar: Unicode.Scalar, in major: Int) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major < major || age.major == major && age.minor == 0
  }
}

import Foundation

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

  /// Whether a scalar was assigned in a version of Unicode.
  static func isAssigned(_ scalar: Unicode.Scalar, in major: Int) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major < major || age.major == major && age.minor == 0
  }

  // MARK: Normal forms

  /// A normal form of a text by the tables of Unicode 9.
  ///
  /// What was not assigned then neither changes, nor moves, nor joins others: the text on its two
  /// sides is normalised alone.
  private static func normalized(_ text: String, _ form: (String) -> String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { $0.value >= 0x300 && !isAssigned($0, in: 9) })
    else {
      return form(text)
    }
    var result = form(String(scalars[..<first]))
    var known = String.UnicodeScalarView()
    for scalar in scalars[first...] {
      if scalar.value < 0x300 || isAssigned(scalar, in: 9) {
        known.append(scalar)
      } else {
        result += form(String(known))
        known = .init()
        result.unicodeScalars.append(scalar)
      }
    }
    return result + form(String(known))
  }

  /// Each character and its marks apart, in their order.
  static func canonicallyDecomposed(_ text: String) -> String {
    normalized(text) { $0.decomposedStringWithCanonicalMapping }
  }

  /// Each character and its marks joined.
  static func canonicallyComposed(_ text: String) -> String {
    normalized(text) { $0.precomposedStringWithCanonicalMapping }
  }

  /// Each character as the plain ones that it is a variant of, its marks apart.
  static func compatiblyDecomposed(_ text: String) -> String {
    canonicallyDecomposed(plain(text))
  }

  /// Each character as the plain ones that it is a variant of, its marks joined.
  static func compatiblyComposed(_ text: String) -> String { canonicallyComposed(plain(text)) }

  /// Scalar by scalar, since Foundation leaves some marks of a longer text out of order.
  private static func plain(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0xA0 || !isAssigned(scalar, in: 9) {
        result.unicodeScalars.append(scalar)
      } else {
        result += String(scalar).decomposedStringWithCompatibilityMapping
      }
    }
    return result
  }
}

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

  private static func isAssigned(_ scalar: Unicode.Scalar, in major: Int) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major < major || age.major == major && age.minor == 0
  }

  // MARK: Canonical decomposition

  /// The canonical decomposition of a text, ordered, by the tables of Unicode 12.
  static func decomposed(_ scalars: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    // The marks after the last starter, which are to be sorted by their class.
    var marks: [(scalar: Unicode.Scalar, order: UInt8)] = []
    func flush() {
      // Sorting must be stable; there are rarely more than two.
      for index in marks.indices.dropFirst() {
        var place = index
        while place > 0, marks[place - 1].order > marks[place].order {
          marks.swapAt(place - 1, place)
          place -= 1
        }
      }
      result.append(contentsOf: marks.map(\.scalar))
      marks.removeAll(keepingCapacity: true)
    }
    func add(_ scalar: Unicode.Scalar) {
      let order = combiningClass(scalar)
      if order == 0 {
        if !marks.isEmpty { flush() }
        result.append(scalar)
      } else {
        marks.append((scalar, order))
      }
    }
    for scalar in scalars {
      if scalar.value < 0xC0 {
        add(scalar)
      } else if 0xAC00...0xD7A3 ~= scalar.value {
        hangul(scalar.value).forEach(add)
      } else if let parts = decompositions[scalar.value] {
        parts.forEach(add)
      } else {
        add(scalar)
      }
    }
    flush()
    return result
  }

  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    guard scalar.value >= 0x300 else { return 0 }
    let order = scalar.properties.canonicalCombiningClass.rawValue
    return order == 0 || isAssigned(scalar, in: 12) ? order : 0
  }

  /// A syllable's leading consonant, vowel, and perhaps final consonant.
  private static func hangul(_ syllable: UInt32) -> [Unicode.Scalar] {
    let index = syllable - 0xAC00
    let final = index % 28
    let parts =
      [0x1100 + index / 588, 0x1161 + index % 588 / 28] + (final > 0 ? [0x11A7 + final] : [])
    return parts.compactMap(Unicode.Scalar.init)
  }

  /// Every decomposition but Hangul's, from the blocks that have any.
  private static let decompositions: [UInt32: [Unicode.Scalar]] = {
    let blocks: [ClosedRange<UInt32>] = [
      0xC0...0x30FF, 0xF900...0xFB4F, 0x11000...0x11FFF, 0x1D100...0x1D1FF, 0x2F800...0x2FA1F,
    ]
    var result: [UInt32: [Unicode.Scalar]] = [:]
    for scalar in blocks.joined().lazy.compactMap(Unicode.Scalar.init)
    where isAssigned(scalar, in: 12) {
      let parts = Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
      if parts != [scalar] { result[scalar.value] = parts }
    }
    return result
  }()
}

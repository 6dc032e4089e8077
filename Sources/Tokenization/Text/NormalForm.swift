import Foundation

/// A Unicode normal form, by the tables of Unicode 9.
///
/// Each scalar is decomposed, each run of marks sorted by class, then marks are joined to the
/// letter before them. What was not assigned then neither changes, nor moves, nor joins others.
/// It is our own, since a tokenizer's words must not change with a library's Unicode, and for some
/// texts of several marks Foundation gives another order, or joins what does not belong together
/// (U+E0067 and an accent become ǵ).
struct NormalForm: Sendable {
  /// Variants become plain characters: ﬁ is f and i.
  var isCompatible: Bool
  /// Letters and marks are joined where there is a character for both.
  var composes: Bool

  func normalized(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    if bytes.allSatisfy({ $0 < 0x80 }) { return Array(bytes) }
    let decomposed = Self.decomposed(bytes, isCompatible: isCompatible)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 8)
    for scalar in composes ? Self.composed(decomposed) : decomposed { result.append(scalar) }
    return result
  }

  /// The scalars of a text, each taken apart as far as it goes, marks in order.
  static func decomposed(
    _ bytes: ArraySlice<UInt8>, isCompatible: Bool = false
  ) -> [Unicode.Scalar] {
    let parts = isCompatible ? compatibleParts : canonicalParts
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(bytes.count)
    var runStart: Int?
    func endRun() {
      if let start = runStart, result.count - start > 1 { sort(&result, from: start) }
      runStart = nil
    }
    func add(_ scalar: Unicode.Scalar) {
      if combiningClass(scalar) == 0 {
        endRun()
      } else if runStart == nil {
        runStart = result.count
      }
      result.append(scalar)
    }
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let (scalar, length) = bytes.scalar(at: index)
      index += length
      if scalar.value < 0xA0 {
        add(scalar)
      } else if let syllable = Hangul.parts(of: scalar) {
        syllable.forEach(add)
      } else if let parts = parts[scalar] {
        parts.forEach(add)
      } else {
        add(scalar)
      }
    }
    endRun()
    return result
  }

  /// Sorts the marks at the end by their classes; those of one class stay in order.
  private static func sort(_ scalars: inout [Unicode.Scalar], from start: Int) {
    let marks = scalars[start...].enumerated().sorted {
      (combiningClass($0.element), $0.offset) < (combiningClass($1.element), $1.offset)
    }
    scalars.replaceSubrange(start..., with: marks.map(\.element))
  }

  /// Decomposed scalars with marks joined to the letters before them.
  static func composed(
    _ scalars: some Sequence<Unicode.Scalar>, pairs: [UInt64: Unicode.Scalar] = Self.pairs
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var letter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let ownClass = combiningClass(scalar)
      if let letter, letter == result.count - 1 || lastClass < ownClass,
        let both = Hangul.joined(result[letter], scalar) ?? pairs[key(result[letter], scalar)]
      {
        result[letter] = both
        continue
      }
      if ownClass == 0 { letter = result.count }
      lastClass = ownClass
      result.append(scalar)
    }
    return result
  }

  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    guard scalar.value >= 0x300 else { return 0 }
    let found = scalar.properties.canonicalCombiningClass.rawValue
    return found > 0 && UnicodeTables.isAssigned(scalar, in: 9) ? found : 0
  }

  // MARK: Tables

  /// The blocks that have scalars to take apart, but for Hangul.
  private static let blocks: [ClosedRange<UInt32>] = [
    0xA0...0x33FF, 0xA640...0xABFF, 0xF900...0xFFFF, 0x11000...0x11FFF, 0x1D100...0x1F2FF,
    0x2F800...0x2FA1F,
  ]
  private static let canonicalParts = parts(\.decomposedStringWithCanonicalMapping)
  private static let compatibleParts = parts(\.decomposedStringWithCompatibilityMapping)

  private static func parts(
    _ form: KeyPath<String, String>
  ) -> [Unicode.Scalar: [Unicode.Scalar]] {
    var result: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for scalar in blocks.joined().compactMap(Unicode.Scalar.init) {
      let parts = Array(String(scalar)[keyPath: form].unicodeScalars)
      if parts != [scalar], UnicodeTables.isAssigned(scalar, in: 9) { result[scalar] = parts }
    }
    return result
  }

  private static func key(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
    UInt64(first.value) << 32 | UInt64(second.value)
  }

  /// What a letter and a mark become.
  private static let pairs: [UInt64: Unicode.Scalar] = {
    var result: [UInt64: Unicode.Scalar] = [:]
    // The shorter ones first, since the front of a longer one is joined by them.
    for (scalar, parts) in canonicalParts.sorted(by: { $0.value.count < $1.value.count })
    where !scalar.properties.isFullCompositionExclusion {
      let front = composed(parts.dropLast(), pairs: result)
      if front.count == 1, let mark = parts.last { result[key(front[0], mark)] = scalar }
    }
    return result
  }()
}

/// Korean syllables are composed by reckoning: a lead, a vowel, perhaps a tail.
private enum Hangul {
  private static let (syllables, leads, vowels, tails): (UInt32, UInt32, UInt32, UInt32) =
    (0xAC00, 0x1100, 0x1161, 0x11A7)
  private static let (leadCount, vowelCount, tailCount): (UInt32, UInt32, UInt32) = (19, 21, 28)
  private static let count = leadCount * vowelCount * tailCount

  static func parts(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard scalar.value >= syllables, scalar.value < syllables + count else { return nil }
    let index = scalar.value - syllables
    let values = [
      leads + index / (vowelCount * tailCount), vowels + index / tailCount % vowelCount,
      tails + index % tailCount,
    ]
    return values.prefix(index % tailCount == 0 ? 2 : 3).compactMap(Unicode.Scalar.init)
  }

  static func joined(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    if leads..<leads + leadCount ~= first.value, vowels..<vowels + vowelCount ~= second.value {
      let pair = (first.value - leads) * vowelCount + second.value - vowels
      return Unicode.Scalar(syllables + pair * tailCount)
    }
    if syllables..<syllables + count ~= first.value, (first.value - syllables) % tailCount == 0,
      tails + 1..<tails + tailCount ~= second.value
    {
      return Unicode.Scalar(first.value + second.value - tails)
    }
    return nil
  }
}

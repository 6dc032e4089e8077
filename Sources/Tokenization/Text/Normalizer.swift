import Foundation

/// Changes a text before it is cut into words.
indirect enum Normalizer: Sendable {
  case bert(BertNormalizer)
  /// SentencePiece's table of replacements.
  case precompiled(PrecompiledCharsmap)
  case replace(Pattern, with: [UInt8])
  case form(NormalForm)
  case lowercase
  case strip(left: Bool, right: Bool)
  case stripAccents
  case prepend([UInt8])
  /// The cleaning of a translation corpus: no control characters, plain blanks.
  case nmt
  case sequence([Normalizer])

  /// What to replace.
  enum Pattern: Sendable {
    case text([UInt8])
    /// A scalar's runs of at least so many (` {2,}`).
    case run(of: UInt8, atLeast: Int)
    case expression(RegularExpression)
  }

  func normalized(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    switch self {
    case .bert(let normalizer): return normalizer.normalized(bytes)
    case .precompiled(let charsmap): return charsmap.normalized(bytes)
    case .replace(let pattern, let replacement): return pattern.replaced(bytes, replacement)
    case .form(let form): return form.normalized(bytes)
    case .lowercase: return BertNormalizer.lowercased(bytes)
    case .strip(let left, let right): return Array(Self.stripped(bytes, left: left, right: right))
    case .stripAccents:
      return Self.filter(String(decoding: bytes, as: UTF8.self).unicodeScalars) {
        UnicodeTables.isMark($0) ? nil : $0
      }
    case .prepend(let prefix): return bytes.isEmpty ? [] : prefix + bytes
    case .nmt:
      return Self.filter(String(decoding: bytes, as: UTF8.self).unicodeScalars, Self.nmt)
    case .sequence(let steps):
      return steps.reduce(Array(bytes)) { $1.normalized($0[...]) }
    }
  }

  private static func filter(
    _ scalars: some Sequence<Unicode.Scalar>, _ form: (Unicode.Scalar) -> Unicode.Scalar?
  ) -> [UInt8] {
    var result: [UInt8] = []
    for scalar in scalars {
      if let scalar = form(scalar) { result.append(scalar) }
    }
    return result
  }

  private static func stripped(
    _ bytes: ArraySlice<UInt8>, left: Bool, right: Bool
  ) -> ArraySlice<UInt8> {
    var bytes = bytes
    while left, !bytes.isEmpty {
      let (scalar, length) = bytes.scalar(at: bytes.startIndex)
      guard scalar.properties.isWhitespace else { break }
      bytes = bytes.dropFirst(length)
    }
    while right, !bytes.isEmpty {
      let (scalar, length) = bytes.scalar(before: bytes.endIndex)
      guard scalar.properties.isWhitespace else { break }
      bytes = bytes.dropLast(length)
    }
    return bytes
  }

  private static func nmt(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x1...0x8, 0xB, 0xE...0x1F, 0x7F, 0x8F, 0x9F: nil
    case 0x9, 0xA, 0xC, 0xD, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: " "
    default: scalar
    }
  }
}

/// A regular expression that can be handed between threads.
///
/// As in Oniguruma, which `tokenizers` uses, `^` and `$` match at each line.
///
/// `NSRegularExpression` may be used from several threads at a time; it is only not marked so.
///
/// An expression comes from a file and can be one that takes years (`(a+)+$`). So a search has a
/// number of steps, in proportion to the text; one that needs more finds nothing.
struct RegularExpression: @unchecked Sendable {
  private let expression: NSRegularExpression

  init(_ pattern: String) throws {
    expression = try NSRegularExpression(
      pattern: pattern, options: [.anchorsMatchLines, .useUnixLineSeparators])
  }

  func replaced(_ text: String, with replacement: String) -> String {
    let length = text.utf16.count
    var found: [NSRange] = []
    // The engine reports each ten thousand steps.
    var patience = 10 + length / 100
    expression.enumerateMatches(
      in: text, options: .reportProgress, range: NSRange(location: 0, length: length)
    ) { match, _, stop in
      if let match { return found.append(match.range) }
      patience -= 1
      if patience == 0 { stop.pointee = true }
    }
    if found.isEmpty || patience <= 0 { return text }
    let units = Array(text.utf16)
    var result: [UInt16] = []
    var start = 0
    for range in found {
      result += units[start..<range.location] + replacement.utf16
      start = range.location + range.length
    }
    return String(decoding: result + units[start...], as: UTF16.self)
  }
}

extension Normalizer.Pattern {
  fileprivate func replaced(_ bytes: ArraySlice<UInt8>, _ replacement: [UInt8]) -> [UInt8] {
    switch self {
    case .text(let text): return Self.replaced(bytes, text, replacement)
    case .run(let byte, let count): return Self.replaced(bytes, byte, count, replacement)
    case .expression(let expression):
      let text = String(decoding: bytes, as: UTF8.self)
      let new = String(decoding: replacement, as: UTF8.self)
      return Array(expression.replaced(text, with: new).utf8)
    }
  }

  private static func replaced(
    _ bytes: ArraySlice<UInt8>, _ text: [UInt8], _ replacement: [UInt8]
  ) -> [UInt8] {
    guard let first = text.first else { return Array(bytes) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == first, bytes[index...].starts(with: text) {
        result.append(contentsOf: replacement)
        index += text.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static func replaced(
    _ bytes: ArraySlice<UInt8>, _ byte: UInt8, _ count: Int, _ replacement: [UInt8]
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] == byte else {
        result.append(bytes[index])
        index += 1
        continue
      }
      let start = index
      while index < bytes.endIndex, bytes[index] == byte { index += 1 }
      result.append(contentsOf: index - start >= count ? replacement[...] : bytes[start..<index])
    }
    return result
  }
}

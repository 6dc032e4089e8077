import Foundation

/// What is looked for in a text, to be replaced or cut at.
enum TextPattern: Sendable {
  case text([UInt8])
  /// A byte's runs of at least so many (` {2,}`).
  case run(of: UInt8, atLeast: Int)
  case expression(RegularExpression)

  /// Where a part of a text has it, from left to right, none over another.
  func matches(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    switch self {
    case .text(let text): Self.matches(in: bytes, range, text)
    case .run(let byte, let count): Self.matches(in: bytes, range, byte, count)
    case .expression(let expression): expression.matches(in: bytes, range)
    }
  }

  /// A text with a replacement in the place of each match.
  func replaced(_ bytes: ArraySlice<UInt8>, _ replacement: [UInt8]) -> [UInt8] {
    let text = Array(bytes)
    let found = matches(in: text, 0..<text.count)
    if found.isEmpty { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var end = 0
    for match in found {
      result.append(contentsOf: text[end..<match.lowerBound])
      result.append(contentsOf: replacement)
      end = match.upperBound
    }
    result.append(contentsOf: text[end...])
    return result
  }

  private static func matches(
    in bytes: [UInt8], _ range: Range<Int>, _ text: [UInt8]
  ) -> [Range<Int>] {
    guard let first = text.first else { return [] }
    var result: [Range<Int>] = []
    var index = range.lowerBound
    while index + text.count <= range.upperBound {
      if bytes[index] == first, bytes[index..<index + text.count].elementsEqual(text) {
        result.append(index..<index + text.count)
        index += text.count
      } else {
        index += 1
      }
    }
    return result
  }

  private static func matches(
    in bytes: [UInt8], _ range: Range<Int>, _ byte: UInt8, _ count: Int
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let start = index
      while index < range.upperBound, bytes[index] == byte { index += 1 }
      if index - start >= count { result.append(start..<index) }
      if index == start { index += 1 }
    }
    return result
  }
}

/// A regular expression that can be handed between threads.
///
/// As in Oniguruma, which `tokenizers` uses, `^` and `$` match at each line, and `\s` is every white
/// space.
///
/// `NSRegularExpression` may be used from several threads at a time; it is only not marked so.
///
/// An expression comes from a file and can be one that takes years (`(a+)+$`). So a search has a
/// number of steps, in proportion to the text; one that needs more finds nothing.
struct RegularExpression: @unchecked Sendable {
  private let expression: NSRegularExpression

  init(_ pattern: String) throws {
    expression = try NSRegularExpression(
      pattern: Self.translated(pattern), options: [.anchorsMatchLines, .useUnixLineSeparators])
  }

  /// Where a part of a text has it.
  func matches(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    let text = String(decoding: bytes[range], as: UTF8.self)
    let length = text.utf16.count
    var found: [NSRange] = []
    // The engine reports each ten thousand steps, each place where it begins, and each match.
    var patience = 10 + length + length / 100
    expression.enumerateMatches(
      in: text, options: .reportProgress, range: NSRange(location: 0, length: length)
    ) { match, _, stop in
      if let match {
        patience += 1
        return found.append(match.range)
      }
      patience -= 1
      if patience == 0 { stop.pointee = true }
    }
    if patience <= 0 { return [] }
    var result: [Range<Int>] = []
    var (index, units) = (range.lowerBound, 0)
    /// The byte at which a UTF-16 unit begins; one within a pair counts as its beginning.
    func byte(_ unit: Int) -> Int {
      while units < unit, index < range.upperBound {
        let (scalar, length) = bytes.scalar(at: index)
        units += scalar.value > 0xFFFF ? 2 : 1
        index += length
      }
      return index
    }
    var end = -1
    for match in found {
      // Oniguruma finds nothing empty where something ended.
      if match.length == 0, match.location == end { continue }
      end = match.location + match.length
      let start = byte(match.location)
      result.append(start..<byte(end))
    }
    return result
  }

  private static let word = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}"

  /// The expression as ICU writes it, whose `\s`, `\w` and `\h` mean something else.
  private static func translated(_ pattern: String) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    var depth = 0
    for scalar in pattern.unicodeScalars {
      guard isEscaped else {
        if scalar == "\\" { isEscaped = true } else { result.append(scalar) }
        if scalar == "[" { depth += 1 } else if scalar == "]", depth > 0 { depth -= 1 }
        continue
      }
      isEscaped = false
      switch scalar {
      case "s": result.append(contentsOf: "\\p{White_Space}".unicodeScalars)
      case "S": result.append(contentsOf: "\\P{White_Space}".unicodeScalars)
      case "w": result.append(contentsOf: (depth > 0 ? Self.word : "[\(Self.word)]").unicodeScalars)
      case "W": result.append(contentsOf: "[^\(Self.word)]".unicodeScalars)
      case "h": result.append(contentsOf: (depth > 0 ? "0-9a-fA-F" : "[0-9a-fA-F]").unicodeScalars)
      default: result.append(contentsOf: ["\\", scalar])
      }
    }
    if isEscaped { result.append("\\") }
    return String(result)
  }
}

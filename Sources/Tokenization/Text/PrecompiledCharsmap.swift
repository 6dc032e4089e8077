/// SentencePiece's table of replacements: which runs of characters become which others.
///
/// The bytes are a length, a trie as a Darts double array of 32-bit units, and the replacements
/// as texts that end with a zero byte. Read as the `tokenizers` crate does, which is not quite
/// SentencePiece: the text is looked at grapheme by grapheme, and of the entries that a grapheme
/// begins with the *shortest* replaces all of it.
struct PrecompiledCharsmap: Sendable {
  enum Problem: Error {
    case tooShort
    case wrongLength(UInt32, available: Int)
    case notText

    /// The rest of a sentence about a table of so many bytes.
    func text(byteCount: Int) -> String {
      switch self {
      case .tooShort: "is of \(byteCount) bytes"
      case .wrongLength(let length, let available):
        "says that its trie has \(length) bytes, and \(available) follow"
      case .notText: "has replacements that are not UTF-8"
      }
    }
  }

  private let units: [UInt32]
  private let replacements: [UInt8]
  /// How many bytes the longest text has that a grapheme can become.
  let longestReplacement: Int
  /// What each ASCII character becomes; nil for itself.
  private let asciiReplacements: [ArraySlice<UInt8>?]

  init(_ bytes: [UInt8]) throws(Problem) {
    guard bytes.count >= 4 else { throw .tooShort }
    func unit(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << (8 * UInt32($1)) }
    }
    let length = unit(0)
    guard length >= 4, Int(length) <= bytes.count - 4 else {
      throw .wrongLength(length, available: bytes.count - 4)
    }
    let count = Int(length) / 4
    let units = (0..<count).map { unit(4 + 4 * $0) }
    let rest = bytes[(4 + 4 * count)...]
    guard String(validating: rest, as: UTF8.self) != nil else { throw .notText }
    let replacements = Array(rest)
    self.units = units
    self.replacements = replacements
    longestReplacement = replacements.split(separator: 0).map(\.count).max() ?? 0
    asciiReplacements = (0..<128).map {
      Self.replacement(for: [UInt8($0)], units, replacements)
    }
  }

  func normalized(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 8)
    for character in String(decoding: bytes, as: UTF8.self) {
      let text = character.utf8
      if text.count == 1, let byte = text.first {
        if let new = asciiReplacements[Int(byte)] {
          result.append(contentsOf: new)
        } else {
          result.append(byte)
        }
        continue
      }
      for part in Self.graphemes(of: character) {
        if part.count < 6, let new = Self.replacement(for: part, units, replacements) {
          result.append(contentsOf: new)
          continue
        }
        for scalar in Substring(part).unicodeScalars {
          let encoded = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
          result.append(
            contentsOf: Self.replacement(for: encoded, units, replacements) ?? Array(encoded)[...])
        }
      }
    }
    return result
  }

  /// The graphemes that Unicode 16 sees in one of a newer Unicode: what was not assigned then
  /// begins one of its own.
  private static func graphemes(of character: Character) -> [Substring.UTF8View] {
    let text = Substring(String(character))
    var result: [Substring.UTF8View] = []
    var start = text.startIndex
    for index in text.unicodeScalars.indices.dropFirst()
    where text.unicodeScalars[index].value >= 0x300
      && !UnicodeTables.isAssigned(text.unicodeScalars[index], in: 16)
    {
      result.append(text[start..<index].utf8)
      start = index
    }
    result.append(text[start...].utf8)
    return result
  }

  /// The replacement of the shortest entry that the text begins with.
  private static func replacement(
    for text: some Collection<UInt8>, _ units: [UInt32], _ replacements: [UInt8]
  ) -> ArraySlice<UInt8>? {
    var node = offset(units[0])
    for byte in text {
      guard byte != 0 else { return nil }
      node ^= Int(byte)
      guard units.indices.contains(node) else { return nil }
      let unit = units[node]
      guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
      node ^= offset(unit)
      guard unit >> 8 & 1 == 1 else { continue }
      guard units.indices.contains(node) else { return nil }
      let start = Int(units[node] & 0x7FFF_FFFF)
      // A text of whole characters is there, or the table is damaged.
      guard start < replacements.count, replacements[start] & 0xC0 != 0x80 else { return nil }
      return replacements[start...].prefix { $0 != 0 }
    }
    return nil
  }

  private static func offset(_ unit: UInt32) -> Int {
    Int(unit >> 10) << Int((unit & 1 << 9) >> 6)
  }
}

/// Texts whose bytes are written as letters, as GPT-2's vocabulary has them: `Ġ` is a blank.
enum ByteLetters {
  /// The letter of each byte, in UTF-8: itself where it can be seen in Latin-1, else U+0100 on.
  static let letters: [[UInt8]] = {
    var next: UInt32 = 0x100
    return (UInt32(0)...255).map { byte in
      var value = byte
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: break
      default:
        value = next
        next += 1
      }
      return Unicode.Scalar(value).map { Array(String($0).utf8) } ?? []
    }
  }()

  /// A text's bytes as letters.
  static func written(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 2)
    for byte in bytes { result.append(contentsOf: letters[Int(byte)]) }
    return result
  }
}

extension PreTokenizer.ByteLevel {
  func split(_ text: SegmentedText) -> SegmentedText {
    text.mapSegments { segment, result in
      var bytes = Array(text.bytes[segment.range])
      if addsPrefixSpace, bytes.first != 32 { bytes.insert(32, at: 0) }
      var start = 0
      while start < bytes.count {
        let end = splits ? Self.wordEnd(bytes, from: start) : bytes.count
        result.add(
          ByteLetters.written(bytes[start..<end]), isFirst: segment.isFirst && start == 0)
        start = end
      }
    }
  }

  private enum Kind { case letter, number, blank, other }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    if scalar.properties.isWhitespace { return .blank }
    if UnicodeTables.isLetter(scalar) { return .letter }
    return UnicodeTables.isNumeric(scalar) ? .number : .other
  }

  /// The end of the word that begins at a place.
  ///
  /// GPT-2's rule: `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`, `'d`; or a blank perhaps, and a run of
  /// letters, of numbers, or of other signs; or white space up to the blank before such a run.
  private static func wordEnd(_ bytes: [UInt8], from start: Int) -> Int {
    if bytes[start] == UInt8(ascii: "'") {
      for ending in ["s", "t", "re", "ve", "m", "ll", "d"]
      where bytes[(start + 1)...].starts(with: ending.utf8) {
        return start + 1 + ending.utf8.count
      }
    }
    let runStart = bytes[start] == 32 && start + 1 < bytes.count ? start + 1 : start
    let (first, length) = bytes.scalar(at: runStart)
    let kind = kind(first)
    var (end, last) = (runStart + length, runStart)
    if kind != .blank {
      while end < bytes.count {
        let (scalar, length) = bytes.scalar(at: end)
        if Self.kind(scalar) != kind { break }
        end += length
      }
      return end
    }
    last = start
    end = start
    while end < bytes.count {
      let (scalar, length) = bytes.scalar(at: end)
      if !scalar.properties.isWhitespace { break }
      last = end
      end += length
    }
    // The last white space belongs to what follows it, unless it is all there is.
    return end < bytes.count && last > start ? last : end
  }
}

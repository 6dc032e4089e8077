/// What BERT does to a text before it cuts it into words.
struct BertNormalizer: Sendable {
  /// Drops control characters and makes every white space a blank.
  var cleansText = true
  /// Puts blanks around ideographs.
  var separatesChinese = true
  /// Drops accents: decomposes and leaves out nonspacing marks.
  var stripsAccents = true
  /// Makes letters small.
  var lowercases = true

  func normalized(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 8)
    var isASCII = true
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte < 0x80 {
        index += 1
        switch byte {
        case 9, 10, 13: result.append(cleansText ? 32 : byte)
        case 0..<32, 127: if !cleansText { result.append(byte) }
        default: result.append(byte)
        }
        continue
      }
      let (scalar, length) = bytes.scalar(at: index)
      index += length
      if cleansText {
        if scalar == "\u{FFFD}" || UnicodeTables.isOther(scalar) { continue }
        if scalar.properties.isWhitespace {
          result.append(32)
          continue
        }
      }
      isASCII = false
      if separatesChinese, UnicodeTables.isChinese(scalar) {
        result.append(32)
        result.append(scalar)
        result.append(32)
      } else {
        result.append(scalar)
      }
    }
    guard stripsAccents || lowercases else { return result }
    if isASCII {
      if lowercases {
        for index in result.indices where 65...90 ~= result[index] { result[index] += 32 }
      }
      return result
    }
    if stripsAccents { result = Self.withoutAccents(result[...]) }
    return lowercases ? Self.lowercased(result[...]) : result
  }

  /// A text decomposed and without its nonspacing marks.
  static func withoutAccents(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for scalar in NormalForm.decomposed(bytes)
    where !UnicodeTables.isNonspacingMark(scalar) {
      result.append(scalar)
    }
    return result
  }

  /// A text in small letters, scalar by scalar: no letter looks at its neighbours.
  static func lowercased(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte < 0x80 {
        result.append(65...90 ~= byte ? byte + 32 : byte)
        index += 1
      } else {
        let (scalar, length) = bytes.scalar(at: index)
        result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        index += length
      }
    }
    return result
  }
}

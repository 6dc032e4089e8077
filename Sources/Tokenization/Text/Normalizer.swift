/// Changes a text before it is cut into words.
indirect enum Normalizer: Sendable {
  case bert(BertNormalizer)
  /// SentencePiece's table of replacements.
  case precompiled(PrecompiledCharsmap)
  case replace(TextPattern, with: [UInt8])
  case form(NormalForm)
  case lowercase
  case strip(left: Bool, right: Bool)
  case stripAccents
  case prepend([UInt8])
  /// The cleaning of a translation corpus: no control characters, plain blanks.
  case nmt
  /// Each byte as a letter, as GPT-2's vocabulary has them.
  case byteLevel
  case sequence([Normalizer])

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
    case .byteLevel: return ByteLetters.written(bytes)
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

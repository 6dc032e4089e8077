/// A tag as corpora write it, and whether only BILOU writes it so.
struct CorpusTag {
  /// What it says: of `L-` as of `E-`, of `U-` as of `S-`.
  let chunk: ChunkTag
  let isBilou: Bool

  /// The longest tag that is read, in bytes.
  static let longest = 1000

  /// `O`, or one of the letters B I E S L U, a hyphen and a type; nil for anything else.
  init?(prefixed bytes: Bytes) {
    guard let first = bytes.first else { return nil }
    if bytes.count == 1, first == UInt8(ascii: "O") {
      (chunk, isBilou) = (.outside, false)
      return
    }
    guard bytes.count > 2, bytes[bytes.startIndex + 1] == UInt8(ascii: "-"),
      let position = Self.position(of: first)
    else { return nil }
    chunk = ChunkTag(position: position, type: EntityType(bytes.dropFirst(2).text))
    isBilou = position != first
  }

  /// The letter in BIOES: E for L, S for U; nil for a letter of no scheme.
  private static func position(of letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "L"): UInt8(ascii: "E")
    case UInt8(ascii: "U"): UInt8(ascii: "S")
    case _ where "BIES".utf8.contains(letter): letter
    default: nil
    }
  }

  /// A type that stands alone for a tag: neighbours of one type are one entity.
  init?(plain bytes: Bytes) {
    guard !bytes.isEmpty else { return nil }
    isBilou = false
    chunk =
      bytes.count == 1 && bytes.first == UInt8(ascii: "O")
      ? .outside : ChunkTag(position: UInt8(ascii: "I"), type: EntityType(bytes.text))
  }
}

extension CorpusTag {
  /// A tag with its letter: one with a type, or `B`, `I`, `E`, `S`, `L`, `U` alone, whose type is `_`.
  init?(_ bytes: Bytes) {
    if let tag = CorpusTag(prefixed: bytes) {
      self = tag
      return
    }
    guard bytes.count == 1, let letter = bytes.first, let position = Self.position(of: letter)
    else { return nil }
    chunk = ChunkTag(position: position, type: "_")
    isBilou = position != letter
  }
}

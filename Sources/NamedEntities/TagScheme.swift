/// A way of writing entities as one tag a word.
///
///     words   Ada    Lovelace met    Charles Babbage London
///     IOB1    I-PER  I-PER    O      I-PER   I-PER   I-LOC
///     IOB2    B-PER  I-PER    O      B-PER   I-PER   B-LOC
///     BIOES   B-PER  E-PER    O      B-PER   E-PER   S-LOC
package enum TagScheme: String, CaseIterable, Codable, Sendable {
  /// `I-` everywhere; `B-` only where an entity follows another of its own type directly.
  case iob1
  /// `B-` at the first word of each entity. The scheme used everywhere inside.
  case iob2
  /// `B-` first, `E-` last, `S-` for an entity of one word.
  case bioes
  /// As BIOES, with `L-` for the last word and `U-` for an entity of one word.
  case bilou
  /// The type alone, so that neighbours of one type are one entity.
  case io

  /// The letters that may begin a tag of this scheme once it was read.
  package var positions: String {
    switch self {
    case .bioes, .bilou: "BIOES"
    case .iob1, .iob2: "BIO"
    case .io: "IO"
    }
  }

  /// The entities that `tags` mark; throws for a tag that this scheme does not have.
  ///
  /// A tag out of place is read as conlleval reads it: an `I-` that continues nothing starts
  /// an entity.
  package func spans(of tags: [String]) throws -> [EntitySpan] {
    let parts = tags.map { tag in
      Array(tag.utf8).withUnsafeBufferPointer { bytes in
        self == .io ? CorpusTag(plain: bytes[...]) : CorpusTag(prefixed: bytes[...])
      }
    }
    for (tag, part) in zip(tags, parts) {
      guard let part, allows(part.chunk), !part.isBilou || self == .bilou else {
        throw TagError(tag: tag, scheme: self)
      }
    }
    return entitySpans(of: parts.lazy.compactMap { $0?.chunk })
  }

  /// The IOB2 tags of `spans` in a sentence of `wordCount` words.
  package static func encode(_ spans: [EntitySpan], wordCount: Int) -> [String] {
    var tags = Array(repeating: "O", count: wordCount)
    for span in spans {
      precondition(
        !span.words.isEmpty && span.words.lowerBound >= 0 && span.words.upperBound <= wordCount,
        "An entity's words \(span.words) must lie in its sentence of \(wordCount) words")
      tags[span.words.lowerBound] = "B-\(span.type)"
      for word in span.words.dropFirst() { tags[word] = "I-\(span.type)" }
    }
    return tags
  }

  func allows(_ tag: ChunkTag) -> Bool {
    positions.utf8.contains(tag.position)
  }
}

/// Finds out which scheme a file's tags follow.
///
/// `E-` or `S-` anywhere: BIOES, and BILOU where they are written `L-` or `U-`. Otherwise IOB1 if some
/// entity starts with `I-` and every `B-` follows an entity of its own type directly; else IOB2.
struct SchemeDetection {
  private var insideStartsAnEntity = false
  private var beginningStandsAlone = false
  private var hasEnds = false
  /// Whether tags are written as only BILOU has them.
  var hasBilou = false

  /// Takes the tags of a sentence into account.
  mutating func add(_ tags: some Sequence<ChunkTag>) {
    var previous = ChunkTag.outside
    for tag in tags {
      switch tag.position {
      case UInt8(ascii: "E"), UInt8(ascii: "S"): hasEnds = true
      case UInt8(ascii: "I"): if tag.starts(after: previous) { insideStartsAnEntity = true }
      case UInt8(ascii: "B"): if previous.type != tag.type { beginningStandsAlone = true }
      default: break
      }
      previous = tag
    }
  }

  var scheme: TagScheme {
    if hasBilou { return .bilou }
    if hasEnds { return .bioes }
    return insideStartsAnEntity && !beginningStandsAlone ? .iob1 : .iob2
  }
}

extension ChunkTag {
  /// Nil unless the tag is `O`, or one of the letters B I E S, a hyphen and a type.
  init?(checking tag: String) {
    self.init(tag)
    if tag == "O" { return }
    guard tag.utf8.count > 2, tag.utf8.dropFirst().first == UInt8(ascii: "-"),
      "BIES".utf8.contains(position)
    else { return nil }
  }
}

/// A tag that a scheme does not have, or a list of labels that makes no tag set.
package struct TagError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  package let problem: String
  /// What was expected instead.
  package let expected: String

  init(problem: String, expected: String) {
    self.problem = problem
    self.expected = expected
  }

  init(tag: String, scheme: TagScheme) {
    problem = "the tag ‘\(tag)’ is not one of \(scheme.rawValue.uppercased())"
    expected = scheme.expectation
  }

  /// The problem, then what was expected.
  package var description: String { "\(problem); expected \(expected)" }
}

extension TagScheme {
  var expectation: String {
    switch self {
    case .bioes: "O, or B-, I-, E- or S- and a type, as in S-PER"
    case .bilou: "O, or B-, I-, L- or U- and a type, as in U-PER"
    case .iob1, .iob2: "O, or B- or I- and a type, as in B-PER"
    case .io: "O, or a type, as in PER"
    }
  }
}

/// One tag taken apart: the letter that says where in an entity a word is, and the type.
///
///     "B-PER" → B, PER        "O" → O, _        "I" → I, _
///
/// A tag without a type has the type `_`, as in seqeval.
struct ChunkTag: Hashable {
  var position: UInt8
  var type: EntityType

  static let outside = ChunkTag(position: UInt8(ascii: "O"), type: "_")

  init(position: UInt8, type: EntityType) {
    self.position = position
    self.type = type
  }

  /// The first letter, and what stands after the first hyphen behind it.
  init(_ tag: String) {
    let bytes = tag.utf8
    position = bytes.first ?? Self.outside.position
    let rest = bytes.dropFirst()
    let hyphen = rest.firstIndex(of: UInt8(ascii: "-"))
    let name = hyphen.map { rest[rest.index(after: $0)...] } ?? rest
    type = name.isEmpty ? "_" : EntityType(String(Substring(name)))
  }

  private var isOutside: Bool {
    position == UInt8(ascii: "O") || position == UInt8(ascii: ".")
  }

  /// Whether an entity that `self` belongs to ends before `next`.
  func ends(before next: ChunkTag) -> Bool {
    switch (position, next.position) {
    case (UInt8(ascii: "E"), _), (UInt8(ascii: "S"), _): true
    case (UInt8(ascii: "B"), UInt8(ascii: "B")), (UInt8(ascii: "B"), UInt8(ascii: "S")),
      (UInt8(ascii: "B"), UInt8(ascii: "O")), (UInt8(ascii: "I"), UInt8(ascii: "B")),
      (UInt8(ascii: "I"), UInt8(ascii: "S")), (UInt8(ascii: "I"), UInt8(ascii: "O")):
      true
    default: !isOutside && type != next.type
    }
  }

  /// Whether an entity starts at `self`, which follows `previous`.
  func starts(after previous: ChunkTag) -> Bool {
    switch (previous.position, position) {
    case (_, UInt8(ascii: "B")), (_, UInt8(ascii: "S")): true
    case (UInt8(ascii: "E"), UInt8(ascii: "E")), (UInt8(ascii: "E"), UInt8(ascii: "I")),
      (UInt8(ascii: "S"), UInt8(ascii: "E")), (UInt8(ascii: "S"), UInt8(ascii: "I")),
      (UInt8(ascii: "O"), UInt8(ascii: "E")), (UInt8(ascii: "O"), UInt8(ascii: "I")):
      true
    default: !isOutside && type != previous.type
    }
  }
}

/// The entities that a row of tags marks, read as conlleval does.
func entitySpans(of tags: some Sequence<ChunkTag>) -> [EntitySpan] {
  var spans: [EntitySpan] = []
  var previous = ChunkTag.outside
  var start = 0
  var position = 0
  func step(to tag: ChunkTag) {
    if previous.ends(before: tag) {
      spans.append(EntitySpan(type: previous.type, words: start..<position))
    }
    if tag.starts(after: previous) { start = position }
    previous = tag
  }
  for tag in tags {
    step(to: tag)
    position += 1
  }
  step(to: .outside)
  return spans
}

/// The entities that a row of tags marks: what seqeval's default mode returns.
///
/// The tags may be of any scheme (`B-`, `I-`, `E-`, `S-` and `O`). An `I-` that continues
/// nothing starts an entity:
///
///     O I-PER I-PER B-PER I-LOC   →   PER 1..<3, PER 3..<4, LOC 4..<5
package func entitySpans(ofTags tags: [String]) -> [EntitySpan] {
  entitySpans(of: tags.lazy.map(ChunkTag.init))
}

/// The tags a model chooses between: `O`, and `B-` and `I-` of each entity type.
///
/// A tag's id is its place in `labels`. For PAN-X:
///
///     0 O   1 B-PER   2 I-PER   3 B-ORG   4 I-ORG   5 B-LOC   6 I-LOC
package struct TagSet: Hashable, Sendable {
  /// The entity types, in the order in which the labels first name them.
  package let types: [EntityType]
  /// The tags in order of their ids.
  package let labels: [String]
  private let parts: [ChunkTag]
  private let ids: [ChunkTag: Int]

  /// PAN-X's types: persons, organizations, locations.
  package static let panx = TagSet(types: ["PER", "ORG", "LOC"])

  /// The tags of a model for entities of these types: `O` first, the types sorted.
  ///
  /// Types that PAN-X has too, and no others, are PAN-X's tags in PAN-X's order.
  package init(covering types: Set<EntityType>) {
    let panx = Set(Self.panx.types)
    self = types.isSubset(of: panx) ? .panx : TagSet(types: types.sorted())
  }

  /// The tags of these types and no others: `O` first, the types sorted, or in PAN-X's order where
  /// they are PAN-X's.
  package init(exactly types: Set<EntityType>) {
    self = types == Set(Self.panx.types) ? .panx : TagSet(types: types.sorted())
  }

  /// `O`, then `B-` and `I-` of each type in the order given.
  package init(types: [EntityType]) {
    precondition(Set(types).count == types.count, "A tag set has each of its types once")
    self.init(checked: ["O"] + types.flatMap { ["B-\($0)", "I-\($0)"] })
  }

  /// The tag set of a model's configuration, whose label of id i is `labels[i]`.
  ///
  /// Any order is taken; `O` must be among them, and both `B-` and `I-` of each type.
  package init(labels: [String]) throws {
    let expected = "O, and B- and I- of each entity type, once each, as in O B-PER I-PER"
    for label in labels {
      guard let part = ChunkTag(checking: label), TagScheme.iob2.allows(part) else {
        throw TagError(problem: "the label ‘\(label)’ is no IOB2 tag", expected: expected)
      }
    }
    let parts = labels.map(ChunkTag.init)
    let known = Set(parts)
    if known.count != labels.count {
      var seen: Set<ChunkTag> = []
      let repeated = labels.first { !seen.insert(ChunkTag($0)).inserted } ?? ""
      throw TagError(problem: "the label ‘\(repeated)’ is there twice", expected: expected)
    }
    let needed = Set(parts.filter { $0 != .outside }.map(\.type)).sorted()
      .reduce(into: ["O"]) { $0 += ["B-\($1)", "I-\($1)"] }
    if let missing = needed.first(where: { !known.contains(ChunkTag($0)) }) {
      throw TagError(problem: "there is no label ‘\(missing)’", expected: expected)
    }
    self.init(checked: labels)
  }

  private init(checked labels: [String]) {
    self.labels = labels
    parts = labels.map(ChunkTag.init)
    ids = Dictionary(uniqueKeysWithValues: parts.enumerated().map { ($0.element, $0.offset) })
    var seen: Set<EntityType> = []
    types = parts.filter { $0 != .outside }.map(\.type).filter { seen.insert($0).inserted }
  }

  /// Whether two sets have the same labels in the same order.
  package static func == (left: TagSet, right: TagSet) -> Bool { left.parts == right.parts }

  /// Hashes the labels.
  package func hash(into hasher: inout Hasher) { hasher.combine(parts) }

  /// How many tags there are.
  package var count: Int { labels.count }

  /// The id of a tag, or nil where the set does not have it.
  package func id(of label: String) -> Int? {
    labels.firstIndex { $0.utf8.elementsEqual(label.utf8) }
  }

  /// The tag of an id.
  package func label(_ id: Int) -> String {
    precondition(labels.indices.contains(id), "A tag's id lies in 0..<\(count); this is \(id)")
    return labels[id]
  }

  /// The types among the sentences' entities that this set does not have, by name.
  package func missingTypes(in sentences: some Sequence<Sentence>) -> [EntityType] {
    let known = Set(types)
    return sentences.reduce(into: Set()) { found, sentence in
      for span in sentence.spans where !known.contains(span.type) { found.insert(span.type) }
    }.sorted()
  }

  /// The ids of the sentence's IOB2 tags, one a word.
  ///
  /// The set must have the types of the sentence's entities; `missingTypes(in:)` tells.
  package func tags(of sentence: Sentence) -> [Int] {
    var tags = Array(repeating: ids[.outside] ?? 0, count: sentence.words.count)
    for span in sentence.spans {
      let begin = ids[ChunkTag(position: UInt8(ascii: "B"), type: span.type)]
      let inside = ids[ChunkTag(position: UInt8(ascii: "I"), type: span.type)]
      guard let begin, let inside else {
        preconditionFailure(
          "A tag set must have the types of the sentences it tags; \(labels) has no \(span.type)")
      }
      tags[span.words.lowerBound] = begin
      for word in span.words.dropFirst() { tags[word] = inside }
    }
    return tags
  }

  /// The entities that a row of ids marks, as conlleval reads them.
  ///
  /// An `I-` that continues nothing starts an entity.
  package func spans(ofTags tags: [Int]) -> [EntitySpan] {
    entitySpans(of: tags.lazy.map { parts[$0] })
  }
}

extension TagSet: Codable {
  /// Reads the labels.
  package init(from decoder: any Decoder) throws {
    try self.init(labels: decoder.singleValueContainer().decode([String].self))
  }

  /// Writes the labels in order of their ids.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(labels)
  }
}

/// An entity in a sentence: its type, and which words it covers.
package struct EntitySpan: Hashable, Codable, Sendable {
  /// What the entity is.
  package var type: EntityType
  /// The words it covers, counted from 0; the upper bound is not part of it.
  package var words: Range<Int>

  /// An entity of `type` over `words`.
  package init(type: EntityType, words: Range<Int>) {
    self.type = type
    self.words = words
  }
}

/// The words of one sentence and the entities in it.
package struct Sentence: Hashable, Codable, Sendable {
  /// The corpus's own words, in order.
  package var words: [String]
  /// The entities, in order of their first word; no two overlap.
  package var spans: [EntitySpan]
  /// Which sentence of its file this is, counted from 0.
  package var id: Int

  /// A sentence of `words` with `spans` marked in it.
  package init(words: [String], spans: [EntitySpan], id: Int) {
    self.words = words
    self.spans = spans
    self.id = id
  }
}

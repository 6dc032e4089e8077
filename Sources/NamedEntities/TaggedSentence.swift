/// A sentence with the tags that a model gave it.
package struct TaggedSentence: Hashable, Sendable {
  /// Below this probability a model is not sure.
  package static let doubt: Float = 0.5

  /// An entity, and how sure the model is of it.
  package struct Entity: Hashable, Sendable {
    /// What it is, and which words it covers.
    package var span: EntitySpan
    /// The mean of its words' scores, 0…1.
    package var score: Float
  }

  /// The words.
  package var words: [String]
  /// The entities as IOB2 tags, one a word.
  package var tags: [String]
  /// The softmax probability of the label that the model chose, one a word.
  ///
  /// Nil for a word that the encoder does not read: of control characters alone, or cut off.
  package var scores: [Float?]
  /// The entities in order.
  package var entities: [Entity]

  /// A sentence with labels as a model gave them, which may be of any scheme.
  package init(words: [String], labels: [String], scores: [Float?]) {
    precondition(
      words.count == labels.count && words.count == scores.count, "A label and a score a word")
    let spans = entitySpans(ofTags: labels)
    self.words = words
    self.scores = scores
    tags = TagScheme.encode(spans, wordCount: words.count)
    entities = spans.map { span in
      let known = scores[span.words].compactMap { $0 }
      return Entity(
        span: span, score: known.isEmpty ? 0 : known.reduce(0, +) / Float(known.count))
    }
  }
}

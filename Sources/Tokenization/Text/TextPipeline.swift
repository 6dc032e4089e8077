/// The way from a text to the words that a vocabulary is asked for.
struct TextPipeline: Sendable {
  private let normalizer: Normalizer?
  private let preTokenizer: PreTokenizer?
  private let rawMatcher: AddedSubwordMatcher
  private let normalizedMatcher: AddedSubwordMatcher
  private let hasNormalizedMatcher: Bool

  init(normalizer: Normalizer?, preTokenizer: PreTokenizer?, added: [AddedSubword]) {
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    rawMatcher = AddedSubwordMatcher(added.filter { !$0.isNormalized })
    let normalized = added.filter(\.isNormalized)
    normalizedMatcher = AddedSubwordMatcher(normalized) { normalizer?.normalized($0) ?? Array($0) }
    hasNormalizedMatcher = !normalized.isEmpty
  }

  /// The added subwords and the words of a text, in order.
  func words(of text: String) -> SegmentedText {
    var pieces = rawMatcher.split(SegmentedText(text))
    if let normalizer {
      let raw = pieces
      pieces = raw.mapSegments { segment, result in
        result.add(normalizer.normalized(raw.bytes[segment.range]), isFirst: segment.isFirst)
      }
    }
    if hasNormalizedMatcher { pieces = normalizedMatcher.split(pieces) }
    return preTokenizer?.split(pieces) ?? pieces
  }
}

/// The special subwords around a sentence.
struct SentenceTemplate: Hashable, Sendable {
  var before: [Int] = []
  var after: [Int] = []
}

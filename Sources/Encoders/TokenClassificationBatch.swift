import Tensors

/// The subwords of some sentences, with a tag for the first subword of each word.
package struct TokenClassificationBatch: Hashable, Sendable {
  /// What the encoder reads.
  package let subwords: SubwordBatch
  /// A tag id for each subword; −100 where there is nothing to tag.
  package let labels: [Int]

  /// A batch of subwords and their tags.
  package init(subwords: SubwordBatch, labels: [Int]) {
    precondition(
      labels.count == subwords.ids.count,
      "\(labels.count) labels for \(subwords.ids.count) subwords")
    self.subwords = subwords
    self.labels = labels
  }

  /// A batch of sentences as training reads them.
  ///
  /// - Parameter window: By which ids are renumbered; nil leaves them as they are.
  package init(_ sentences: some Collection<EncodedSentence>, in window: VocabularyWindow? = nil) {
    let subwords = SubwordBatch(sentences.lazy.map(\.ids))
    self.init(
      subwords: window?.mapped(subwords) ?? subwords, labels: sentences.flatMap(\.labels))
  }

  /// The number of sentences.
  package var sentenceCount: Int { subwords.sentenceCount }

  /// The places of the subwords that have a tag.
  package var labelled: [Int] { labels.indices.filter { labels[$0] != -100 } }

  private func labelledCount(of sentence: Int) -> Int {
    labels[subwords.range(of: sentence)].count { $0 != -100 }
  }

  private func selecting(_ sentences: some Collection<Int>) -> TokenClassificationBatch {
    TokenClassificationBatch(
      subwords: subwords.selecting(sentences),
      labels: sentences.flatMap { labels[subwords.range(of: $0)] })
  }

  /// A part of a batch, and its share of the labelled subwords.
  package typealias Part = (batch: TokenClassificationBatch, share: Double)

  /// The batch in at most `count` parts of about as many subwords; a part without a labelled one is left
  /// out.
  package func parts(_ count: Int) -> [Part] {
    guard count > 1, sentenceCount > 1 else { return [(self, 1)] }
    return parts(Workers.divide(subwords.lengths, into: count))
  }

  /// The batch in parts of at most `size` sentences (0: whole); a part without a labelled subword is left
  /// out.
  package func parts(of size: Int) -> [Part] {
    guard size > 0, sentenceCount > size else { return [(self, 1)] }
    return parts(
      stride(from: 0, to: sentenceCount, by: size).map { first in
        Array(first..<min(first + size, sentenceCount))
      })
  }

  private func parts(_ divided: [[Int]]) -> [Part] {
    let labelled = (0..<sentenceCount).map(labelledCount)
    let total = labelled.reduce(0, +)
    guard total > 0 else { return [(self, 1)] }
    return divided.compactMap { sentences in
      let own = sentences.reduce(0) { $0 + labelled[$1] }
      return own > 0 ? (selecting(sentences), Double(own) / Double(total)) : nil
    }
  }
}

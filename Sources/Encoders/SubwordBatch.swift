/// The subwords of some sentences, one after the other without padding.
///
///     sentence 0  [CLS] Ada met Bo [SEP]
///     sentence 1  [CLS] Rome [SEP]
///     ids         [CLS] Ada met Bo [SEP] [CLS] Rome [SEP]        starts 0 5 8
package struct SubwordBatch: Hashable, Sendable {
  /// The ids of all subwords.
  package private(set) var ids: [Int] = []
  /// Where in `ids` each sentence begins, and where the last ends: sentences + 1 numbers.
  package private(set) var starts = [0]

  /// A batch of sentences, each the ids of its subwords.
  package init(_ sentences: some Sequence<some Sequence<Int>>) {
    for sentence in sentences {
      ids += sentence
      starts.append(ids.count)
    }
  }

  /// The number of sentences.
  package var sentenceCount: Int { starts.count - 1 }

  /// Where in `ids` a sentence is.
  package func range(of sentence: Int) -> Range<Int> { starts[sentence]..<starts[sentence + 1] }

  /// The number of subwords of each sentence.
  package var lengths: [Int] { (0..<sentenceCount).map { range(of: $0).count } }

  /// Some of the sentences, in the order given.
  package func selecting(_ sentences: some Sequence<Int>) -> SubwordBatch {
    SubwordBatch(sentences.lazy.map { ids[range(of: $0)] })
  }

  /// The same sentences with other ids in the place of their own.
  ///
  /// - Parameter other: One for each of `ids`.
  package func replacingIDs(with other: [Int]) -> SubwordBatch {
    precondition(other.count == ids.count, "\(other.count) ids for \(ids.count) subwords")
    var result = self
    result.ids = other
    return result
  }
}

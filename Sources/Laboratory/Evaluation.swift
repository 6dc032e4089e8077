package import Encoders
import LabNotebook
package import NamedEntities
package import Tensors

extension TokenClassifier {
  /// The tag of every word of every sentence, by the largest score at its first subword.
  ///
  /// Sentences go through the encoder in order of length, so that little is padding. A word that
  /// was cut off is tagged O.
  ///
  /// - Parameter onBatch: Told the number of sentences done; may throw to stop.
  package func predictions(
    _ parameters: Parameters, _ sentences: [EncodedSentence], batchSize: Int,
    onBatch: (Int) throws -> Void = { _ in }
  ) throws -> [[Int]] {
    var tags = [[Int]](repeating: [], count: sentences.count)
    let order = sentences.indices.sorted {
      (sentences[$0].ids.count, $0) < (sentences[$1].ids.count, $1)
    }
    let frozen = parameters.leaves { _ in false }
    for start in stride(from: 0, to: order.count, by: batchSize) {
      let rows = Array(order[start..<min(start + batchSize, order.count)])
      let batch = TokenClassificationBatch(
        rows.map { sentences[$0] }, paddingID: encoder.configuration.paddingID)
      let best = bestTags(frozen, batch.input)
      let width = batch.input.inputIDs.shape[1]
      for (row, sentence) in rows.enumerated() {
        tags[sentence] = sentences[sentence].firstSubwords.map { position in
          position.map { best[row * width + $0] } ?? 0
        }
      }
      try onBatch(min(start + batchSize, order.count))
    }
    return tags
  }
}

/// Entity scores of predicted tags against a corpus.
package func entityScores(
  of predictions: [[Int]], against sentences: [Sentence], tags: TagSet
) -> EntityScores {
  EntityScores(
    gold: sentences.map(\.spans), predicted: predictions.map { tags.spans(ofTags: $0) })
}

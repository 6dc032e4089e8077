package import Encoders
import LabNotebook
package import NamedEntities
package import Tensors

extension TokenClassifier {
  /// The tag of every word of every sentence, by the largest score at its first subword.
  ///
  /// A word without a place is tagged O (`outside`).
  ///
  /// - Parameter onBatch: Told the number of windows done; may throw to stop.
  package func predictions(
    _ parameters: Parameters, _ sentences: [EncodedSentence], batchSize: Int, outside: Int = 0,
    onBatch: (Int) throws -> Void
  ) rethrows -> [[Int]] {
    try choices(
      parameters, sentences, batchSize: batchSize, outside: outside, withProbabilities: false,
      onBatch: onBatch
    ).map { $0.map(\.tag) }
  }

  /// The tag of every word of every sentence with its probability.
  ///
  /// Sentences go through the encoder in order of length, so that little is padding; further
  /// windows of long ones go behind, so that the others' batches are what they are without them.
  package func choices(
    _ parameters: Parameters, _ sentences: [EncodedSentence], batchSize: Int, outside: Int = 0,
    withProbabilities: Bool = true, onBatch: (Int) throws -> Void
  ) rethrows -> [[TagChoice]] {
    var choices = sentences.map { sentence in
      sentence.places.map { _ in TagChoice(tag: outside, probability: nil) }
    }
    let windows = WindowReference.inOrder(of: sentences)
    let frozen = parameters.leaves { _ in false }
    var done = 0
    while done < windows.count {
      // Of first windows or of further ones, not of both.
      let isFirst = windows[done].window == 0
      let rows = windows[done...].prefix(batchSize).prefix { ($0.window == 0) == isFirst }
      let input = EncoderInput(
        rows: rows.map { sentences[$0.sentence].windows[$0.window] },
        paddingID: encoder.configuration.paddingID)
      let best = bestTags(frozen, input, withProbabilities: withProbabilities)
      let width = input.inputIDs.shape[1]
      for (row, reference) in rows.enumerated() {
        for (word, place) in sentences[reference.sentence].places.enumerated() {
          guard let place, place.window == reference.window else { continue }
          let position = row * width + place.position
          choices[reference.sentence][word] = best[position]
        }
      }
      done += rows.count
      try onBatch(done)
    }
    return choices
  }
}

/// One window of one sentence.
private struct WindowReference {
  var sentence: Int
  var window: Int

  /// First windows in order of length, then the further ones in order of length.
  static func inOrder(of sentences: [EncodedSentence]) -> [WindowReference] {
    func sorted(_ windows: [WindowReference]) -> [WindowReference] {
      func rank(_ reference: WindowReference) -> (Int, Int, Int) {
        let length = sentences[reference.sentence].windows[reference.window].count
        return (length, reference.sentence, reference.window)
      }
      return windows.sorted { rank($0) < rank($1) }
    }
    let first = sentences.indices.map { WindowReference(sentence: $0, window: 0) }
    let further = sentences.indices.flatMap { sentence in
      sentences[sentence].windows.indices.dropFirst().map {
        WindowReference(sentence: sentence, window: $0)
      }
    }
    return sorted(first) + sorted(further)
  }
}

/// Entity scores of predicted tags against a corpus.
package func entityScores(
  of predictions: [[Int]], against sentences: [Sentence], tags: TagSet
) -> EntityScores {
  EntityScores(
    gold: sentences.map(\.spans), predicted: predictions.map { tags.spans(ofTags: $0) })
}

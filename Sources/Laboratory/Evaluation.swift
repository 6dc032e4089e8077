package import Encoders
package import NamedEntities
package import Tensors

extension TokenClassifier {
  /// The tag of every word of every sentence, by the largest score at its first subword.
  ///
  /// A word without a place is tagged O (`outside`).
  ///
  /// - Parameter onBatch: Told the number of windows done; may throw to stop.
  package func predictions(
    _ parameters: Parameters, embeddings: WordEmbeddings = .whole, _ sentences: [EncodedSentence],
    batchSize: Int, outside: Int = 0, onBatch: (Int) throws -> Void
  ) throws -> [[Int]] {
    try choices(
      parameters, embeddings: embeddings, sentences, batchSize: batchSize, outside: outside,
      withProbabilities: false, onBatch: onBatch
    ).map { $0.map(\.tag) }
  }

  /// The tag of every word of every sentence with its probability.
  ///
  /// Sentences go through the encoder in order of length, so that rows of a batch are alike; further
  /// windows of long ones go behind, so that the others' batches are what they are without them.
  ///
  /// - Parameters:
  ///   - parameters: Every parameter, but for word embeddings that are in their file.
  ///   - maximumSubwords: The most subwords in a batch of more than one window, each counted as long as
  ///     the longest.
  ///   - onBatch: Told the number of windows done; may throw to stop.
  /// - Throws: What `onBatch` throws, and when the model's file is no longer what it was.
  package func choices(
    _ parameters: Parameters, embeddings: WordEmbeddings = .whole, _ sentences: [EncodedSentence],
    batchSize: Int, outside: Int = 0, withProbabilities: Bool = true, maximumSubwords: Int = .max,
    onBatch: (Int) throws -> Void
  ) throws -> [[TagChoice]] {
    var choices = sentences.map { sentence in
      sentence.places.map { _ in TagChoice(tag: outside, probability: nil) }
    }
    let windows = SentenceWindow.inOrder(of: sentences)
    let frozen = parameters.leaves { _ in false }
    var done = 0
    while done < windows.count {
      // Of first windows or of further ones, not of both; the next is as long or longer.
      let isFirst = windows[done].number == 0
      var end = done + 1
      while end < min(done + batchSize, windows.count), (windows[end].number == 0) == isFirst,
        windows[end].ids.count <= maximumSubwords / (end + 1 - done)
      {
        end += 1
      }
      let rows = windows[done..<end]
      let (seen, batch) = try reading(SubwordBatch(rows.lazy.map(\.ids)), frozen, embeddings)
      let best = bestTags(seen, batch, withProbabilities: withProbabilities)
      for (row, window) in rows.enumerated() {
        for word in window.words {
          guard let place = sentences[window.sentence].places[word] else { continue }
          choices[window.sentence][word] = best[batch.starts[row] + place.position]
        }
      }
      done = end
      try onBatch(done)
    }
    return choices
  }
}

/// One window of one sentence.
private struct SentenceWindow {
  var sentence: Int
  var number: Int
  var ids: [Int]
  /// The words whose places are in this window, and words that have no place.
  var words: Range<Int>

  /// First windows in order of length, then the further ones in order of length.
  static func inOrder(of sentences: [EncodedSentence]) -> [SentenceWindow] {
    let windows = sentences.indices.flatMap { all(of: sentences[$0], $0) }
    return windows.sorted { one, other in
      func rank(_ window: SentenceWindow) -> (Int, Int, Int, Int) {
        (window.number == 0 ? 0 : 1, window.ids.count, window.sentence, window.number)
      }
      return rank(one) < rank(other)
    }
  }

  /// A sentence's windows; its words are in them in order.
  private static func all(of sentence: EncodedSentence, _ index: Int) -> [SentenceWindow] {
    let places = sentence.places
    var end = 0
    return sentence.windows.enumerated().map { number, ids in
      let start = end
      while end < places.count, places[end].map({ $0.window == number }) ?? true { end += 1 }
      return SentenceWindow(sentence: index, number: number, ids: ids, words: start..<end)
    }
  }
}

/// Entity scores of predicted tags against a corpus.
package func entityScores(
  of predictions: [[Int]], against sentences: [Sentence], tags: TagSet
) -> EntityScores {
  EntityScores(
    gold: sentences.map(\.spans), predicted: predictions.map { tags.spans(ofTags: $0) })
}

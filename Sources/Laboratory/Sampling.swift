package import Encoders
package import MetaLearning
import NamedEntities
import Tensors

extension RandomNumberGenerator {
  /// Different numbers below `bound`, in random order; when more are asked for than there are,
  /// the numbers come round again, every one before any a second time.
  package mutating func draw(_ count: Int, below bound: Int) -> [Int] {
    precondition(bound > 0, "There must be something to draw from")
    var result: [Int] = []
    while result.count < count {
      let wanted = Swift.min(count - result.count, bound)
      var moved: [Int: Int] = [:]  // a partial Fisher-Yates shuffle of 0..<bound
      for position in 0..<wanted {
        let other = Int.random(in: position..<bound, using: &self)
        result.append(moved[other] ?? other)
        moved[other] = moved[position] ?? position
      }
    }
    return result
  }
}

extension RandomNumberGenerator {
  /// Different numbers below `weights.count`, each next one with a chance in proportion to its
  /// weight among those left; when more are asked for than there are, they come round again.
  package mutating func draw(_ count: Int, weights: [Double]) -> [Int] {
    precondition(
      !weights.isEmpty && weights.allSatisfy { $0 > 0 && $0.isFinite }, "Weights are above 0")
    var result: [Int] = []
    var left = Array(weights.indices)
    while result.count < count {
      if left.isEmpty { left = Array(weights.indices) }
      var point =
        Double.random(in: 0..<1, using: &self) * left.reduce(0) { $0 + weights[$1] }
      let chosen = left.firstIndex { position in
        point -= weights[position]
        return point < 0
      }
      result.append(left.remove(at: chosen ?? left.count - 1))
    }
    return result
  }
}

/// A batch in parts of at most `size` sentences (0: whole), each weighted by its labelled words.
package func microBatches(
  _ sentences: [EncodedSentence], size: Int, paddingID: Int
) -> [MicroBatch<TokenClassificationBatch>] {
  guard size > 0, sentences.count > size else {
    return [MicroBatch(TokenClassificationBatch(sentences, paddingID: paddingID))]
  }
  let total = sentences.reduce(0) { $0 + $1.labelledSubwordCount }
  return stride(from: 0, to: sentences.count, by: size).compactMap { start in
    let part = Array(sentences[start..<min(start + size, sentences.count)])
    let labelled = part.reduce(0) { $0 + $1.labelledSubwordCount }
    guard labelled > 0 else { return nil }
    return MicroBatch(
      TokenClassificationBatch(part, paddingID: paddingID),
      weight: Double(labelled) / Double(total))
  }
}

extension EncodedSentence {
  /// How many subwords count in the loss.
  fileprivate var labelledSubwordCount: Int { labels.count { $0 != -100 } }
}

/// The support batches and the query batch of one task: no sentence is in two of them.
///
/// (Unless the language has fewer sentences than the task asks for.)
package struct TaskBatches {
  /// One batch of positions in the corpus for each inner step.
  package var support: [[Int]]
  /// The positions of the query batch.
  package var query: [Int]

  /// Draws a task's sentences.
  package init(
    innerSteps: Int, supportSize: Int, querySize: Int, sentenceCount: Int,
    using generator: inout some RandomNumberGenerator
  ) {
    let drawn = generator.draw(innerSteps * supportSize + querySize, below: sentenceCount)
    support = (0..<innerSteps).map { step in
      Array(drawn[step * supportSize..<(step + 1) * supportSize])
    }
    query = Array(drawn.suffix(querySize))
  }
}

/// A stream of random tensors for one purpose and place in a run.
func chance(_ seed: Int, _ purpose: String, _ a: Int, _ b: Int = 0, _ c: Int = 0)
  -> TensorGenerator
{
  var generator = SeededGenerator(seed: seed, purpose, a, b, c)
  return TensorGenerator(seed: generator.next())
}

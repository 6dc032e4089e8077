import Encoders
import NamedEntities
import Tensors

extension RandomNumberGenerator {
  /// Different numbers below `bound`, in random order; when more are asked for than there are,
  /// the numbers come round again, every one before any a second time.
  mutating func draw(_ count: Int, below bound: Int) -> [Int] {
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

import Foundation
import Tensors

/// How likely each task is to be drawn into a meta-batch.
package enum TaskSampling: Hashable, Sendable {
  /// All tasks alike.
  case uniform
  /// In proportion to the number of examples.
  case bySize
  /// In proportion to the number of examples to the power 1/temperature.
  case temperature(Double)
}

/// A task of a meta-batch, and which of its examples are its batches.
package struct DrawnTask: Hashable, Sendable {
  /// The task, as a position in the sampler's `sizes`.
  package var task: Int
  /// Its examples.
  package var batches: TaskBatches
}

/// Draws the meta-batch of every outer step.
///
/// What is drawn depends on the seed and the step alone, so that a run that goes on at some step draws
/// what it would have drawn without a break.
package struct TaskSampler: Hashable, Sendable {
  /// The number of examples of each task.
  package var sizes: [Int]
  /// How likely each task is.
  package var sampling: TaskSampling
  /// Tasks of a meta-batch; no task is in it twice unless it is larger than their number.
  package var metaBatchSize: Int
  /// Support batches of a task: one for each inner step.
  package var innerSteps: Int
  /// Examples of a support batch.
  package var supportSize: Int
  /// Examples of a query batch.
  package var querySize: Int
  /// The seed of all draws.
  package var seed: Int

  /// A sampler of tasks of given sizes.
  package init(
    sizes: [Int], sampling: TaskSampling = .uniform, metaBatchSize: Int = 1, innerSteps: Int,
    supportSize: Int, querySize: Int, seed: Int
  ) {
    precondition(
      !sizes.isEmpty && sizes.allSatisfy { $0 > 0 }, "Each of at least one task has an example")
    precondition(metaBatchSize > 0, "A meta-batch has at least one task")
    self.sizes = sizes
    self.sampling = sampling
    self.metaBatchSize = metaBatchSize
    self.innerSteps = innerSteps
    self.supportSize = supportSize
    self.querySize = querySize
    self.seed = seed
  }

  /// The meta-batch of an outer step, counted from 0.
  package func metaBatch(at step: Int) -> [DrawnTask] {
    tasks(at: step).enumerated().map { position, task in
      var generator = SeededGenerator(seed: seed, "task", step, position)
      return DrawnTask(
        task: task,
        batches: TaskBatches(
          innerSteps: innerSteps, supportSize: supportSize, querySize: querySize,
          exampleCount: sizes[task], using: &generator))
    }
  }

  private func tasks(at step: Int) -> [Int] {
    var generator = SeededGenerator(seed: seed, "meta-batch", step)
    func weighted(_ temperature: Double) -> [Int] {
      generator.draw(metaBatchSize, weights: sizes.map { pow(Double($0), 1 / temperature) })
    }
    switch sampling {
    case .uniform: return generator.draw(metaBatchSize, below: sizes.count)
    case .bySize: return weighted(1)
    case .temperature(let temperature): return weighted(temperature)
    }
  }
}

/// The support batches and the query batch of one task: no example is in two of them.
///
/// (Unless the task has fewer examples than the batches together.)
package struct TaskBatches: Hashable, Sendable {
  /// The positions of the examples of each inner step's batch.
  package var support: [[Int]]
  /// The positions of the query batch's.
  package var query: [Int]

  /// Draws a task's examples.
  package init(
    innerSteps: Int, supportSize: Int, querySize: Int, exampleCount: Int,
    using generator: inout some RandomNumberGenerator
  ) {
    let drawn = generator.draw(innerSteps * supportSize + querySize, below: exampleCount)
    support = (0..<innerSteps).map { step in
      Array(drawn[step * supportSize..<(step + 1) * supportSize])
    }
    query = Array(drawn.suffix(querySize))
  }
}

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

  /// Different numbers below `weights.count`, each next one with a probability in proportion to its
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

/// What happened in one outer step.
package struct OuterStep: Hashable, Sendable {
  /// What happened in one task of the meta-batch.
  package struct TaskResult: Hashable, Sendable {
    /// The task's name.
    package var name: String
    /// The loss of each inner step's support batch before the step.
    package var innerLosses: [Double]
    /// The query loss after the last inner step; of Reptile, which has no query, the last inner loss.
    package var outerLoss: Double

    /// A result of its numbers.
    package init(name: String, innerLosses: [Double], outerLoss: Double) {
      self.name = name
      self.innerLosses = innerLosses
      self.outerLoss = outerLoss
    }

    /// The first support loss, before any adaptation; nil without inner steps.
    package var innerLossBefore: Double? { innerLosses.first }
    /// The last support loss, after all inner steps but one; nil with fewer than two.
    package var innerLossAfter: Double? { innerLosses.count > 1 ? innerLosses.last : nil }
  }

  /// The step's number, counted from 1.
  package var number: Int
  /// The tasks of the meta-batch, in order.
  package var tasks: [TaskResult]
  /// The norm of the gradient of all tasks, before clipping.
  package var gradientNorm: Double
  /// The outer learning rate, schedule included.
  package var learningRate: Double
  /// Whether the parameters were updated: not when the loss or the norm is not finite.
  package var isApplied: Bool

  /// The mean of the tasks' outer losses.
  package var loss: Double { tasks.reduce(0) { $0 + $1.outerLoss } / Double(tasks.count) }
}

/// What an outer step tells while it is under way.
package enum OuterLoopEvent: Hashable, Sendable {
  /// A task of the meta-batch begins, by its position.
  case taskBegan(Int)
  /// An inner step was taken, counted from 1; the loss is that before it.
  case innerStep(task: Int, step: Int, loss: Double)
}

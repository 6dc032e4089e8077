package import Tensors

/// Whether the meta-gradient goes through the inner steps.
package enum MetaGradientOrder: String, Hashable, Sendable, CaseIterable {
  /// The derivative at the adapted point (FOMAML, Finn et al. 2017, section 5.2).
  case first
  /// The exact derivative, through every inner step (MAML).
  case second
}

/// The inner loop: a few SGD steps on a task's support batches that move only some parameters.
///
///     φ ← φ − α ∇φ L(θ, φ; support)        repeated S times
///
/// The other parameters stay as they are. The adapted parameters remember how they came about, so
/// that a loss at them can be differentiated with respect to those of the initial ones that are
/// leaves, and to learned step sizes. With first order the slopes count as constants there.
package struct InnerLoop {
  /// The number of steps, S.
  package var steps: Int
  /// The inner learning rate α, and its learned multiples if there are any.
  package var stepSizes: StepSizes
  /// Which parameters move.
  package var updates: @Sendable (ParameterName) -> Bool
  /// Whether the slopes are recorded for the meta-gradient.
  package var order: MetaGradientOrder

  /// An inner loop of S steps of size α.
  package init(
    steps: Int, learningRate: Double, order: MetaGradientOrder = .first,
    updates: @escaping @Sendable (ParameterName) -> Bool
  ) {
    self.init(
      steps: steps, stepSizes: StepSizes(fixed: learningRate), order: order, updates: updates)
  }

  /// An inner loop of S steps with step sizes that may be learned.
  package init(
    steps: Int, stepSizes: StepSizes, order: MetaGradientOrder = .first,
    updates: @escaping @Sendable (ParameterName) -> Bool
  ) {
    precondition(steps >= 0, "The inner loop takes no negative number of steps")
    self.steps = steps
    self.stepSizes = stepSizes
    self.order = order
    self.updates = updates
  }

  /// The parameters after the inner steps.
  ///
  /// - Parameters:
  ///   - initial: Every parameter. For second order those that move must be leaves.
  ///   - support: The batch of each inner step, counted from 0, in parts.
  ///   - chance: The dropout stream of each inner step.
  ///   - onStep: Told each step, the loss before it and the parameters after it.
  /// - Returns: Every parameter; those that do not move are the initial ones.
  package func adapt<L: Learner>(
    _ learner: L, from initial: Parameters, support: (Int) throws -> [MicroBatch<L.Batch>],
    chance: (Int) -> TensorGenerator? = { _ in nil },
    onStep: (Int, Double, Parameters) throws -> Void = { _, _, _ in }
  ) throws -> Parameters {
    let moving = initial.sortedNames.filter(updates)
    let frozen = initial.leaves { _ in false }
    var adapted = initial
    for step in 0..<steps {
      let parts = try support(step)
      // First order: the slope at φ, as if φ were where everything began.
      var point = order == .second ? adapted : frozen
      if order == .first {
        for name in moving { point[name] = adapted[name]?.detached(requiresGradient: true) }
      }
      let (loss, slopes) = accumulatedGradients(
        learner, point, parts, for: moving.compactMap { point[$0] }, chance: chance(step),
        keepingGraph: order == .second)
      for (index, name) in moving.enumerated() {
        guard let slope = slopes[index], let value = adapted[name] else { continue }
        adapted[name] = stepSizes.moved(value, by: slope, name, step: step)
      }
      try onStep(step, loss, adapted)
    }
    return adapted
  }

  /// The parameters after the inner steps, each on a batch in one part.
  package func adapt<L: Learner>(
    _ learner: L, from initial: Parameters, support: (Int) throws -> L.Batch,
    chance: (Int) -> TensorGenerator? = { _ in nil }
  ) throws -> Parameters {
    try adapt(
      learner, from: initial, support: { [MicroBatch(try support($0))] }, chance: chance)
  }
}

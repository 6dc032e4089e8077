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
/// The other parameters stay as they are. With second order the adapted parameters remember how
/// they came about, so that a loss at them can be differentiated with respect to the initial ones.
package struct InnerLoop {
  /// The number of steps, S.
  package var steps: Int
  /// The inner learning rate, α.
  package var learningRate: Double
  /// Which parameters move.
  package var updates: @Sendable (ParameterName) -> Bool
  /// Whether the steps are recorded for the meta-gradient.
  package var order: MetaGradientOrder

  /// An inner loop of S steps of size α.
  package init(
    steps: Int, learningRate: Double, order: MetaGradientOrder = .first,
    updates: @escaping @Sendable (ParameterName) -> Bool
  ) {
    precondition(steps >= 0, "The inner loop takes no negative number of steps")
    self.steps = steps
    self.learningRate = learningRate
    self.order = order
    self.updates = updates
  }

  /// The parameters after the inner steps.
  ///
  /// - Parameters:
  ///   - initial: Every parameter. For second order those to be differentiated must be leaves.
  ///   - support: The batch of each inner step, counted from 0.
  ///   - chance: The dropout stream of each inner step.
  ///   - onStep: Told each step and the loss before it.
  /// - Returns: Every parameter; those that do not move are the initial ones.
  package func adapt<L: Learner>(
    _ learner: L, from initial: Parameters, support: (Int) throws -> L.Batch,
    chance: (Int) -> TensorGenerator? = { _ in nil },
    onStep: (Int, Double) throws -> Void = { _, _ in }
  ) throws -> Parameters {
    let moving = initial.sortedNames.filter(updates)
    var adapted = order == .first ? initial.leaves { _ in false } : initial
    for step in 0..<steps {
      let batch = try support(step)
      if order == .first {
        for name in moving { adapted[name] = adapted[name]?.detached(requiresGradient: true) }
      }
      let fast = moving.compactMap { adapted[$0] }
      let loss = learner.loss(adapted, batch, chance: chance(step))
      let slopes = gradients(of: loss, for: fast, keepingGraph: order == .second)
      for (index, name) in moving.enumerated() {
        guard let slope = slopes[index] else { continue }
        adapted[name] =
          order == .second
          ? fast[index] - slope * learningRate
          : withoutGradients { fast[index] - slope * learningRate }
      }
      try onStep(step, loss.scalar)
    }
    return adapted
  }
}

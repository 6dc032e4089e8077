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
/// The other parameters stay as they are.
package struct InnerLoop {
  /// The number of steps, S.
  package var steps: Int
  /// The inner learning rate α, and its learned multiples if there are any.
  package var stepSizes: StepSizes
  /// Which parameters move.
  package var updates: @Sendable (ParameterName) -> Bool
  /// Whether the meta-gradient goes through the steps.
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

  /// The parameters after the inner steps, without history.
  ///
  /// - Parameters:
  ///   - initial: Every parameter.
  ///   - support: The batch of each inner step, counted from 0, in parts.
  ///   - generator: The random numbers of each inner step, for dropout.
  ///   - onStep: Told each step, the loss before it and the parameters after it.
  /// - Returns: Every parameter; those that do not move are the initial ones.
  package func adapt<L: Learner>(
    _ learner: L, from initial: Parameters, support: (Int) throws -> [MicroBatch<L.Batch>],
    generator: (Int) -> TensorGenerator? = { _ in nil },
    onStep: (Int, Double, Parameters) throws -> Void = { _, _, _ in }
  ) throws -> Parameters {
    let moving = initial.sortedNames.filter(updates)
    let base = initial.leaves { _ in false }
    var adapted = base
    for step in 0..<steps {
      let taken = try takeStep(
        learner, step, moving, base: base, at: moving.compactMap { adapted[$0] },
        try support(step), generator(step), keepingGraph: false)
      for (name, value) in zip(moving, taken.next) { adapted[name] = value }
      try onStep(step, taken.loss, adapted)
    }
    return adapted
  }

  /// The parameters after the inner steps, each on a batch in one part.
  package func adapt<L: Learner>(
    _ learner: L, from initial: Parameters, support: (Int) throws -> L.Batch,
    generator: (Int) -> TensorGenerator? = { _ in nil }
  ) throws -> Parameters {
    try adapt(
      learner, from: initial, support: { [MicroBatch(try support($0))] }, generator: generator)
  }

  /// One inner step.
  ///
  /// - Parameters:
  ///   - base: Every parameter; those that do not move may be leaves.
  ///   - values: Those that move, as they are before the step, in the order of `moving`.
  ///   - keepingGraph: Whether the slopes keep their history.
  func takeStep<L: Learner>(
    _ learner: L, _ step: Int, _ moving: [ParameterName], base: Parameters, at values: [Tensor],
    _ support: [MicroBatch<L.Batch>], _ generator: TensorGenerator?, keepingGraph: Bool
  ) throws -> InnerStep {
    let leaves = values.map { $0.detached(requiresGradient: true) }
    var point = base
    for (name, leaf) in zip(moving, leaves) { point[name] = leaf }
    let (loss, parts, sums): (Double, [[Tensor?]], [Tensor?])
    if keepingGraph {
      let results = partGradients(
        learner, point, support, for: leaves, generator: generator, keepingGraph: true)
      loss = results.reduce(0) { $0 + $1.loss }
      parts = results.map(\.slopes)
      var lists = parts.map { $0.map { $0?.detached() } }
      sums = summed(&lists)
    } else {
      (loss, sums) = accumulatedGradients(
        learner, point, support, for: leaves, generator: generator)
      parts = []
    }
    let next = withoutGradients {
      values.indices.map { index in
        guard let slope = sums[index] else { return values[index] }
        return stepSizes.moved(values[index].detached(), by: slope, moving[index], step: step)
      }
    }
    return InnerStep(loss: loss, leaves: leaves, parts: parts, slopes: sums, next: next)
  }
}

/// One step of an inner loop: where it was taken, along which slopes, and where it led.
struct InnerStep {
  /// The loss before the step.
  var loss: Double
  /// The parameters that move before the step, as leaves of the slopes' history.
  var leaves: [Tensor]
  /// The slopes of each part of the batch with their history; empty when none is kept.
  var parts: [[Tensor?]]
  /// The slopes of the whole batch.
  var slopes: [Tensor?]
  /// The parameters that move after the step, without history.
  var next: [Tensor]
}

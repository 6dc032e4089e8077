package import Tensors

/// The outer loop of meta-learning: each step adapts to some tasks and moves the initial parameters.
///
///     for each task of the meta-batch:
///       φ ← θ;  repeat S times: φ ← φ − α ∇φ L(θ, φ; support)
///       g ← ∇ L(θ, φ; query)                    or θ − φ (Reptile)
///     θ ← optimizer step with the mean (or sum) of the g, clipped
///
/// It knows nothing of what is learned. A step returns what happened; rates are given with each step,
/// so that they may change in between.
package struct OuterLoop<L: Learner> {
  /// What learns.
  package let learner: L
  /// What the loop does.
  package let configuration: OuterLoopConfiguration

  private let innerUpdates: @Sendable (ParameterName) -> Bool
  private let outerUpdates: @Sendable (ParameterName) -> Bool

  /// A loop around a learner.
  ///
  /// - Parameters:
  ///   - innerUpdates: Which parameters the inner steps move.
  ///   - outerUpdates: Which parameters the outer steps move.
  package init(
    _ learner: L, _ configuration: OuterLoopConfiguration,
    innerUpdates: @escaping @Sendable (ParameterName) -> Bool,
    outerUpdates: @escaping @Sendable (ParameterName) -> Bool
  ) {
    self.learner = learner
    self.configuration = configuration
    self.innerUpdates = innerUpdates
    self.outerUpdates = outerUpdates
  }

  /// The state before the first step.
  ///
  /// - Parameters:
  ///   - parameters: Every parameter. Those that outer steps move are changed in their own storage.
  ///   - rows: A parameter that is read by rows, and where they are. The optimizer must be AdamW if
  ///     outer steps move it.
  package func initialState(
    _ parameters: Parameters, rows: (name: ParameterName, source: any RowSource)? = nil
  ) -> OuterLoopState {
    var own = parameters
    var table: (name: ParameterName, table: RowTable)?
    if let (name, source) = rows {
      own[name] = nil
      table = (name, RowTable(source, rule: rowRule(name)))
    }
    let names = Set(own.keys).union(rows.map { [$0.name] } ?? []).sorted()
    return OuterLoopState(
      parameters: own,
      stepSizes: StepSizes(
        learningRate: 0, sharing: configuration.stepSizes, moving: names.filter(innerUpdates),
        steps: configuration.innerSteps),
      optimizer: Optimizer(configuration.optimizer),
      stepSizeOptimizer: Optimizer(configuration.stepSizeOptimizer), rowTable: table)
  }

  /// The rule of a table of rows; one that no step moves needs none.
  private func rowRule(_ name: ParameterName) -> OptimizerRule {
    if case .adamW = configuration.optimizer { return configuration.optimizer }
    precondition(!outerUpdates(name), "Only AdamW moves \(name) by rows")
    return .adamW()
  }

  /// The inner loop of a state.
  package func innerLoop(_ state: OuterLoopState, learningRate: Double) -> InnerLoop {
    var stepSizes = state.stepSizes
    stepSizes.learningRate = learningRate
    let order: MetaGradientOrder =
      switch configuration.taskGradient {
      case .queryLoss(let order): order
      case .reptile: .first
      }
    return InnerLoop(
      steps: configuration.innerSteps, stepSizes: stepSizes, order: order, updates: innerUpdates)
  }

  /// Takes one outer step.
  ///
  /// A step whose loss or gradient norm is not finite changes nothing but the number of steps done.
  ///
  /// - Parameters:
  ///   - tasks: The meta-batch.
  ///   - rows: Rows of the state's table that the batches read; nil where there is no table. The
  ///     batches renumber them in this order.
  ///   - rates: The learning rates and the like of this step.
  ///   - onEvent: Told what happens on the way; may throw to end the step before it has changed
  ///     anything.
  /// - Throws: What `onEvent` and the tasks throw, and when the table's file is no longer what it was.
  package func step(
    _ state: inout OuterLoopState, _ tasks: [MetaTask<L.Batch>], reading rows: [Int]? = nil,
    _ rates: OuterLoopRates, onEvent: (OuterLoopEvent) throws -> Void = { _ in }
  ) throws -> OuterStep {
    precondition(!tasks.isEmpty, "A meta-batch has at least one task")
    let parameters = try state.parameters(reading: rows)
    let innerLoop = innerLoop(state, learningRate: rates.inner)
    let lossWeights = lossWeights(at: state.step, of: rates.totalSteps)
    var total: Parameters = [:]
    var stepSizeTotal: Parameters = [:]
    var results: [OuterStep.TaskResult] = []
    for (index, task) in tasks.enumerated() {
      try onEvent(.taskBegan(index))
      let gradient = try taskGradient(
        innerLoop, task, at: parameters, lossWeights,
        generator: { [step = state.step] in
          TensorGenerator(seed: configuration.seed, "dropout", step, index, $0)
        },
        onStep: { try onEvent(.innerStep(task: index, step: $0 + 1, loss: $1)) })
      total.add(gradient.gradients)
      stepSizeTotal.add(gradient.stepSizeGradients)
      results.append(
        OuterStep.TaskResult(
          name: task.name, innerLosses: gradient.innerLosses, outerLoss: gradient.outerLoss))
    }
    switch configuration.reduction {
    case .mean:
      total.multiply(1 / Double(tasks.count))
      stepSizeTotal.multiply(1 / Double(tasks.count))
    case .sum: break
    }
    let norm = clip(&total, to: rates.clipNorm)
    let factor = LearningRateSchedule(
      configuration.schedule, warmupSteps: configuration.warmupSteps, totalSteps: rates.totalSteps
    ).factor(at: state.step)
    var result = OuterStep(
      number: state.step + 1, tasks: results, gradientNorm: norm,
      learningRate: rates.outer * factor, isApplied: false)
    result.isApplied = result.loss.isFinite && norm.isFinite
    if result.isApplied {
      if let name = state.rowTable?.name, let gradient = total.removeValue(forKey: name), let rows {
        try state.rowTable?.table.update(gradient, of: rows, learningRate: result.learningRate)
      }
      state.optimizer.update(state.parameters, with: total, learningRate: result.learningRate)
      state.stepSizeOptimizer.update(
        state.stepSizes.multipliers, with: stepSizeTotal, learningRate: rates.stepSizes * factor)
    }
    state.step += 1
    return result
  }

  private func taskGradient(
    _ loop: InnerLoop, _ task: MetaTask<L.Batch>, at parameters: Parameters,
    _ lossWeights: [Double]?, generator: (Int) -> TensorGenerator?,
    onStep: (Int, Double) throws -> Void
  ) throws -> MetaGradient {
    switch configuration.taskGradient {
    case .queryLoss:
      return try loop.metaGradient(
        learner, at: parameters, task: task, outer: outerUpdates, lossWeights: lossWeights,
        generator: generator, onStep: onStep)
    case .reptile:
      var losses: [Double] = []
      let adapted = try loop.adapt(
        learner, from: parameters, support: task.support, generator: generator
      ) { step, loss, _ in
        losses.append(loss)
        try onStep(step, loss)
      }
      var gradients: Parameters = [:]
      for (name, value) in parameters where outerUpdates(name) && innerUpdates(name) {
        if let moved = adapted[name] { gradients[name] = withoutGradients { value - moved } }
      }
      return MetaGradient(
        gradients: gradients, outerLoss: losses.last ?? .nan, innerLosses: losses,
        adaptedParameters: adapted)
    }
  }

  /// How much the query loss after each inner step counts; nil: only the last.
  private func lossWeights(at step: Int, of totalSteps: Int) -> [Double]? {
    switch configuration.queryLosses {
    case .last: nil
    case .annealed where configuration.innerSteps == 0: nil
    case .annealed(let steps):
      annealedLossWeights(
        steps: configuration.innerSteps, outerStep: step, annealingSteps: steps ?? totalSteps / 2)
    }
  }
}

extension Dictionary where Key == ParameterName, Value == Tensor {
  /// Adds gradients of another task, in place.
  fileprivate mutating func add(_ others: Parameters) {
    for (name, gradient) in others {
      if let sum = self[name] {
        sum.addInPlace(gradient)
      } else {
        self[name] = gradient.owned()
      }
    }
  }

  /// Multiplies every gradient, in place.
  fileprivate func multiply(_ factor: Double) {
    for gradient in values { gradient.multiplyInPlace(factor) }
  }
}

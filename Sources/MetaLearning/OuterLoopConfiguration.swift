/// What an outer loop does, for all of its steps.
package struct OuterLoopConfiguration: Hashable, Sendable {
  /// What a task contributes to the outer gradient.
  package enum TaskGradient: Hashable, Sendable {
    /// The derivative of the query loss: MAML, or multi-task learning where there are no inner steps.
    case queryLoss(MetaGradientOrder)
    /// θ − φ, what the inner loop has moved: Reptile (Nichol et al. 2018).
    case reptile
  }

  /// How the gradients of a meta-batch's tasks are put together.
  package enum Reduction: Hashable, Sendable {
    /// Their mean.
    case mean
    /// Their sum.
    case sum
  }

  /// After which inner steps the query loss counts.
  package enum QueryLosses: Hashable, Sendable {
    /// After the last.
    case last
    /// After each, by `annealedLossWeights` over so many outer steps; nil: half of all.
    case annealed(over: Int?)
  }

  /// What a task contributes.
  package var taskGradient: TaskGradient
  /// Inner steps of a task, S.
  package var innerSteps: Int
  /// Whether the step sizes of the inner loop are learned.
  package var stepSizes: StepSizes.Sharing
  /// After which inner steps the query loss counts.
  package var queryLosses: QueryLosses
  /// How tasks are put together.
  package var reduction: Reduction
  /// The optimizer of the parameters.
  package var optimizer: OptimizerRule
  /// The course of the learning rate.
  package var schedule: LearningRateSchedule.Course
  /// Outer steps over which the learning rate climbs from zero.
  package var warmupSteps: Int
  /// The seed of dropout.
  package var seed: Int

  /// A configuration; what is not given is first-order MAML at a constant learning rate.
  package init(
    taskGradient: TaskGradient = .queryLoss(.first), innerSteps: Int,
    stepSizes: StepSizes.Sharing = .fixed, queryLosses: QueryLosses = .last,
    reduction: Reduction = .mean, optimizer: OptimizerRule,
    schedule: LearningRateSchedule.Course = .constant, warmupSteps: Int = 0, seed: Int = 0
  ) {
    self.taskGradient = taskGradient
    self.innerSteps = innerSteps
    self.stepSizes = stepSizes
    self.queryLosses = queryLosses
    self.reduction = reduction
    self.optimizer = optimizer
    self.schedule = schedule
    self.warmupSteps = warmupSteps
    self.seed = seed
  }

  /// The optimizer of the step sizes: without weight decay, which would pull them to zero.
  package var stepSizeOptimizer: OptimizerRule {
    switch optimizer {
    case .sgd(let momentum, _): .sgd(momentum: momentum)
    case .adamW: .adamW(weightDecay: 0)
    }
  }
}

/// What may change from one outer step to the next.
package struct OuterLoopRates: Hashable, Sendable {
  /// The inner learning rate, α.
  package var inner: Double
  /// The outer learning rate before the schedule, β.
  package var outer: Double
  /// The learning rate of learned step sizes, relative to α, before the schedule.
  package var stepSizes: Double
  /// The largest norm of the outer gradient; 0 does not clip.
  package var clipNorm: Double
  /// Outer steps of the whole phase, by which the schedule goes.
  package var totalSteps: Int

  /// The rates of a step.
  package init(
    inner: Double, outer: Double, stepSizes: Double = 0, clipNorm: Double = 0, totalSteps: Int
  ) {
    self.inner = inner
    self.outer = outer
    self.stepSizes = stepSizes
    self.clipNorm = clipNorm
    self.totalSteps = totalSteps
  }
}

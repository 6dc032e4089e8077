package import Encoders
import Experiments
import MetaLearning

extension PlannedSettings {
  /// The adapter that the encoder gets; nil for none.
  package var adapter: (any Adapter)? {
    switch self[Settings.adapterType] {
    case .bottleneck:
      BottleneckAdapter(
        placement: .init(self[Settings.adapterPlacement]),
        reductionFactor: self[Settings.adapterReductionFactor])
    case .lora:
      LowRankAdapter(
        rank: self[Settings.adapterRank], alpha: self[Settings.adapterAlpha],
        targets: self[Settings.adapterTargets].map(Projection.init))
    case .prefix:
      PrefixAdapter(
        length: self[Settings.adapterPrefixLength],
        bottleneckSize: self[Settings.adapterPrefixBottleneckSize])
    case .ia3: ScalingAdapter()
    case .bitfit: BiasAdapter()
    case .none: nil
    }
  }
}

/// The settings of priming in the words of `MetaLearning`.
extension PlannedSettings {
  /// What the outer loop does.
  var outerLoop: OuterLoopConfiguration {
    OuterLoopConfiguration(
      taskGradient: taskGradient, innerSteps: innerStepCount,
      stepSizes: .init(self[Settings.innerStepSizes]),
      queryLosses: queryLosses, reduction: .init(self[Settings.primingReduction]),
      optimizer: outerOptimizer,
      schedule: .init(self[Settings.outerSchedule]), warmupSteps: self[Settings.outerWarmupSteps],
      seed: self[Settings.seed])
  }

  /// How meta-batches are drawn from languages of so many sentences.
  func taskSampler(sizes: [Int]) -> TaskSampler {
    TaskSampler(
      sizes: sizes, sampling: taskSampling, metaBatchSize: self[Settings.metaBatchSize],
      innerSteps: innerStepCount, supportSize: self[Settings.innerBatchSize],
      querySize: self[Settings.outerBatchSize], seed: self[Settings.seed])
  }

  private var taskGradient: OuterLoopConfiguration.TaskGradient {
    switch self[Settings.primingMethod] {
    case .maml: .queryLoss(.init(self[Settings.primingOrder]))
    case .multitask: .queryLoss(.first)
    case .reptile: .reptile
    case .none: preconditionFailure("A run that does not prime has no outer loop")
    }
  }

  private var queryLosses: OuterLoopConfiguration.QueryLosses {
    switch self[Settings.outerLosses] {
    case .last: return .last
    case .annealed:
      let steps = self[Settings.outerLossAnnealingSteps]
      return .annealed(over: steps == 0 ? nil : steps)
    }
  }

  private var taskSampling: TaskSampling {
    switch self[Settings.primingSampling] {
    case .uniform: .uniform
    case .size: .bySize
    case .temperature: .temperature(self[Settings.primingTemperature])
    }
  }

  private var outerOptimizer: OptimizerRule {
    let decay = self[Settings.outerWeightDecay]
    return switch self[Settings.outerOptimizer] {
    case .sgd: .sgd(momentum: self[Settings.outerMomentum], weightDecay: decay)
    case .adamw: .adamW(weightDecay: decay)
    }
  }

  /// The optimizer of tuning.
  var tuningOptimizer: OptimizerRule {
    let decay = self[Settings.tuningWeightDecay]
    return switch self[Settings.tuningOptimizer] {
    case .sgd: .sgd(weightDecay: decay)
    case .adamw: .adamW(weightDecay: decay)
    }
  }
}

extension LiveSettings {
  /// What may change from one outer step to the next.
  var outerLoopRates: OuterLoopRates {
    OuterLoopRates(
      inner: self[Settings.innerLearningRate], outer: self[Settings.outerLearningRate],
      stepSizes: self[Settings.innerStepSizeLearningRate],
      clipNorm: self[Settings.outerClipNorm], totalSteps: self[Settings.primingSteps])
  }
}

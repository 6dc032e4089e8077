import Encoders
import Experiments
import MetaLearning

// What the choices of an experiment are called in the modules that carry them out.

extension BottleneckAdapter.Placement {
  /// The placement that an experiment chose.
  init(_ choice: AdapterPlacement) {
    switch choice {
    case .pfeiffer: self = .pfeiffer
    case .houlsby: self = .houlsby
    case .parallel: self = .parallel
    }
  }
}

extension Projection {
  /// The linear layer that an experiment named.
  init(_ choice: AdapterTarget) {
    switch choice {
    case .query: self = .query
    case .key: self = .key
    case .value: self = .value
    case .attentionOutput: self = .attentionOutput
    case .intermediate: self = .intermediate
    case .output: self = .output
    }
  }
}

extension LearningRateSchedule.Course {
  /// The course that an experiment chose.
  init(_ choice: ScheduleChoice) {
    switch choice {
    case .constant: self = .constant
    case .linear: self = .linear
    case .cosine: self = .cosine
    }
  }
}

extension StepSizes.Sharing {
  /// The sharing that an experiment chose.
  init(_ choice: InnerStepSizes) {
    switch choice {
    case .fixed: self = .fixed
    case .tensor: self = .tensor
    case .tensorAndStep: self = .tensorAndStep
    }
  }
}

extension MetaGradientOrder {
  /// The order that an experiment chose.
  init(_ choice: PrimingOrder) {
    switch choice {
    case .first: self = .first
    case .second: self = .second
    }
  }
}

extension OuterLoopConfiguration.Reduction {
  /// The reduction that an experiment chose.
  init(_ choice: PrimingReduction) {
    switch choice {
    case .mean: self = .mean
    case .sum: self = .sum
    }
  }
}

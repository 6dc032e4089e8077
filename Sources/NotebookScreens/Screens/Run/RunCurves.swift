/// Which quantities are drawn together.
package enum RunCurves: String, CaseIterable, Hashable, Sendable {
  case loss, inner, tuning, pretraining, f1, gradientNorm, learningRate
  case tuningGradientNorm, tuningLearningRate

  /// The title of the chart.
  package var title: String {
    switch self {
    case .loss: "Loss in priming"
    case .inner: "Inner, within the task"
    case .tuning: "Loss in tuning"
    case .pretraining: "Loss in pretraining"
    case .f1: "F1 over time"
    case .gradientNorm: "Gradient norm"
    case .learningRate: "Learning rate"
    case .tuningGradientNorm: "Gradient norm in tuning"
    case .tuningLearningRate: "Learning rate in tuning"
    }
  }

  /// What a step of its curves is called.
  var stepName: String {
    switch self {
    case .loss, .f1: "outer step"
    case .inner: "inner steps"
    default: "step"
    }
  }

  /// Whether its values are noisy, so that smoothing helps.
  var isSmoothed: Bool {
    switch self {
    case .loss, .tuning, .pretraining, .gradientNorm, .tuningGradientNorm: true
    case .inner, .f1, .learningRate, .tuningLearningRate: false
    }
  }

  /// Whether its steps are those of tuning, each language's own.
  var isOfTuning: Bool {
    switch self {
    case .tuning, .tuningGradientNorm, .tuningLearningRate: true
    default: false
    }
  }
}

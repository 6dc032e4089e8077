/// Which quantities are drawn together.
package enum RunCurves: String, CaseIterable, Hashable, Sendable {
  case loss, inner, languageLoss, languageInnerLoss, languageInner, tuning, pretraining, f1,
    gradientNorm, learningRate
  case tuningGradientNorm, tuningLearningRate

  /// The title of the chart.
  package var title: String {
    switch self {
    case .loss: "Loss in priming"
    case .inner: "Adaptation within a task"
    case .languageLoss: "Outer loss by language"
    case .languageInnerLoss: "Inner loss by language"
    case .languageInner: "Adaptation by language"
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
    case .loss, .f1, .languageLoss, .languageInnerLoss: "outer step"
    case .inner, .languageInner: "inner steps"
    default: "step"
    }
  }

  /// Whether its values are noisy, so that smoothing helps.
  var isSmoothed: Bool {
    switch self {
    case .loss, .languageLoss, .languageInnerLoss, .tuning, .pretraining, .gradientNorm,
      .tuningGradientNorm:
      true
    case .inner, .languageInner, .f1, .learningRate, .tuningLearningRate: false
    }
  }

  /// Whether its x axis counts inner steps.
  var isWithinTask: Bool { self == .inner || self == .languageInner }

  /// Whether its steps are those of tuning, each language's own.
  var isOfTuning: Bool {
    switch self {
    case .tuning, .tuningGradientNorm, .tuningLearningRate: true
    default: false
    }
  }
}

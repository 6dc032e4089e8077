/// Where in a run it is: the phases come in this order, tuning and evaluation for each language.
package enum RunPlace: Codable, Hashable, Sendable {
  /// After so many outer steps of priming, or steps of pretraining.
  case priming(step: Int)
  /// The same, before the evaluation that is due at that step.
  case primingEvaluation(step: Int)
  /// In the tuning of the language of that number, after so many steps.
  case tuning(language: Int, step: Int)
  /// Before the evaluation of the language of that number on the split of that number.
  case evaluation(language: Int, split: Int)

  /// The names in checkpoints and journals.
  private enum CodingKeys: String, CodingKey {
    case priming
    case primingEvaluation = "probe"
    case tuning
    case evaluation
  }

  /// The step of the phase.
  package var step: Int {
    switch self {
    case .priming(let step), .primingEvaluation(let step), .tuning(_, let step): step
    case .evaluation: 0
    }
  }
}

package import Experiments
import NamedEntities

extension RunPlace {
  /// A few words for people.
  package func description(_ experiment: Experiment) -> String {
    func name(_ index: Int, _ list: [String]) -> String {
      list.indices.contains(index) ? list[index] : "number \(index + 1)"
    }
    let languages = experiment[Settings.tuningLanguages]
    switch self {
    case .priming(let step):
      return experiment[Settings.kind] == .pretraining
        ? "pretraining step \(step)" : "priming step \(step)"
    case .primingEvaluation(let step): return "the evaluation of priming step \(step)"
    case .tuning(let language, let step):
      return "tuning of \(name(language, languages)), step \(step)"
    case .evaluation(let language, let split):
      return "evaluation of \(name(language, languages)) on "
        + name(split, experiment[Settings.evaluationSplits].map(\.rawValue))
    }
  }
}

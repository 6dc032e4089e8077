package import LabNotebook
import NamedEntities

/// What was measured and said in one run, as far as it was read from the notebook.
package struct RunHistory: Sendable {
  /// The series by name, as in the notebook's metrics.
  package var series: [String: SeriesHistory] = [:]
  /// The events in order; metrics and progress are not among them.
  package var events: [LoggedEvent] = []
  /// The evaluations in order.
  package var evaluations: [EvaluationResult] = []

  package init() {}

  /// Takes all evaluations over; those made while priming are also series over its steps.
  mutating func take(_ results: [EvaluationResult]) {
    evaluations = results
    for name in series.keys where name.hasPrefix("f1/") { series[name] = nil }
    for result in results where result.phase == .priming {
      series["f1/\(result.language)/\(result.split)", default: .init()]
        .append(step: result.step, value: result.scores.micro.f1)
    }
  }

  /// The series whose name starts like this, sorted by name.
  package func names(startingWith prefix: String, endingWith suffix: String = "") -> [String] {
    series.keys.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted()
  }

  /// The series that tells best how the run as a whole goes: what a row of the list shows.
  package var summary: SeriesHistory? {
    for name in ["outer/loss", "pretraining/loss"] {
      if let found = series[name], !found.isEmpty { return found }
    }
    return names(startingWith: "tuning/", endingWith: "/loss").last.flatMap { series[$0] }
  }

  /// The newest evaluation of a language and split, and the one before it.
  package func latest(
    language: String, split: String
  ) -> (newest: EvaluationResult, before: EvaluationResult?)? {
    let matching = evaluations.filter { $0.language == language && $0.split == split }
    guard let newest = matching.last else { return nil }
    let before = matching.dropLast().last { $0.phase == newest.phase }
    return (newest, before)
  }

  /// The languages and splits evaluated so far, in the order in which they first came.
  package var evaluated: [(language: String, split: String)] {
    var seen = Set<String>()
    var result: [(language: String, split: String)] = []
    for evaluation in evaluations
    where seen.insert("\(evaluation.language)/\(evaluation.split)").inserted {
      result.append((evaluation.language, evaluation.split))
    }
    return result
  }

  /// The value a live setting has now: as last changed, or else as the experiment says.
  package func liveValue(of key: String, in experiment: Experiment) -> String {
    for logged in events.reversed() {
      if case .settingChanged(key, _, let new, _, _) = logged.event { return new }
    }
    return experiment[key: key].map(SettingText.text) ?? ""
  }
}

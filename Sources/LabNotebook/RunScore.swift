import NamedEntities

/// F1 of one language and split after tuning: what a list of runs needs of a result.
package struct RunScore: Hashable, Sendable {
  /// The language's code.
  package var language: String
  /// The split: train, dev or test.
  package var split: String
  /// Micro F1, 0…1.
  package var f1: Double

  /// The score of a result.
  init(_ result: EvaluationResult) {
    (language, split, f1) = (result.language, result.split, result.scores.micro.f1)
  }

  /// The scores of a stored text; a line that cannot be read is left out.
  ///
  ///     0.715 test hi
  static func list(_ text: String) -> [RunScore] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 2)
      guard parts.count == 3, let f1 = Double(parts[0]) else { return nil }
      return RunScore(language: String(parts[2]), split: String(parts[1]), f1: f1)
    }
  }

  private init(language: String, split: String, f1: Double) {
    (self.language, self.split, self.f1) = (language, split, f1)
  }

  /// Scores as a text.
  static func text(_ scores: [RunScore]) -> String {
    scores.map { "\($0.f1) \($0.split) \($0.language)" }.joined(separator: "\n")
  }

  /// The scores after another result: the newest of a language and split counts, and is the last.
  static func adding(_ result: EvaluationResult, to scores: [RunScore]) -> [RunScore] {
    guard result.phase == .tuning else { return scores }
    return scores.filter { $0.language != result.language || $0.split != result.split }
      + [RunScore(result)]
  }
}

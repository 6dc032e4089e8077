import LabNotebook
package import RunFolders

/// The newest scores of a run, kept as they come, so that a frame need not look through all.
package struct RunScores: Hashable, Sendable {
  /// One language and split, before tuning or after it.
  package struct Standing: Hashable, Sendable {
    package var newest: EvaluationResult
    /// The evaluation of the same kind before that.
    package var before: EvaluationResult?

    /// Whether it was made on the way of priming.
    package var isPriming: Bool { newest.phase == .priming }
    package var language: String { newest.language }
    package var split: String { newest.split }
  }

  private struct Key: Hashable {
    var language: String
    var split: String
    var isPriming: Bool
  }

  /// Every standing, in the order in which they first came.
  package private(set) var standings: [Standing] = []
  /// The outer step of the newest evaluation on the way of priming.
  package private(set) var primingStep = 0
  private var places: [Key: Int] = [:]

  package init() {}

  mutating func take(_ result: EvaluationResult) {
    let isPriming = result.phase == .priming
    if isPriming { primingStep = result.step }
    let key = Key(language: result.language, split: result.split, isPriming: isPriming)
    if let place = places[key] {
      standings[place] = Standing(newest: result, before: standings[place].newest)
    } else {
      places[key] = standings.count
      standings.append(Standing(newest: result, before: nil))
    }
  }

  /// How many steps a language was tuned for; nil before it was evaluated.
  package func tuningSteps(of language: String?) -> Int? {
    standings.last { !$0.isPriming && $0.language == language }?.newest.step
  }
}

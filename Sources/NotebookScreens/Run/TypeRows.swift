import LabNotebook
import NamedEntities

/// The newest scores by entity type: a row for each language and split, a column for each type.
struct TypeRows {
  struct Row: Hashable {
    let language: String
    let split: String
    let scores: EntityScores
    /// Whether the score was made while priming, before any tuning.
    let isPriming: Bool
  }

  let rows: [Row]
  /// Every type that some language has, in alphabetical order.
  let types: [EntityType]

  /// The newest evaluation of each language and split; one after tuning before one while priming.
  init(history: RunHistory) {
    var newest: [String: Row] = [:]
    var order: [String] = []
    for result in history.evaluations {
      let key = "\(result.language)/\(result.split)"
      let isPriming = result.phase == .priming
      if newest[key] == nil { order.append(key) }
      if let known = newest[key], !known.isPriming, isPriming { continue }
      newest[key] = Row(
        language: result.language, split: result.split, scores: result.scores,
        isPriming: isPriming)
    }
    rows = order.compactMap { newest[$0] }
    types = Set(rows.flatMap(\.scores.types.keys)).sorted()
  }
}

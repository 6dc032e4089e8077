import LabNotebook
import NamedEntities
import RunFolders

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
    let standings = history.scores.standings
    let tuned = Set(standings.filter { !$0.isPriming }.map { "\($0.language)/\($0.split)" })
    rows = standings.filter { !$0.isPriming || !tuned.contains("\($0.language)/\($0.split)") }
      .map {
        Row(
          language: $0.language, split: $0.split, scores: $0.newest.scores,
          isPriming: $0.isPriming)
      }
    types = Set(rows.flatMap(\.scores.types.keys)).sorted()
  }
}

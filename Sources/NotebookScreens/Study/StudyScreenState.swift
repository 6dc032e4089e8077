package import Experiments
package import LabNotebook

/// A study, opened: what is known of it and where the cursor stands.
package struct StudyScreenState: Sendable {
  /// The parts of the screen that can have the keys.
  package enum Pane: Hashable, Sendable { case table, runs }

  /// The study's file.
  package let path: String
  /// The split that is compared; nil: test where it is evaluated.
  package var split: String?
  package var pane: Pane = .table
  /// The row and the column of the cursor, and the run below.
  package var row = 0
  package var column = 0
  package var cell = 0
  /// What was asked last.
  package var asked: StudyQuestion?
  /// The newest picture.
  package var picture: StudyPicture?
  /// Why there is no picture.
  package var problem: String?

  package init(path: String, split: String? = nil) {
    self.path = path
    self.split = split
  }

  /// What would be asked now.
  package func question(about runs: RunsState) -> StudyQuestion {
    StudyQuestion(path: path, split: split, runs: runs.records.map(RunStanding.init))
  }

  /// The row under the cursor.
  package var currentRow: StudyResults.Row? {
    guard let rows = picture?.results.rows, !rows.isEmpty else { return nil }
    return rows[min(max(row, 0), rows.count - 1)]
  }

  /// The score under the cursor: of a language, or the mean at the end.
  package var currentScore: StudyResults.Score? {
    guard let scores = currentRow?.scores, !scores.isEmpty else { return nil }
    return scores[min(max(column, 0), scores.count - 1)]
  }

  /// The cells below the cursor, by seed.
  package var currentCells: [StudyPicture.Cell] {
    currentRow.flatMap { picture?.cells(of: $0) } ?? []
  }

  /// The run under the cursor of the runs, or the only one of the row.
  package var currentRun: RunID? {
    let cells = currentCells
    guard cells.indices.contains(cell) else { return nil }
    return cells[cell].run
  }
}

/// The list of studies to choose from.
package struct StudyListState: Hashable, Sendable {
  /// The studies; nil before they were looked for.
  package var studies: [StudyFile]?
  package var cursor = 0
  /// The study that is opened at once when it is found.
  package var wanted: String?

  package init(wanted: String? = nil) { self.wanted = wanted }
}

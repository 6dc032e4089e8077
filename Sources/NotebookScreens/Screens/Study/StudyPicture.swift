package import Experiments
import Foundation
package import LabNotebook
package import NamedEntities

/// What the runs of a study have come to, as far as it is known.
package struct StudyPicture: Sendable {
  /// A cell of the grid, and its run where there is one.
  package struct Cell: Hashable, Sendable {
    package var method: String
    package var tuning: String
    package var seed: Int
    package var run: RunID?
  }

  /// What was asked.
  package var question: StudyQuestion
  /// The table.
  package var results: StudyResults
  /// The grid.
  package var cells: [Cell]
  /// The splits that the study evaluates.
  package var splits: [String]
  /// Whether the intervals are there; before that only means are.
  package var hasIntervals: Bool

  /// A picture with all that is known.
  package init(
    question: StudyQuestion, results: StudyResults, cells: [Cell], splits: [String],
    hasIntervals: Bool
  ) {
    self.question = question
    self.results = results
    self.cells = cells
    self.splits = splits
    self.hasIntervals = hasIntervals
  }

  /// Reads a study and what the notebook has of it; `tell` first hears the means, then the intervals.
  package static func find(
    _ question: StudyQuestion, in notebook: Notebook,
    bootstrap: PairedBootstrap = PairedBootstrap(), tell: (StudyPicture) -> Void
  ) throws {
    let path = (question.path as NSString).expandingTildeInPath
    let study = try Study.load(path: path)
    let splits = study.base[Settings.evaluationSplits].map(\.rawValue)
    let wanted = question.split ?? (splits.contains("test") ? "test" : splits.first ?? "test")
    let found = try study.entries(in: notebook, near: path)
    let cells = found.map {
      Cell(method: $0.cell.method, tuning: $0.cell.tuning, seed: $0.cell.seed, run: $0.run?.id)
    }
    let entries = try found.compactMap { entry in
      try entry.run.map { try StudyResults.Entry(cell: entry.cell, run: $0, in: notebook) }
    }
    for bootstrap in [nil, bootstrap] {
      let results = try StudyResults(
        study: study, split: wanted, entries: entries, bootstrap: bootstrap)
      tell(
        StudyPicture(
          question: question, results: results, cells: cells, splits: splits,
          hasIntervals: bootstrap != nil))
    }
  }

  /// The cells of a row of the table, by seed.
  package func cells(of row: StudyResults.Row) -> [Cell] {
    cells.filter { $0.method == row.method && $0.tuning == row.tuning }
      .sorted { $0.seed < $1.seed }
  }

  /// How many cells have no run yet.
  package var missing: Int { cells.count { $0.run == nil } }
}

package import Experiments
package import LabNotebook
package import TerminalUI

/// A study, opened: what is known of it and where the cursor stands.
package struct StudyScreen: Screen {
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

extension StudyScreen {
  package static let keySections = [KeySection(.study)]

  package func context(in app: AppState) -> KeyContext { .study }

  package func run(in app: AppState) -> RunChoice { .run(currentRun) }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    guard pane == .runs else { return .leaves() }
    pane = .table
    return .stays
  }

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .studied(let picture):
      change(picture.question, in: &app) { ($0.picture, $0.problem) = (picture, nil) }
    case .studyFailed(let question, let problem):
      change(question, in: &app) { ($0.picture, $0.problem) = (nil, problem) }
    default: break
    }
    return []
  }

  // An answer to what is not asked any more is not shown.
  private static func change(
    _ question: StudyQuestion, in app: inout AppState, _ change: (inout StudyScreen) -> Void
  ) {
    app.stack.changeAll(StudyScreen.self) { if $0.asked == question { change(&$0) } }
  }

  package static func refresh(_ app: inout AppState) -> [Effect] {
    var effects: [Effect] = []
    let runs = app.runs
    app.stack.changeAll(StudyScreen.self) { screen in
      let question = screen.question(about: runs)
      guard question != screen.asked else { return }
      screen.asked = question
      effects.append(.analyse(.study(question)))
    }
    return effects
  }
}

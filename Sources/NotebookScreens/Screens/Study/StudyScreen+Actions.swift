import LabNotebook
import RunFolders

/// Actions on a study.
extension StudyScreen {
  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    switch action {
    case .nextPane, .previousPane: pane = pane == .table ? .runs : .table
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -10)
    case .pageDown: move(by: 10)
    case .top: move(by: -100_000)
    case .bottom: move(by: 100_000)
    case .left: moveColumn(by: -1)
    case .right: moveColumn(by: 1)
    case .open:
      if pane == .table, currentCells.count > 1 {
        pane = .runs
      } else if let run = currentRun {
        app.stack.open(RunScreen(run))
      }
    case .split:
      guard let picture,
        let index = picture.splits.firstIndex(of: picture.results.split)
      else { return [] }
      split = picture.splits[(index + 1) % picture.splits.count]
    case .compare:
      let chosen = runsToCompare(in: app)
      guard chosen.count > 1 else { return [] }
      var comparison = CompareScreen(chosen)
      comparison.control = chosen[0].id
      comparison.runs = chosen.map(\.id)
      comparison.other = chosen[1].id
      app.stack.open(comparison)
    case .export:
      guard let results = picture?.results else { return [] }
      app.overlay = Prompt(
        StudyExportPrompt(), text: StudyExportPrompt.fileName(of: results.name) + ".md")
    case .start:
      guard let picture else { return [] }
      let count = picture.missing
      app.overlay = Confirmation(
        title: "Queue \(count) run\(count == 1 ? "" : "s")?",
        text: "Those of \(picture.results.name) that the notebook does not have yet.",
        effects: [.notebook(.continueStudy(path: path))])
    default: break
    }
    return []
  }

  /// The control's finished runs and those of the row under the cursor, of the same seeds.
  func runsToCompare(in app: AppState) -> [RunRecord] {
    guard let row = currentRow, let picture, !row.isControl,
      let control = picture.results.rows.first(where: { $0.isControl && $0.tuning == row.tuning })
    else { return [] }
    func finished(_ row: StudyResults.Row) -> [RunRecord] {
      picture.cells(of: row).compactMap { $0.run.flatMap(app.runs.record) }
        .filter { $0.state == .finished }
    }
    let half = CompareScreen.largest / 2
    let (controls, own) = (finished(control), finished(row))
    return controls.isEmpty || own.isEmpty ? [] : Array(controls.prefix(half) + own.prefix(half))
  }
}

extension StudyScreen {
  mutating func move(by count: Int) {
    switch pane {
    case .table:
      let rows = picture?.results.rows.count ?? 0
      row = min(max(row + count, 0), max(rows - 1, 0))
      cell = 0
    case .runs: cell = min(max(cell + count, 0), max(currentCells.count - 1, 0))
    }
  }

  mutating func moveColumn(by count: Int) {
    let columns = currentRow?.scores.count ?? 0
    column = min(max(column + count, 0), max(columns - 1, 0))
  }
}

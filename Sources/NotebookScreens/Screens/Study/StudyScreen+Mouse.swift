import LabNotebook
package import TerminalUI

/// The mouse on a study: a click chooses a cell of the table or the runs behind it.
extension StudyScreen {
  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    guard let results = picture?.results else { return .done() }
    if isDouble { return .action(.open) }
    let layout = StudyLayout(
      body: body, rowCount: results.rows.count, budgetCount: results.budgets.count)
    if layout.rows.contains(x: mouse.x, y: mouse.y) {
      let clicked = layout.rows.row(at: mouse, selected: row, count: results.rows.count)
      guard let clicked else { return .done() }
      pane = .table
      (row, cell) = (clicked, 0)
      let columns = StudyColumns(results, width: layout.rows.width - 2, cursor: column)
      let x = mouse.x - layout.rows.x - 1 - columns.scoreStart
      let place = x / (StudyColumns.scoreWidth + 1)
      if x >= 0, columns.shown.indices.contains(place) { column = columns.shown[place] }
    } else if layout.cell.contains(x: mouse.x, y: mouse.y) {
      pane = .runs
    }
    return .done()
  }
}

import LabNotebook
import TerminalUI

/// Where the parts of a study stand.
struct StudyLayout {
  let table: Rect
  /// The same table with differences from the control; empty where there is no room.
  let differences: Rect
  let cell: Rect
  let budgets: Rect

  /// The parts side by side from 126 columns on, else one below the other.
  init(body: Rect, rowCount: Int, budgetCount: Int) {
    if body.width >= 126 {
      let parts = body.columns([.fill, .fixed(48)])
      let side = parts[1].rows([.fill, .fixed(min(budgetCount + 3, body.height / 3))])
      (cell, budgets) = (side[0], side[1])
      let tables = parts[0].rows([.fixed(rowCount + 3), .fill])
      let hasRoom = tables[1].height >= min(rowCount + 3, 8)
      table = hasRoom ? tables[0] : parts[0]
      differences = hasRoom ? tables[1] : Rect(x: 0, y: 0, width: 0, height: 0)
      return
    }
    differences = Rect(x: 0, y: 0, width: 0, height: 0)
    // The table has what it needs, the others at least a third.
    let below = max(body.height / 3 + 1, min(body.height - rowCount - 4, budgetCount + 4))
    let parts = body.rows([.fill, .fixed(below)])
    let halves = parts[1].columns([.fill, .fixed(min(46, body.width * 3 / 5))])
    (table, cell, budgets) = (parts[0], halves[0], halves[1])
  }

  /// The rows of the table that hold rows of the study.
  var rows: Rect {
    let inner = table.inset(by: 1)
    return Rect(x: inner.x, y: inner.y + 1, width: inner.width, height: max(inner.height - 1, 0))
  }
}

/// Which columns of a study's table have room.
struct StudyColumns {
  static let scoreWidth = 12
  static let differenceWidth = 23
  static let countWidth = 5

  /// How wide each score is.
  let each: Int

  let methodWidth: Int
  let tuningWidth: Int
  /// The scores that are shown, counted from the first language; the mean is always there.
  let shown: [Int]

  init(
    _ results: StudyResults, width: Int, cursor: Int, scoreWidth: Int = Self.scoreWidth
  ) {
    let hasTunings = Set(results.rows.map(\.tuning)).count > 1
    let method = results.rows.map { TextWidth.width(of: Self.name(of: $0)) }.max() ?? 0
    let tuning = results.rows.map { TextWidth.width(of: $0.tuning) }.max() ?? 0
    let count = results.languages.count
    let each = scoreWidth + 1
    self.each = each
    tuningWidth = hasTunings ? min(max(tuning, 6), 14) : 0
    let fixed = (hasTunings ? tuningWidth + 2 : 0) + each + Self.countWidth + 4
    // Method names give way until 14 columns before languages do.
    let wanted = min(max(method, 8), 34)
    let room = width - fixed
    methodWidth = min(wanted, max(room - count * each, min(14, wanted)))
    let fitting = max(min((room - methodWidth) / each, count), 1)
    let place = min(cursor, max(count - 1, 0))
    let first = min(max(place - fitting + 1, 0), max(count - fitting, 0))
    shown = Array(first..<min(first + fitting, count)) + [count]
  }

  /// What a row is called: the control's says that it is it.
  static func name(of row: StudyResults.Row) -> String {
    row.isControl ? "\(row.method) (control)" : row.method
  }

  /// Where each score begins, from the left of the table.
  var scoreStart: Int { methodWidth + 2 + (tuningWidth > 0 ? tuningWidth + 2 : 0) }
}

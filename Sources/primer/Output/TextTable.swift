import NamedEntities
import TerminalUI

/// Rows of text in columns that line up.
///
///     language  split  sentences
///     de        train      20000
struct TextTable {
  /// A column's heading, and on which side its cells begin.
  enum Column {
    case left(String)
    case right(String)

    var heading: String {
      switch self {
      case .left(let heading), .right(let heading): heading
      }
    }

    func padded(_ cell: String, to width: Int) -> String {
      let space = String(repeating: " ", count: max(0, width - TextWidth.width(of: cell)))
      return switch self {
      case .left: cell + space
      case .right: space + cell
      }
    }
  }

  private let columns: [Column]
  private var rows: [[String]]

  /// A table that begins with its headings; without any text in them, it has none.
  init(_ columns: [Column]) {
    self.columns = columns
    let headings = columns.map(\.heading)
    rows = headings.allSatisfy(\.isEmpty) ? [] : [headings]
  }

  /// Adds a row with a cell for each column; what would steer the terminal becomes visible.
  mutating func add(_ cells: [String]) {
    precondition(
      cells.count == columns.count,
      "A row has a cell for each of the \(columns.count) columns; this has \(cells.count)")
    rows.append(cells.map(\.withVisibleControls))
  }

  /// The rows, one a line, without spaces at their ends.
  var text: String {
    let widths = columns.indices.map { column in
      rows.map { TextWidth.width(of: $0[column]) }.max() ?? 0
    }
    return rows.map { row in
      let line = columns.indices.map { columns[$0].padded(row[$0], to: widths[$0]) }
        .joined(separator: "  ")
      return String(line.reversed().drop(while: { $0 == " " }).reversed())
    }.joined(separator: "\n")
  }
}

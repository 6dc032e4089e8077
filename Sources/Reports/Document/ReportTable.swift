/// A table of a report.
package struct ReportTable: Sendable, Hashable {
  /// What heads a column, and on which side its cells stand.
  package enum Column: Sendable, Hashable {
    case text(String)
    case number(String)

    /// What heads it.
    package var title: String {
      switch self {
      case .text(let title), .number(let title): title
      }
    }

    /// Whether its cells are numbers.
    package var isNumber: Bool {
      if case .number = self { true } else { false }
    }
  }

  /// A cell, and what its number means.
  package struct Cell: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// How a cell stands out; its text says the same, so that colour is not needed.
    package enum Look: String, Sendable, Hashable {
      case plain, better, worse, best
    }

    /// What stands in it.
    package var text: String
    /// How it stands out.
    package var look: Look

    /// A cell of a text.
    package init(_ text: String, _ look: Look = .plain) {
      self.text = text
      self.look = look
    }

    /// A plain cell.
    package init(stringLiteral value: String) {
      self.init(value)
    }
  }

  /// The columns.
  package var columns: [Column]
  /// A cell for each column.
  package private(set) var rows: [[Cell]] = []
  /// What a reader has to know about its numbers; empty for nothing.
  package var note: String

  /// An empty table.
  package init(_ columns: [Column], note: String = "") {
    self.columns = columns
    self.note = note
  }

  /// Adds a row.
  package mutating func add(_ cells: [Cell]) {
    precondition(
      cells.count == columns.count,
      "A row has a cell for each of the \(columns.count) columns; this has \(cells.count)")
    rows.append(cells)
  }

  /// Adds a row of plain cells.
  package mutating func add(_ cells: [String]) { add(cells.map { Cell($0) }) }
}

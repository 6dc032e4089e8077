import Experiments
import GRDB

/// What is kept of a run beside its rows is changed here alone, in the book and in the journal.
extension Notebook {
  /// Changes one thing that is kept of a run.
  func set(
    _ column: JournalLine.Column, of run: RunID, to value: (any DatabaseValueConvertible)?,
    _ database: Database
  ) throws {
    let value = value?.databaseValue ?? .null
    try database.execute(
      sql: "UPDATE run SET \(column.rawValue) = ? WHERE id = ?", arguments: [value, run])
    try journal(.set(column, JournalLine.Value(value)), of: run, database)
  }

  /// Changes one thing that is kept of a run, in a transaction of its own.
  func set(
    _ column: JournalLine.Column, of run: RunID, to value: (any DatabaseValueConvertible)?
  ) throws {
    try write { database in
      _ = try self.state(of: run, database)
      try self.set(column, of: run, to: value, database)
    }
  }
}

import Experiments
import Foundation
import GRDB

extension JournalContents {
  /// Which numbers the rows of a run get in the book.
  enum Placing {
    /// The journal's own where they are free, else those behind all others.
    case own
    /// Those behind all others.
    case behindAll
  }

  /// Writes the run into a book under a number.
  func write(as run: RunID, into database: Database, placing: Placing = .own) throws {
    guard let header else { preconditionFailure("A run without a header has no experiment") }
    try insertRun(run, header, database)
    var mark = Notebook.JournalMark()
    if placing == .behindAll { mark = try behindAll(database) }
    do {
      try insertRows(of: run, mark, database)
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CONSTRAINT && placing == .own
    {
      mark = try Notebook.JournalMark.behindAll(database)
      try insertRows(of: run, mark, database)
    }
    try database.execute(
      sql: "INSERT INTO journal (run, length, metrics, events, results) VALUES (?, ?, ?, ?, ?)",
      arguments: [run, length, mark.metrics, mark.events, mark.results])
  }

  /// What makes the first row of each kind the next of the book.
  private func behindAll(_ database: Database) throws -> Notebook.JournalMark {
    var mark = try Notebook.JournalMark.behindAll(database)
    if let first = points.lazy.map(\.id).min() { mark.metrics -= first - 1 }
    if let first = events.lazy.map(\.id).min() { mark.events -= first - 1 }
    if let first = results.lazy.map(\.id).min() { mark.results -= first - 1 }
    return mark
  }

  private func insertRun(
    _ run: RunID, _ header: JournalLine.Header, _ database: Database
  ) throws {
    func value(_ column: JournalLine.Column) -> DatabaseValue? { columns[column]?.inBook }
    try database.execute(
      sql: """
        INSERT INTO run (id, name, state, experiment, created, started, finished, processID, host,
          error, note, starred, archived, rewinds, position, tags, study, deleted)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        run, value(.name) ?? header.name.databaseValue, state.rawValue, header.experiment,
        header.created, started, finished, processID, host, value(.error),
        value(.note) ?? "".databaseValue, value(.starred) ?? false.databaseValue,
        value(.archived) ?? false.databaseValue, rewinds, value(.position),
        value(.tags) ?? "".databaseValue, value(.study) ?? "".databaseValue, value(.deleted),
      ])
    if let progress {
      try database.execute(
        sql: "INSERT INTO progress (run, json) VALUES (?, ?)",
        arguments: [run, try StoredJSON.encode(progress)])
    }
  }

  private func insertRows(
    of run: RunID, _ mark: Notebook.JournalMark, _ database: Database
  ) throws {
    try database.inSavepoint {
      var series: [Int64] = []
      for name in seriesNames {
        try database.execute(
          sql: "INSERT INTO series (run, name) VALUES (?, ?)", arguments: [run, name])
        series.append(database.lastInsertedRowID)
      }
      let point = try database.cachedStatement(
        sql: "INSERT INTO metric (id, series, step, value, time) VALUES (?, ?, ?, ?, ?)")
      for row in points {
        try point.execute(
          arguments: [
            row.id + mark.metrics, series[row.series], row.step, StoredNumber.encode(row.value),
            row.time,
          ])
      }
      for row in events {
        try database.execute(
          sql: "INSERT INTO event (id, run, time, json) VALUES (?, ?, ?, ?)",
          arguments: [row.id + mark.events, run, row.time, try StoredJSON.encode(row.event)])
      }
      for row in results {
        try database.execute(
          sql: "INSERT INTO result (id, run, json) VALUES (?, ?, ?)",
          arguments: [row.id + mark.results, run, try StoredJSON.encode(row.result)])
      }
      for number in series {
        let points = try PointChunk.rest(of: number, database)
        _ = try PointChunk.write(points, of: number, isEnd: true, database)
      }
      try Notebook.renewScores(of: run, database)
      return .commit
    }
  }
}

extension Notebook.JournalMark {
  /// What makes a journal's numbers larger than all that the book has, or has ever had.
  static func behindAll(_ database: Database) throws -> Notebook.JournalMark {
    func last(_ table: String) throws -> Int64 {
      let used = try Int64.fetchOne(database, sql: "SELECT max(id) FROM \(table)") ?? 0
      let given = try Int64.fetchOne(
        database, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [table])
      let last = max(used, given ?? 0)
      // A number is added to it: one that nobody has counted to is not the book's own.
      guard (0...Plausibility.largest).contains(last) else {
        throw UnreadableRow(description: "\(last) is no number of a row of \(table)")
      }
      return last
    }
    return Notebook.JournalMark(
      length: 0, metrics: try last("metric"), events: try last("event"),
      results: try last("result"))
  }
}

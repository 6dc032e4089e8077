package import Experiments
import Foundation
import GRDB

/// What the book's transactions write into the journals of runs.
extension Notebook {
  /// What the book remembers of a run's journal.
  struct JournalMark {
    /// How many bytes of it count.
    var length = 0
    /// What is added to the journal's numbers of rows to have those of the book.
    var metrics: Int64 = 0
    var events: Int64 = 0
    var results: Int64 = 0

    /// A mark in the journal's numbers as the book's.
    func inBook(_ mark: RunMark) -> RunMark {
      RunMark(
        metric: mark.metric &+ metrics, event: mark.event &+ events,
        result: mark.result &+ results)
    }

    /// A mark in the book's numbers as the journal's.
    func inJournal(_ mark: RunMark) -> RunMark {
      RunMark(
        metric: max(0, mark.metric &- metrics), event: max(0, mark.event &- events),
        result: max(0, mark.result &- results))
    }
  }

  /// What the book remembers of a run's journal; nil for a run that has none yet.
  static func journalMark(of run: RunID, _ database: Database) throws -> JournalMark? {
    let statement = try database.cachedStatement(
      sql: "SELECT length, metrics, events, results FROM journal WHERE run = ?")
    return try Row.fetchOne(statement, arguments: [run]).map {
      let mark = JournalMark(
        length: try $0.stored(0), metrics: try $0.stored(1), events: try $0.stored(2),
        results: try $0.stored(3))
      guard (0..<1 << 53).contains(mark.length) else {
        throw UnreadableRow(description: "\(mark.length) is no length of a journal")
      }
      return mark
    }
  }

  /// Adds a line to a run's journal; it counts when the transaction is committed.
  func journal(_ line: JournalLine, of run: RunID, _ database: Database) throws {
    try journal(try line.text(), of: run, database)
  }

  /// Adds lines to a run's journal; they count when the transaction is committed.
  ///
  /// A run of an older notebook has no journal yet, and one that was lost, or cut by a power
  /// failure, is too short: it is then made anew from the book, which has these lines already.
  func journal(_ lines: String, of run: RunID, _ database: Database) throws {
    if lines.isEmpty { return }
    guard let mark = try Self.journalMark(of: run, database),
      try JournalFile(runFolder: runFolder(run)).write(lines, at: mark.length)
    else {
      try writeJournal(of: run, database)
      return
    }
    let update = try database.cachedStatement(sql: "UPDATE journal SET length = ? WHERE run = ?")
    try update.execute(arguments: [mark.length + lines.utf8.count, run])
  }

  /// Thrown for a run that the book has not.
  struct Journalless: Error {}

  /// Writes the journal of a run anew, with all that the book has of it.
  func writeJournal(of run: RunID, _ database: Database) throws {
    let text = try Self.journalText(of: run, database)
    try JournalFile(runFolder: runFolder(run)).replace(with: text)
    try rememberJournal(of: run, length: text.utf8.count, database)
  }

  /// Writes a journal for each run that has none, because it is older than they are.
  ///
  /// - Returns: Those runs.
  package func completeJournals() throws -> [RunID] {
    let runs = try read {
      try RunID.fetchAll(
        $0, sql: "SELECT id FROM run WHERE id NOT IN (SELECT run FROM journal) ORDER BY id")
    }
    for run in runs { try write { try self.writeJournal(of: run, $0) } }
    return runs
  }

  func rememberJournal(of run: RunID, length: Int, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO journal (run, length) VALUES (?, ?)
        ON CONFLICT (run) DO UPDATE SET length = excluded.length
        """, arguments: [run, length])
  }

  /// All that the book has of a run, as a journal.
  static func journalText(of run: RunID, _ database: Database) throws -> String {
    try journalText(of: run, journalMark(of: run, database) ?? JournalMark(), database)
  }

  /// All that the book has of a run, as a journal whose numbers of rows are the book's less those
  /// of a mark.
  static func journalText(
    of run: RunID, _ mark: JournalMark, _ database: Database
  ) throws -> String {
    let columns = JournalLine.Column.allCases
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT created, experiment, \(columns.map(\.rawValue).joined(separator: ", "))
        FROM run WHERE id = ?
        """, arguments: [run])
    guard let row else { throw Journalless() }
    let values = columns.indices.map { (columns[$0], row[$0 + 2] as DatabaseValue) }
      .filter { !$0.0.isDefault($0.1) }
    let name = values.first { $0.0 == .name }.flatMap { String.fromDatabaseValue($0.1) }
    var text = try JournalLine.run(
      version: JournalLine.version,
      .init(created: row.stored(0), experiment: row.stored(1), name: name ?? "")
    ).text()
    // What the events say of these may be incomplete in older books: then this counts.
    let late: [JournalLine.Column] = [.error, .state, .started, .finished]
    for (column, value) in values where column != .name && !late.contains(column) {
      text += try JournalLine.set(column, JournalLine.Value(value)).text()
    }
    try addEvents(of: run, mark, to: &text, database)
    try addPoints(of: run, mark, to: &text, database)
    for (column, value) in values where late.contains(column) && value != "queued".databaseValue {
      text += try JournalLine.set(column, JournalLine.Value(value)).text()
    }
    return text
  }

  private static func addEvents(
    of run: RunID, _ mark: JournalMark, to text: inout String, _ database: Database
  ) throws {
    let events = try Row.fetchCursor(
      database, sql: "SELECT id, time, json FROM event WHERE run = ? ORDER BY id", arguments: [run])
    while let row = try events.next() {
      let id = try row.stored(0) as Int64 &- mark.events
      text += "[\"e\",\(id),\(try row.stored(1) as Double),\(try row.stored(2) as String)]\n"
    }
    let results = try Row.fetchCursor(
      database, sql: "SELECT id, json FROM result WHERE run = ? ORDER BY id", arguments: [run])
    while let row = try results.next() {
      let id = try row.stored(0) as Int64 &- mark.results
      text += "[\"r\",\(id),\(try row.stored(1) as String)]\n"
    }
    let progress = try String.fetchOne(
      database, sql: "SELECT json FROM progress WHERE run = ?", arguments: [run])
    if let progress { text += "[\"p\",\(progress)]\n" }
  }

  private static func addPoints(
    of run: RunID, _ mark: JournalMark, to text: inout String, _ database: Database
  ) throws {
    let points = try Row.fetchCursor(
      database,
      sql: """
        SELECT metric.id, series.name, step, value, time
        FROM series CROSS JOIN metric ON metric.series = series.id
        WHERE series.run = ? ORDER BY metric.series, metric.id
        """, arguments: [run])
    while let row = try points.next() {
      text += try JournalLine.metric(
        id: try row.stored(0) as Int64 &- mark.metrics, series: row.stored(1), step: row.stored(2),
        value: StoredNumber.decode(row[3]), time: row.stored(4)
      ).text()
    }
  }
}

extension JournalLine.Column {
  /// Whether a run has this value from its beginning.
  fileprivate func isDefault(_ value: DatabaseValue) -> Bool {
    switch self {
    case .name, .state: false
    case .note, .tags, .study: value.isNull || value == "".databaseValue
    case .starred, .archived, .rewinds: value.isNull || value == 0.databaseValue
    case .position, .deleted, .error, .started, .finished, .host, .processID: value.isNull
    }
  }
}

extension JournalLine.Value {
  /// A value of the book.
  init(_ value: DatabaseValue) {
    switch value.storage {
    case .int64(let number): self = .number(Double(number))
    case .double(let number): self = .number(number)
    case .string(let text): self = .text(text)
    case .null, .blob: self = .null
    }
  }

  /// The value in the book.
  var inBook: DatabaseValue {
    switch self {
    case .null: .null
    case .number(let number): number.databaseValue
    case .text(let text): text.databaseValue
    }
  }
}

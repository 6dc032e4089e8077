import Experiments
import Foundation
import GRDB
import RunFolders

/// A row of the table of runs of a notebook of format 1 to 4.
struct OldRunRow {
  let run: RunID
  let experiment: String
  private let created: Double
  private let values: [RunColumn: DatabaseValue]

  /// Reads a run; nil when there is none.
  init?(_ run: RunID, format: Int, _ database: Database) throws {
    let later: Set<RunColumn> = format < 2 ? [.rewinds, .position, .tags, .study, .deleted] : []
    let columns = RunColumn.allCases.filter { !later.contains($0) }
    let names = columns.map(\.rawValue).joined(separator: ", ")
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT created, experiment, \(names) FROM run WHERE id = ?",
        arguments: [run])
    else { return nil }
    self.run = run
    created = try StoredNumber.time(row.stored(0))
    experiment = try row.stored(1)
    values = columns.enumerated().reduce(into: [:]) { $0[$1.element] = row[$1.offset + 2] }
  }

  /// The first line of its journal.
  var header: JournalLine {
    .header(
      version: 1, .init(created: created, experiment: experiment, name: text(.name) ?? ""))
  }

  /// Lines that say what was kept beside the rows: before events, and after them.
  var settings: (early: [JournalLine], late: [JournalLine]) {
    let late: [RunColumn] = [.error, .state, .started, .finished]
    func line(_ column: RunColumn) -> JournalLine? {
      guard let value = values[column], !Self.isDefault(value, of: column) else { return nil }
      return .set(column, Self.value(value))
    }
    return (
      RunColumn.allCases.filter { $0 != .name && !late.contains($0) }.compactMap(line),
      RunColumn.allCases.filter(late.contains).compactMap(line)
    )
  }

  /// The run's log, `run.jsonl`, with what people added.
  var log: LineBuffer {
    get throws {
      var lines = LineBuffer()
      let header = RunLog.Header(
        created: created, name: text(.name) ?? "", study: text(.study) ?? "")
      try RunLog.Line.header(header).write(to: &lines)
      for column in [RunColumn.note, .starred, .archived, .tags, .position, .deleted] {
        guard let value = values[column], !Self.isDefault(value, of: column) else { continue }
        try RunLog.Line.set(column, Self.value(value), time: created).write(to: &lines)
      }
      return lines
    }
  }

  private func text(_ column: RunColumn) -> String? {
    values[column].flatMap { String.fromDatabaseValue($0) }
  }

  /// Whether a run has this value from its beginning.
  private static func isDefault(_ value: DatabaseValue, of column: RunColumn) -> Bool {
    switch column {
    case .name: false
    case .state: value == "queued".databaseValue
    case .note, .tags, .study: value.isNull || value == "".databaseValue
    case .starred, .archived, .rewinds: value.isNull || value == 0.databaseValue
    case .position, .deleted, .error, .started, .finished, .host, .processID: value.isNull
    }
  }

  private static func value(_ value: DatabaseValue) -> RunValue {
    switch value.storage {
    case .int64(let number): .number(Double(number))
    case .double(let number): .number(number)
    case .string(let text): .text(text)
    case .null, .blob: .null
    }
  }
}

/// The journal of a run of a notebook that had none for it, or lost it.
enum OldJournal {
  /// What the notebook added to the journal's numbers of rows, and how much of the journal counted.
  struct Numbers {
    var length = 0
    var metrics: Int64 = 0
    var events: Int64 = 0
    var results: Int64 = 0
  }

  /// What the notebook remembers of a run's journal; nil where it has none.
  static func numbers(of run: RunID, format: Int, _ database: Database) throws -> Numbers? {
    guard format >= 3 else { return nil }
    return try Row.fetchOne(
      database, sql: "SELECT length, metrics, events, results FROM journal WHERE run = ?",
      arguments: [run]
    ).map {
      Numbers(
        length: try $0.stored(0), metrics: try $0.stored(1), events: try $0.stored(2),
        results: try $0.stored(3))
    }
  }

  /// All that the notebook has of a run, as a journal of the first version.
  static func text(
    of row: OldRunRow, _ numbers: Numbers, _ database: Database
  ) throws -> LineBuffer {
    var lines = LineBuffer()
    try row.header.write(to: &lines)
    for line in row.settings.early { try line.write(to: &lines) }
    try addEvents(of: row.run, numbers, to: &lines, database)
    try addPoints(of: row.run, numbers, to: &lines, database)
    for line in row.settings.late { try line.write(to: &lines) }
    return lines
  }

  private static func addEvents(
    of run: RunID, _ numbers: Numbers, to lines: inout LineBuffer, _ database: Database
  ) throws {
    let events = try Row.fetchCursor(
      database, sql: "SELECT id, time, json FROM event WHERE run = ? ORDER BY id", arguments: [run])
    while let row = try events.next() {
      let event = try StoredJSON.decode(Event.self, row.stored(2))
      try JournalLine.numberedEvent(
        id: try row.stored(0) as Int64 &- numbers.events, time: row.stored(1), event
      ).write(to: &lines)
    }
    let results = try Row.fetchCursor(
      database, sql: "SELECT id, json FROM result WHERE run = ? ORDER BY id", arguments: [run])
    while let row = try results.next() {
      let result = try StoredJSON.decode(EvaluationResult.self, row.stored(1))
      try JournalLine.numberedResult(id: try row.stored(0) as Int64 &- numbers.results, result)
        .write(to: &lines)
    }
    let progress = try String.fetchOne(
      database, sql: "SELECT json FROM progress WHERE run = ?", arguments: [run])
    if let progress, let picture = try? StoredJSON.decode(RunProgress.self, progress) {
      try JournalLine.progress(picture).write(to: &lines)
    }
  }

  private static func addPoints(
    of run: RunID, _ numbers: Numbers, to lines: inout LineBuffer, _ database: Database
  ) throws {
    let points = try Row.fetchCursor(
      database,
      sql: """
        SELECT metric.id, series.name, step, value, time
        FROM series CROSS JOIN metric ON metric.series = series.id
        WHERE series.run = ? ORDER BY metric.series, metric.id
        """, arguments: [run])
    while let row = try points.next() {
      try JournalLine.numberedPoint(
        id: try row.stored(0) as Int64 &- numbers.metrics, name: row.stored(1),
        step: row.stored(2), value: StoredNumber.decode(row[3]), time: row.stored(4)
      ).write(to: &lines)
    }
  }
}

/// A number as formats 1 to 4 stored it: SQLite takes not-a-number for NULL.
enum StoredNumber {
  static func decode(_ value: DatabaseValue) -> Double {
    switch value.storage {
    case .double(let number): number
    case .int64(let number): Double(number)
    case .string("inf"): .infinity
    case .string("-inf"): -.infinity
    default: .nan
    }
  }

  /// Seconds since 1970, if they are such as a clock may show.
  static func time(_ seconds: Double) throws -> Double {
    guard ValueRange.isClockTime(seconds) else {
      throw UnreadableRow(description: "\(seconds) is not a valid time")
    }
    return seconds
  }
}

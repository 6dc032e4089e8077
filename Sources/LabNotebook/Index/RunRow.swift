import Experiments
import Foundation
import GRDB
import RunFolders

/// The rows of the table of runs as records, of which only what is asked for is decoded.
enum RunRow {
  /// The columns that `record` reads.
  static let selection = [
    "id", "name", "state", "experiment", "created", "started", "finished", "heartbeat",
    "processID", "host", "error", "note", "starred", "archived", "rewinds", "position", "tags",
    "study", "deleted", "scores", "progress", "fault", "isUnknown",
  ].map { "run.\($0)" }.joined(separator: ", ")

  /// The records of the runs that a condition chooses, by number.
  ///
  /// - Parameter results: What reads their results; nil for reading them from the index.
  static func fetch(
    _ database: Database, _ notebook: Notebook, where condition: String,
    _ arguments: StatementArguments, results: (@Sendable () -> [EvaluationResult])? = nil
  ) throws -> [RunRecord] {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT \(selection) FROM run \(condition) ORDER BY run.id",
      arguments: arguments)
    var records: [RunRecord] = []
    var rising = RisingRows()
    while let row = try rows.next() {
      try rising.take(row.stored(0))
      records.append(try record(row, from: 0, notebook, nil, results: results))
    }
    return records
  }

  /// The record of a row.
  ///
  /// - Parameters:
  ///   - first: Where the columns of the selection begin.
  ///   - before: The record of this run as it was, whose decoded parts are kept where they are the
  ///     same.
  static func record(
    _ row: Row, from first: Int, _ notebook: Notebook, _ before: RunRecord?,
    results: (@Sendable () -> [EvaluationResult])? = nil
  ) throws -> RunRecord {
    func date(_ index: Int) throws -> Date? {
      try (try row.storedIfAny(first + index) as Double?).map { seconds in
        guard ValueRange.isClockTime(seconds) else {
          throw UnreadableRow(description: "\(seconds) is not a valid time")
        }
        return Date(timeIntervalSince1970: seconds)
      }
    }
    let id: RunID = try row.stored(first)
    let stateText: String = try row.stored(first + 2)
    guard let state = RunState(rawValue: stateText) else {
      throw UnreadableRow(description: "‘\(stateText)’ is not a state of a run")
    }
    var record = RunRecord.Fields(
      id: id, name: try row.stored(first + 1), state: state,
      parts: try parts(row, first, id, notebook, before, results),
      created: try date(4) ?? .distantPast,
      folder: notebook.runFolder(id))
    record.started = try date(5)
    record.finished = try date(6)
    record.heartbeat = try date(7)
    record.processID = try (row.storedIfAny(first + 8) as Int64?).flatMap(Int32.init(exactly:))
    record.host = try row.storedIfAny(first + 9)
    record.error = try row.storedIfAny(first + 10)
    record.note = try row.storedIfAny(first + 11) ?? ""
    record.starred = try row.storedIfAny(first + 12) ?? false
    record.archived = try row.storedIfAny(first + 13) ?? false
    record.rewinds = try row.storedIfAny(first + 14) ?? 0
    record.position = try row.storedIfAny(first + 15) ?? Double(id)
    let tags: String = try row.storedIfAny(first + 16) ?? ""
    record.tags = tags.isEmpty ? [] : tags.split(separator: " ").map(String.init)
    record.study = try row.storedIfAny(first + 17) ?? ""
    record.deleted = try date(18)
    record.fault = try row.storedIfAny(first + 21)
    record.isEngineUnknown = try row.storedIfAny(first + 22) ?? false
    return RunRecord(record)
  }

  private static func parts(
    _ row: Row, _ first: Int, _ id: RunID, _ notebook: Notebook, _ before: RunRecord?,
    _ results: (@Sendable () -> [EvaluationResult])?
  ) throws -> StoredParts {
    let texts = StoredParts.Texts(
      experiment: try row.stored(first + 3), progress: try row.storedIfAny(first + 20),
      scores: try row.stored(first + 19))
    let rewinds: Int = try row.storedIfAny(first + 14) ?? 0
    let read: @Sendable () -> [EvaluationResult] = {
      let texts = (try? notebook.read { try Notebook.results(of: id, $0) }) ?? []
      return Notebook.newest(
        texts.compactMap { try? StoredJSON.decode(EvaluationResult.self, $0) })
    }
    return StoredParts(
      texts, before: before?.fields.parts, isSameResults: before?.rewinds == rewinds,
      readResults: results ?? read)
  }
}

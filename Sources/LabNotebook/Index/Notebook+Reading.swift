package import Experiments
import Foundation
import GRDB
package import RunFolders

extension Notebook {
  /// One run; nil when there is none of the number.
  package func run(_ id: RunID) throws -> RunRecord? {
    try read { try self.run(id, $0) }
  }

  /// One run as it is within a transaction.
  func run(_ id: RunID, _ database: Database) throws -> RunRecord? {
    let texts = try Self.results(of: id, database)
    // Whoever looks at one run may keep it longer than the notebook is open.
    let results: @Sendable () -> [EvaluationResult] = {
      Self.newest(texts.compactMap { try? StoredJSON.decode(EvaluationResult.self, $0) })
    }
    return try RunRow.fetch(database, self, where: "WHERE run.id = ?", [id], results: results).first
  }

  /// The run that is next in the queue.
  ///
  /// - Parameter started: Runs that are passed over: an engine was started for them, which has not
  ///   said so yet.
  package func nextQueued(except started: Set<RunID> = []) throws -> RunRecord? {
    let next = try read { database in
      try RunID.fetchAll(
        database, sql: "SELECT id FROM run \(Self.queueOrder) LIMIT \(started.count + 1)"
      ).first { !started.contains($0) }
    }
    return try next.flatMap { try self.run($0) }
  }

  /// The runs whose lock an engine held when they were last looked at.
  package func runsWithEngine() throws -> [RunID] {
    try read { try RunID.fetchAll($0, sql: "SELECT run FROM source WHERE isOpen AND isHeld = 1") }
  }

  /// The texts of the results after tuning of a run, oldest first; thousands may have been made
  /// while priming, which are not looked at.
  static func results(of run: RunID, _ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT json FROM result WHERE run = ? AND json LIKE '%"phase":"tuning"%' ORDER BY place
        """, arguments: [run])
  }

  /// The newest result of each language and split, in the order in which they came.
  static func newest(_ results: [EvaluationResult]) -> [EvaluationResult] {
    var newest: [EvaluationResult] = []
    for result in results where result.phase == .tuning {
      newest.removeAll { $0.language == result.language && $0.split == result.split }
      newest.append(result)
    }
    return newest
  }

  /// The series of a run, sorted by name.
  package func series(of run: RunID) throws -> [SeriesKey] {
    let keys = try read { database in
      try Row.fetchAll(
        database, sql: "SELECT name, language FROM series WHERE run = ?", arguments: [run]
      ).map { row in
        let (name, language): (String, String) = (try row.stored(0), try row.stored(1))
        return SeriesKey(Series(name: name), language: language.isEmpty ? nil : language)
      }
    }
    return keys.map { ($0, Array($0.name.utf8)) }
      .sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
  }

  /// The points of a series in the order they were recorded, after a place.
  package func metrics(
    _ run: RunID, series key: SeriesKey, after place: Int64 = 0
  ) throws -> [MetricPoint] {
    try read { database in
      let series = try Int64.fetchOne(
        database, sql: "SELECT id FROM series WHERE run = ? AND name = ? AND language = ?",
        arguments: [run, key.series.name, key.language ?? ""])
      return try series.map { try PointChunk.points(of: $0, after: place, database) } ?? []
    }
  }

  /// The events of a run but for metrics and progress, after a place.
  package func events(_ run: RunID, after place: Int64 = 0) throws -> [LoggedEvent] {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT place, time, json FROM event WHERE run = ? AND place > ? ORDER BY place",
        arguments: [run, place])
      var (events, rising) = ([LoggedEvent](), RisingRows())
      while let row = try rows.next() {
        let event = LoggedEvent(
          id: try row.stored(0), time: Date(timeIntervalSince1970: try row.stored(1)),
          event: try stored(Event.self, row.stored(2)))
        try rising.take(event.id)
        events.append(event)
      }
      return events
    }
  }

  /// Every evaluation of a run, in the order they were made.
  package func evaluations(_ run: RunID) throws -> [EvaluationResult] {
    try evaluations(run, after: 0).map(\.result)
  }

  /// The evaluations of a run after a place, each with its place.
  package func evaluations(
    _ run: RunID, after place: Int64
  ) throws -> [(id: Int64, result: EvaluationResult)] {
    try read { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT place, json FROM result WHERE run = ? AND place > ? ORDER BY place",
        arguments: [run, place])
      var (results, rising) = ([(id: Int64, result: EvaluationResult)](), RisingRows())
      while let row = try rows.next() {
        let number: Int64 = try row.stored(0)
        try rising.take(number)
        results.append((number, try stored(EvaluationResult.self, row.stored(1))))
      }
      return results
    }
  }

  /// A value of the index, which was looked at when it was read from the journal.
  private func stored<Value: Decodable & RangeChecked>(
    _ type: Value.Type, _ text: String
  ) throws -> Value {
    do {
      return try StoredJSON.decode(type, text)
    } catch {
      throw UnreadableRow(description: "a text is not the JSON that belongs there")
    }
  }
}

package import Experiments
import Foundation
import GRDB

extension Notebook {
  /// One run; nil when there is none of the number.
  package func run(_ id: RunID) throws -> RunRecord? {
    try read { database in
      let texts = try Self.results(of: id, database)
      // Whoever looks at one run may keep it longer than the notebook is open.
      let results: @Sendable () -> [EvaluationResult] = {
        Self.newest(texts.compactMap { try? StoredJSON.decode(EvaluationResult.self, $0) })
      }
      return try RunRow.fetch(
        database, self, where: "WHERE run.id = ?", [id], results: results
      ).first
    }
  }

  /// The run that is next in the queue.
  func nextQueued() throws -> RunRecord? {
    let next = try read {
      try RunID.fetchOne($0, sql: "SELECT id FROM run \(Self.queueOrder) LIMIT 1")
    }
    return try next.flatMap { try self.run($0) }
  }

  /// Whether a run is under way whose engine lives on this machine.
  func hasEngineAtWork() throws -> Bool {
    let running = try read {
      try RunID.fetchAll($0, sql: "SELECT id FROM run WHERE state IN ('running', 'paused')")
    }
    return running.contains { RunLock.isHeld(folder: runFolder($0)) }
  }

  /// The texts of the results after tuning of a run, oldest first; thousands may have been made
  /// while priming, which are not looked at.
  static func results(of run: RunID, _ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql:
        "SELECT json FROM result WHERE run = ? AND json LIKE '%\"phase\":\"tuning\"%' ORDER BY id",
      arguments: [run])
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

  /// Writes the scores of a run anew from its results.
  static func renewScores(of run: RunID, _ database: Database) throws {
    let results = try Self.results(of: run, database)
      .compactMap { try? StoredJSON.decode(EvaluationResult.self, $0) }
    let scores = results.reduce(into: [RunScore]()) { $0 = RunScore.adding($1, to: $0) }
    try database.execute(
      sql: "UPDATE run SET scores = ? WHERE id = ?", arguments: [RunScore.text(scores), run])
  }

  /// The names of a run's series, sorted.
  package func seriesNames(_ run: RunID) throws -> [String] {
    try read {
      try String.fetchAll(
        $0, sql: "SELECT name FROM series WHERE run = ? ORDER BY name", arguments: [run])
    }
  }

  /// The points of a series in the order they were recorded, after a given one.
  package func metrics(
    _ run: RunID, series: String, after rowID: Int64 = 0
  ) throws -> [MetricPoint] {
    try read { database in
      let id = try Int64.fetchOne(
        database, sql: "SELECT id FROM series WHERE run = ? AND name = ?",
        arguments: [run, series])
      guard let id else { return [] }
      return format < 3
        ? try PointChunk.rows(of: id, after: rowID, database)
        : try PointChunk.points(of: id, after: rowID, database)
    }
  }

  /// The events of a run but for metrics and progress, after a given one.
  package func events(_ run: RunID, after id: Int64 = 0) throws -> [LoggedEvent] {
    try read { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT id, time, json FROM event WHERE run = ? AND id > ? ORDER BY id",
        arguments: [run, id])
      var (events, rising) = ([LoggedEvent](), RisingRows())
      while let row = try rows.next() {
        let event = LoggedEvent(
          id: try row.stored(0),
          time: Date(timeIntervalSince1970: try StoredNumber.time(row.stored(1))),
          event: try StoredJSON.decode(Event.self, row.stored(2)))
        try rising.take(event.id)
        events.append(event)
      }
      return events
    }
  }

  /// The number of the last event of a run; 0 before there is one.
  func lastEvent(of run: RunID) throws -> Int64 {
    try read {
      try Int64.fetchOne($0, sql: "SELECT max(id) FROM event WHERE run = ?", arguments: [run]) ?? 0
    }
  }

  /// Every evaluation of a run, in the order they were made.
  package func evaluations(_ run: RunID) throws -> [EvaluationResult] {
    try evaluations(run, after: 0).map(\.result)
  }

  /// The evaluations of a run after one of a number, with their numbers.
  package func evaluations(
    _ run: RunID, after id: Int64
  ) throws -> [(id: Int64, result: EvaluationResult)] {
    try read { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT id, json FROM result WHERE run = ? AND id > ? ORDER BY id",
        arguments: [run, id])
      var (results, rising) = ([(id: Int64, result: EvaluationResult)](), RisingRows())
      while let row = try rows.next() {
        let number: Int64 = try row.stored(0)
        try rising.take(number)
        results.append((number, try StoredJSON.decode(EvaluationResult.self, row.stored(1))))
      }
      return results
    }
  }
}

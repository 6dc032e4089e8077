import Foundation
import GRDB

extension Notebook {
  /// Every run, in the order of their numbers.
  package func runs() throws -> [RunRecord] {
    try read { try self.records($0, where: "", arguments: []) }
  }

  /// One run; nil when there is none of the number.
  package func run(_ id: RunID) throws -> RunRecord? {
    try read { try self.records($0, where: "WHERE run.id = ?", arguments: [id]).first }
  }

  private func records(
    _ database: Database, where condition: String, arguments: StatementArguments
  ) throws -> [RunRecord] {
    let results = try Row.fetchAll(
      database,
      sql: """
        SELECT result.run, result.json FROM result JOIN run ON run.id = result.run \(condition)
        ORDER BY result.id
        """, arguments: arguments)
    var newest: [RunID: [EvaluationResult]] = [:]
    for row in results {
      let result = try StoredJSON.decode(EvaluationResult.self, row["json"])
      guard result.phase == .tuning else { continue }
      var list = newest[row["run"], default: []]
      list.removeAll { $0.language == result.language && $0.split == result.split }
      list.append(result)
      newest[row["run"]] = list
    }
    return try Row.fetchAll(
      database,
      sql: """
        SELECT run.*, progress.json AS progress FROM run
        LEFT JOIN progress ON progress.run = run.id \(condition) ORDER BY run.id
        """, arguments: arguments
    ).map { try self.record($0, results: newest[$0["id"]] ?? []) }
  }

  private func record(_ row: Row, results: [EvaluationResult]) throws -> RunRecord {
    let id: RunID = row["id"]
    func date(_ column: String) -> Date? {
      (row[column] as Double?).map(Date.init(timeIntervalSince1970:))
    }
    let progress: String? = row["progress"]
    return RunRecord(
      id: id, name: row["name"], state: RunState(rawValue: row["state"]) ?? .failed,
      experiment: experiment(id, row["experiment"]),
      created: date("created") ?? .distantPast, started: date("started"),
      finished: date("finished"), heartbeat: date("heartbeat"), processID: row["processID"],
      host: row["host"], error: row["error"],
      progress: try progress.map { try StoredJSON.decode(Progress.self, $0) },
      results: results, folder: runFolder(id), note: row["note"], starred: row["starred"],
      archived: row["archived"])
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
      var points: [MetricPoint] = []
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT id, step, value, time FROM metric WHERE series = ? AND id > ? ORDER BY id",
        arguments: [id, rowID])
      while let row = try rows.next() {
        points.append(
          MetricPoint(
            rowID: row[0], step: row[1], value: StoredNumber.decode(row[2]),
            time: Date(timeIntervalSince1970: row[3])))
      }
      return points
    }
  }

  /// The events of a run but for metrics and progress, after a given one.
  package func events(_ run: RunID, after id: Int64 = 0) throws -> [LoggedEvent] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT id, time, json FROM event WHERE run = ? AND id > ? ORDER BY id",
        arguments: [run, id]
      ).map { row in
        LoggedEvent(
          id: row["id"], time: Date(timeIntervalSince1970: row["time"]),
          event: try StoredJSON.decode(Event.self, row["json"]))
      }
    }
  }

  /// Every evaluation of a run, in the order they were made.
  package func evaluations(_ run: RunID) throws -> [EvaluationResult] {
    try read { database in
      try String.fetchAll(
        database, sql: "SELECT json FROM result WHERE run = ? ORDER BY id", arguments: [run]
      ).map { try StoredJSON.decode(EvaluationResult.self, $0) }
    }
  }
}

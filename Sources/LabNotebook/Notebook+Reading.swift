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

  /// The run that is next in the queue.
  func nextQueued() throws -> RunRecord? {
    try read {
      try self.records(
        $0, where: "WHERE run.id = (SELECT id FROM run \(Self.queueOrder) LIMIT 1)",
        arguments: []
      ).first
    }
  }

  /// Whether a run is under way whose engine lives on this machine.
  func hasEngineAtWork() throws -> Bool {
    let running = try read {
      try RunID.fetchAll($0, sql: "SELECT id FROM run WHERE state IN ('running', 'paused')")
    }
    return running.contains { RunLock.isHeld(folder: runFolder($0)) }
  }

  private func records(
    _ database: Database, where condition: String, arguments: StatementArguments
  ) throws -> [RunRecord] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT run.*, progress.json AS progress FROM run
        LEFT JOIN progress ON progress.run = run.id \(condition) ORDER BY run.id
        """, arguments: arguments
    ).map { try self.record($0, database) }
  }

  private func record(_ row: Row, _ database: Database) throws -> RunRecord {
    let id: RunID = row["id"]
    func date(_ column: String) -> Date? {
      (row[column] as Double?).map(Date.init(timeIntervalSince1970:))
    }
    let state = RunState(rawValue: row["state"]) ?? .failed
    let plan = decoded.plan(id, row["experiment"])
    let progress: String? = row["progress"]
    // Nothing is added to what has ended; an engine that was thought dead may still report.
    let hasEnded = state.isFinal && state != .interrupted
    let results = try decoded.results(
      id, mark: hasEnded ? "\(state) \(row["finished"] as Double? ?? 0)" : nil
    ) {
      try self.newestResults(id, database)
    }
    var record = RunRecord(
      id: id, name: row["name"], state: state, experiment: plan.experiment,
      created: date("created") ?? .distantPast, started: date("started"),
      finished: date("finished"), heartbeat: date("heartbeat"), processID: row["processID"],
      host: row["host"], error: row["error"],
      progress: try progress.map { try self.decoded.progress(id, $0) }, results: results,
      folder: runFolder(id), note: row["note"], starred: row["starred"],
      archived: row["archived"])
    record.experimentProblem = plan.problem
    record.rewinds = row["rewinds"] ?? 0
    record.position = row["position"] ?? Double(id)
    record.tags = (row["tags"] as String? ?? "").split(separator: " ").map(String.init)
    record.study = row["study"] ?? ""
    record.deleted = date("deleted")
    return record
  }

  private func newestResults(_ run: RunID, _ database: Database) throws -> [EvaluationResult] {
    var newest: [EvaluationResult] = []
    // Thousands may have been made while priming; those are not decoded at every look.
    let rows = try String.fetchAll(
      database,
      sql: """
        SELECT json FROM result WHERE run = ? AND instr(json, '"phase":"tuning"') > 0 ORDER BY id
        """, arguments: [run])
    for row in rows {
      let result = try StoredJSON.decode(EvaluationResult.self, row)
      guard result.phase == .tuning else { continue }
      newest.removeAll { $0.language == result.language && $0.split == result.split }
      newest.append(result)
    }
    return newest
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

  /// The evaluations of a run after a given one, each with its number in the notebook.
  package func evaluations(
    _ run: RunID, after id: Int64
  ) throws -> [(id: Int64, result: EvaluationResult)] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT id, json FROM result WHERE run = ? AND id > ? ORDER BY id",
        arguments: [run, id]
      ).map { (id: $0["id"], result: try StoredJSON.decode(EvaluationResult.self, $0["json"])) }
    }
  }
}

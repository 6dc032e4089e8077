import Experiments
import Foundation
import GRDB
import NamedEntities

/// Events of a run on their way into the book: the rows that they become.
struct RecordedRows {
  private var metrics: [(series: String, step: Int, value: Double, time: Double)] = []
  private var events: [(time: Double, event: Event)] = []
  private var progress: Progress?
  private var carriedOut: [Int64] = []

  /// How many rows there are.
  var count: Int { metrics.count + events.count + carriedOut.count + (progress == nil ? 0 : 1) }

  /// Takes note that a request was carried out.
  mutating func add(carriedOut request: Int64) { carriedOut.append(request) }

  /// Adds what an event becomes: points of series, a line of the record, a picture of progress.
  mutating func add(_ event: Event, time: Double, innerSteps: Int) {
    func add(_ name: String, _ step: Int, _ value: Double) {
      metrics.append((name, step, value, time))
    }
    switch event {
    case .innerStep(let step, _, _, let inner, let loss):
      add("inner/loss", (step - 1) * max(1, innerSteps) + inner, loss)
    case .outerStep(let step, _, let loss, let norm, let rate):
      add("outer/loss", step, loss)
      add("outer/gradientNorm", step, norm)
      add("outer/learningRate", step, rate)
    case .trainingStep(let phase, let language, let step, let loss, let norm, let rate):
      let name = ([phase.rawValue] + (language.map { [$0] } ?? [])).joined(separator: "/")
      add("\(name)/loss", step, loss)
      add("\(name)/gradientNorm", step, norm)
      add("\(name)/learningRate", step, rate)
    case .evaluation(let result):
      add("f1/\(result.language)/\(result.split)", result.step, result.scores.micro.f1)
      events.append((time, event))
    case .progress(let newest):
      progress = newest
    case .started, .phase, .settingChanged, .checkpoint, .log, .stateChanged, .resumed:
      events.append((time, event))
    }
  }

  /// These rows and then later ones.
  func followed(by later: RecordedRows) -> RecordedRows {
    var all = self
    all.metrics += later.metrics
    all.events += later.events
    all.progress = later.progress ?? progress
    all.carriedOut += later.carriedOut
    return all
  }

  /// What is known of a series from one transaction to the next.
  struct Series {
    /// Its number.
    var number: Int64
    /// The points that are in no chunk yet.
    var rest: [MetricPoint]
  }

  /// Writes the rows of a run; `series` are those that are known by name.
  ///
  /// - Parameters:
  ///   - mark: What the numbers of the book have more than those of the journal.
  ///   - tellsProgress: Whether the journal is to have the progress too.
  /// - Returns: The lines for the run's journal.
  func write(
    _ database: Database, run: RunID, series: inout [String: Series],
    mark: Notebook.JournalMark, tellsProgress: Bool
  ) throws -> String {
    var lines = try writePoints(database, run, &series, mark)
    for (time, event) in events {
      lines += try Self.write(event, time, run, mark, database)
    }
    for request in carriedOut {
      try database.execute(sql: "DELETE FROM control WHERE id = ?", arguments: [request])
    }
    if let progress {
      try database.execute(
        sql: "INSERT INTO progress (run, json) VALUES (?, ?) "
          + "ON CONFLICT (run) DO UPDATE SET json = excluded.json",
        arguments: [run, try StoredJSON.encode(progress)])
      if tellsProgress { lines += try JournalLine.progress(progress).text() }
    }
    return lines
  }

  private func writePoints(
    _ database: Database, _ run: RunID, _ series: inout [String: Series],
    _ mark: Notebook.JournalMark
  ) throws -> String {
    var lines = ""
    let insert = try database.cachedStatement(
      sql: "INSERT INTO metric (series, step, value, time) VALUES (?, ?, ?, ?)")
    for metric in metrics {
      try Self.learn(metric.series, run, &series, database)
      guard let number = series[metric.series]?.number else { continue }
      try insert.execute(
        arguments: [number, metric.step, StoredNumber.encode(metric.value), metric.time])
      let id = database.lastInsertedRowID
      series[metric.series]?.rest.append(
        MetricPoint(
          rowID: id, step: metric.step, value: metric.value,
          time: Date(timeIntervalSince1970: metric.time)))
      lines += try JournalLine.metric(
        id: id &- mark.metrics, series: metric.series, step: metric.step, value: metric.value,
        time: metric.time
      ).text()
    }
    for (name, known) in series where known.rest.count >= PointChunk.size {
      series[name]?.rest = try PointChunk.write(
        known.rest, of: known.number, isEnd: false, database)
    }
    return lines
  }

  private static func learn(
    _ name: String, _ run: RunID, _ known: inout [String: Series], _ database: Database
  ) throws {
    if known[name] != nil { return }
    try database.execute(
      sql: "INSERT OR IGNORE INTO series (run, name) VALUES (?, ?)", arguments: [run, name])
    let number =
      try Int64.fetchOne(
        database, sql: "SELECT id FROM series WHERE run = ? AND name = ?", arguments: [run, name])
      ?? database.lastInsertedRowID
    known[name] = Series(number: number, rest: try PointChunk.rest(of: number, database))
  }

  private static func write(
    _ event: Event, _ time: Double, _ run: RunID, _ mark: Notebook.JournalMark,
    _ database: Database
  ) throws -> String {
    var lines = ""
    switch event {
    case .started(let process, let host, _, _):
      try database.execute(
        sql: """
          UPDATE run SET processID = ?, host = ?, started = coalesce(started, ?), heartbeat = ?
          WHERE id = ?
          """,
        arguments: [process, host, time, time, run])
    case .evaluation(let result):
      let scores = try String.fetchOne(
        database, sql: "SELECT scores FROM run WHERE id = ?", arguments: [run])
      try database.execute(
        sql: "INSERT INTO result (run, json) VALUES (?, ?)",
        arguments: [run, try StoredJSON.encode(result)])
      let id = database.lastInsertedRowID
      try Self.addScore(result, to: scores ?? "", of: run, database)
      lines += try JournalLine.result(
        id: id &- mark.results, result
      ).text()
    default: break
    }
    try database.execute(
      sql: "INSERT INTO event (run, time, json) VALUES (?, ?, ?)",
      arguments: [run, time, try StoredJSON.encode(event)])
    return try lines
      + JournalLine.event(id: database.lastInsertedRowID &- mark.events, time: time, event).text()
  }

  /// Adds the score of a result that was just written to those from before, where they are true.
  private static func addScore(
    _ result: EvaluationResult, to before: String, of run: RunID, _ database: Database
  ) throws {
    guard result.phase == .tuning else { return }
    guard !RunScore.isOutdated(before) else {
      return try Notebook.renewScores(of: run, database)
    }
    let scores = RunScore.adding(result, to: RunScore.list(before))
    try database.execute(
      sql: "UPDATE run SET scores = ? WHERE id = ?", arguments: [RunScore.text(scores), run])
  }
}

import Foundation
import GRDB
import NamedEntities
import Synchronization

/// Writes what an engine sees into the book, in few transactions.
///
/// Events wait in memory for at most a fifth of a second or 256 of them; a change of state and an
/// evaluation are written at once. An error of the book surfaces at the next call.
package final class RunRecorder: Sendable {
  private struct Waiting {
    var metrics: [(series: String, step: Int, value: Double, time: Double)] = []
    var events: [(time: Double, event: Event)] = []
    var progress: Progress?
    var series: [String: Int64] = [:]
    var lastFlush = 0.0
  }

  private let notebook: Notebook
  private let run: RunID
  private let innerSteps: Int
  private let waiting = Mutex(Waiting())

  init(notebook: Notebook, run: RunID, innerSteps: Int) {
    self.notebook = notebook
    self.run = run
    self.innerSteps = innerSteps
  }

  private static var now: Double { Date().timeIntervalSince1970 }

  /// Records an event.
  package func record(_ event: Event) throws {
    let now = Self.now
    try waiting.withLock { waiting in
      var isUrgent = false
      switch event {
      case .innerStep(let step, _, _, let inner, let loss):
        let position = (step - 1) * max(1, innerSteps) + inner
        waiting.metrics.append(("inner/loss", position, loss, now))
      case .outerStep(let step, _, let loss, let norm, let rate):
        waiting.metrics.append(("outer/loss", step, loss, now))
        waiting.metrics.append(("outer/gradientNorm", step, norm, now))
        waiting.metrics.append(("outer/learningRate", step, rate, now))
      case .trainingStep(let phase, let language, let step, let loss, let norm, let rate):
        let name = ([phase.rawValue] + (language.map { [$0] } ?? [])).joined(separator: "/")
        waiting.metrics.append(("\(name)/loss", step, loss, now))
        waiting.metrics.append(("\(name)/gradientNorm", step, norm, now))
        waiting.metrics.append(("\(name)/learningRate", step, rate, now))
      case .evaluation(let result):
        let name = "f1/\(result.language)/\(result.split)"
        waiting.metrics.append((name, result.step, result.scores.micro.f1, now))
        waiting.events.append((now, event))
        isUrgent = true
      case .progress(let progress):
        waiting.progress = progress
      case .stateChanged, .started, .phase, .settingChanged, .checkpoint:
        waiting.events.append((now, event))
        isUrgent = true
      case .log:
        waiting.events.append((now, event))
      }
      let isDue = now - waiting.lastFlush >= 0.2 || now < waiting.lastFlush
      if isUrgent || isDue || waiting.metrics.count + waiting.events.count >= 256 {
        try flush(&waiting, now)
      }
    }
  }

  /// Writes what waits.
  package func flush() throws {
    try waiting.withLock { try flush(&$0, Self.now) }
  }

  /// Writes the end of a run and why.
  package func finish(state: RunState, error: String?) throws {
    precondition(state.isFinal, "A run ends finished, stopped, failed or interrupted")
    try flush()
    try notebook.write { try notebook.setState(state, of: run, error: error, $0) }
  }

  /// Says that the engine is alive, and writes what waits.
  package func heartbeat() {
    // A book that cannot be written now is met again, with its error, at the next event.
    try? flush()
    try? notebook.write {
      try $0.execute(
        sql: "UPDATE run SET heartbeat = ? WHERE id = ?", arguments: [Self.now, run])
    }
  }

  private func flush(_ waiting: inout Waiting, _ now: Double) throws {
    let hasRows = !waiting.metrics.isEmpty || !waiting.events.isEmpty || waiting.progress != nil
    guard hasRows else { return }
    var series = waiting.series
    try notebook.write { database in
      let insert = try database.cachedStatement(
        sql: "INSERT INTO metric (series, step, value, time) VALUES (?, ?, ?, ?)")
      for metric in waiting.metrics {
        let id = try seriesID(metric.series, &series, database)
        try insert.execute(
          arguments: [id, metric.step, StoredNumber.encode(metric.value), metric.time])
      }
      for (time, event) in waiting.events { try write(event, time, database) }
      if let progress = waiting.progress {
        try database.execute(
          sql: "INSERT INTO progress (run, json) VALUES (?, ?) "
            + "ON CONFLICT (run) DO UPDATE SET json = excluded.json",
          arguments: [run, try StoredJSON.encode(progress)])
      }
    }
    waiting.series = series
    waiting.metrics.removeAll(keepingCapacity: true)
    waiting.events.removeAll(keepingCapacity: true)
    waiting.progress = nil
    waiting.lastFlush = now
  }

  private func seriesID(
    _ name: String, _ known: inout [String: Int64], _ database: Database
  ) throws -> Int64 {
    if let id = known[name] { return id }
    try database.execute(
      sql: "INSERT OR IGNORE INTO series (run, name) VALUES (?, ?)", arguments: [run, name])
    let id =
      try Int64.fetchOne(
        database, sql: "SELECT id FROM series WHERE run = ? AND name = ?", arguments: [run, name])
      ?? database.lastInsertedRowID
    known[name] = id
    return id
  }

  private func write(_ event: Event, _ time: Double, _ database: Database) throws {
    switch event {
    case .stateChanged(let state):
      // Tells the state and records the event.
      try notebook.setState(state, of: run, error: nil, database)
      return
    case .started(let process, let host, _, _):
      try database.execute(
        sql: "UPDATE run SET processID = ?, host = ?, started = ?, heartbeat = ? WHERE id = ?",
        arguments: [process, host, time, time, run])
    case .evaluation(let result):
      try database.execute(
        sql: "INSERT INTO result (run, json) VALUES (?, ?)",
        arguments: [run, try StoredJSON.encode(result)])
    default: break
    }
    try database.execute(
      sql: "INSERT INTO event (run, time, json) VALUES (?, ?, ?)",
      arguments: [run, time, try StoredJSON.encode(event)])
  }
}

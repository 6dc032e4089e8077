import Dispatch
import Foundation
import GRDB
import Synchronization

/// Writes what an engine sees into the book, in few transactions.
///
/// Events wait in memory for at most a fifth of a second or 256 of them, and are written by a
/// queue of the recorder's own, so that the engine does not wait for the disk. An evaluation is
/// written at once; a change of state is written when the call returns. An error of the book
/// surfaces at the next call, and what could not be written waits for the next attempt. What
/// waits when nobody holds the recorder any more is not written: `finish` or `flush` comes first.
package final class RunRecorder: Sendable {
  private struct Waiting {
    var rows = RecordedRows()
    var isScheduled = false
    var isUrgent = false
    var failure: (any Error)?
  }

  private enum Urgency {
    case none, later, now, wait
  }

  /// How many rows wait at most while the book is locked by another program.
  private static let capacity = 50_000
  /// How often the journal is told of the progress, which the book has five times a second.
  private static let secondsBetweenProgress = 30.0

  private let notebook: Notebook
  private let run: RunID
  private let innerSteps: Int
  private let queue = DispatchQueue(label: "primer.recorder")
  private let waiting = Mutex(Waiting())
  private let series = Mutex<[String: Int64]>([:])
  private let lastProgress = Mutex(-Double.infinity)

  init(notebook: Notebook, run: RunID, innerSteps: Int) {
    self.notebook = notebook
    self.run = run
    self.innerSteps = innerSteps
  }

  /// Records an event.
  package func record(_ event: Event) throws {
    if case .stateChanged(let state) = event {
      try flush()
      try queue.sync {
        try notebook.write { try notebook.setState(state, of: run, error: nil, $0) }
      }
      return
    }
    let (urgency, failure) = waiting.withLock { waiting in
      waiting.rows.add(event, time: Date().timeIntervalSince1970, innerSteps: innerSteps)
      let urgency = Self.urgency(of: event, &waiting)
      defer { waiting.failure = nil }
      return (urgency, waiting.failure)
    }
    if let failure { throw failure }
    switch urgency {
    case .none: break
    case .later: queue.asyncAfter(deadline: .now() + 0.2) { [weak self] in self?.attempt() }
    case .now: queue.async { [weak self] in self?.attempt() }
    case .wait: try flush()
    }
  }

  private static func urgency(of event: Event, _ waiting: inout Waiting) -> Urgency {
    if waiting.rows.count >= capacity { return .wait }
    let matters =
      switch event {
      case .evaluation, .started, .phase, .settingChanged, .checkpoint: true
      default: false
      }
    if matters || waiting.rows.count >= 256, !waiting.isUrgent {
      waiting.isUrgent = true
      return .now
    }
    guard !waiting.isScheduled, !waiting.isUrgent else { return .none }
    waiting.isScheduled = true
    return .later
  }

  /// Records that a request was carried out, and what came of it, both or neither.
  package func carriedOut(_ request: ControlRequest, _ event: Event?) throws {
    waiting.withLock { waiting in
      waiting.rows.add(carriedOut: request.id)
      if let event {
        waiting.rows.add(event, time: Date().timeIntervalSince1970, innerSteps: innerSteps)
      }
    }
    queue.async { [weak self] in self?.attempt() }
  }

  /// Writes what waits, and tells where the rows of the run end then.
  ///
  /// - Parameter isDurable: Whether all of them are on the disk when this returns.
  package func mark(isDurable: Bool) throws -> RunMark {
    try flush()
    return try isDurable ? notebook.durableMark(of: run) : notebook.mark(of: run)
  }

  /// Writes what waits, and returns when it is written.
  package func flush() throws {
    try queue.sync { try writeWaiting() }
  }

  /// Writes the end of a run and why; a run that has ended already keeps its first end.
  package func finish(state: RunState, error: String?) throws {
    precondition(state.isFinal, "A run ends finished, stopped, failed or interrupted")
    let rows = Result { try flush() }
    try queue.sync {
      try notebook.write { database in
        let before = try notebook.state(of: run, database)
        if before.isFinal, before != .interrupted { return }
        try notebook.setState(state, of: run, error: error, database)
      }
    }
    try rows.get()
  }

  /// Says that the engine is alive, and writes what waits; does not wait for the disk.
  package func heartbeat() {
    queue.async {
      self.attempt()
      // A book that cannot be written now is met again, with its error, at the next event.
      try? self.notebook.write {
        try $0.execute(
          sql: "UPDATE run SET heartbeat = ? WHERE id = ?",
          arguments: [Date().timeIntervalSince1970, self.run])
      }
    }
  }

  // MARK: On the queue

  /// Writes what waits; an error is kept for the next call, but for a lock that will be lifted.
  private func attempt() {
    do {
      try writeWaiting()
    } catch {
      if (error as? NotebookError)?.kind == .busy { return }
      waiting.withLock { $0.failure = error }
    }
  }

  private func writeWaiting() throws {
    let rows = waiting.withLock { waiting in
      defer {
        waiting.rows = RecordedRows()
        (waiting.isScheduled, waiting.isUrgent) = (false, false)
      }
      return waiting.rows
    }
    if rows.count == 0 { return }
    do {
      // Numbers of series that were made in a transaction that failed are not kept.
      var known = series.withLock { $0 }
      let now = ProcessInfo.processInfo.systemUptime
      let tellsProgress = now - lastProgress.withLock { $0 } > Self.secondsBetweenProgress
      try notebook.write { database in
        _ = try notebook.state(of: run, database)  // a run that was deleted is said so
        let mark = try Notebook.journalMark(of: run, database) ?? .init()
        let lines = try rows.write(
          database, run: run, series: &known, mark: mark, tellsProgress: tellsProgress)
        try notebook.journal(lines, of: run, database)
      }
      series.withLock { $0 = known }
      if tellsProgress { lastProgress.withLock { $0 = now } }
    } catch {
      waiting.withLock { $0.rows = rows.followed(by: $0.rows) }
      throw error
    }
  }
}

import Dispatch
import Experiments
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
///
/// While another program keeps the book locked, rows wait in memory and the run goes on. While the
/// disk is full, the run counts as paused, and calls wait until there is room, or until the run is
/// asked to stop.
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

  /// What is known from one transaction to the next.
  private struct Known {
    /// The series by name.
    var series: [String: RecordedRows.Series] = [:]
    /// How often the run went back when they were learned.
    var rewinds: Int?
    /// When the journal was told of the progress.
    var lastProgress = -Double.infinity
  }

  /// How many rows wait at most while the book is locked by another program.
  private static let capacity = 50_000
  /// How often the journal is told of the progress, which the book has five times a second.
  private static let secondsBetweenProgress = 30.0

  let notebook: Notebook
  let run: RunID
  let queue = DispatchQueue(label: "primer.recorder")
  let room = Mutex(Room())
  private let innerSteps: Int
  private let waiting = Mutex(Waiting())
  private let known = Mutex(Known())
  private let now: @Sendable () -> Double

  init(notebook: Notebook, run: RunID, innerSteps: Int) {
    self.notebook = notebook
    self.run = run
    self.innerSteps = innerSteps
    now = notebook.clock.carriedOn()
  }

  /// Records an event.
  package func record(_ event: Event) throws {
    if case .stateChanged(let state) = event {
      try persist(writeWaiting)
      try persist { try notebook.setState(state, of: run, error: nil, $0) }
      if state == .running { reserve.take() }
      return
    }
    let (urgency, failure) = waiting.withLock { waiting in
      waiting.rows.add(event, time: now(), innerSteps: innerSteps)
      let urgency = Self.urgency(of: event, &waiting)
      defer { waiting.failure = nil }
      return (urgency, waiting.failure)
    }
    if let failure { throw failure }
    switch urgency {
    case .none: break
    case .later: queue.asyncAfter(deadline: .now() + 0.2) { [weak self] in self?.attempt() }
    case .now: queue.async { [weak self] in self?.attempt() }
    case .wait: try persist(writeWaiting)
    }
    if isFull { try waitForRoom() }
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
      if let event { waiting.rows.add(event, time: now(), innerSteps: innerSteps) }
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

  /// Writes what waits, and returns when it is written; waits while the disk is full, but not
  /// while the book is locked.
  package func flush() throws {
    do {
      try queue.sync { try writeWaiting() }
    } catch let error as NotebookError where error.kind == .full {
      try waitForRoom()
      try queue.sync { try writeWaiting() }
    }
  }

  /// Writes the end of a run and why; a run that has ended already keeps its first end.
  package func finish(state: RunState, error: String?) throws {
    precondition(state.isFinal, "A run ends finished, stopped, failed or interrupted")
    let rows = Result { try persist(writeWaiting) }
    reserve.release()
    try persist { database in
      let before = try notebook.state(of: run, database)
      if before.isFinal, before != .interrupted { return }
      var known = known.withLock { $0 }
      try bringUpToDate(&known, database)
      for series in known.series.values {
        _ = try PointChunk.write(series.rest, of: series.number, isEnd: true, database)
      }
      try notebook.setState(state, of: run, error: error, database)
    }
    known.withLock { $0.series = [:] }  // what is in no chunk is another now
    try rows.get()
  }

  /// Says that the engine is alive, and writes what waits; does not wait for the disk.
  package func heartbeat() {
    queue.async {
      self.attempt()
      // A book that cannot be written now is met again, with its error, at the next event.
      try? self.notebook.touch(self.run)
    }
  }

  /// Writes until it is written: through locks of other programs, and through a full disk unless
  /// the run is asked to stop.
  private func persist(_ body: (Database) throws -> Void) throws {
    try persist { try notebook.write(body) }
  }

  private func persist(_ body: () throws -> Void) throws {
    while true {
      do {
        try queue.sync { try tellingRoom(body) }
        return
      } catch let error as NotebookError where error.kind == .busy {
        continue  // the book has waited its time already
      } catch let error as NotebookError where error.kind == .full {
        try waitForRoom()
        if isFull { throw error }
      }
    }
  }

  // MARK: On the queue

  /// Writes what waits; an error is kept for the next call, but for those that pass by.
  private func attempt() {
    do {
      try writeWaiting()
    } catch {
      if let error = error as? NotebookError, [.busy, .full].contains(error.kind) { return }
      waiting.withLock { $0.failure = error }
    }
  }

  /// Forgets what is true no more after a run went back; a run that was deleted is said so.
  private func bringUpToDate(_ known: inout Known, _ database: Database) throws {
    let rewinds = try database.cachedStatement(sql: "SELECT rewinds FROM run WHERE id = ?")
    guard let now = try Int.fetchOne(rewinds, arguments: [run]) else {
      throw notebook.noSuchRun(run)
    }
    if let before = known.rewinds, before != now { known.series = [:] }
    known.rewinds = now
  }

  func writeWaiting() throws {
    let rows = waiting.withLock { waiting in
      defer {
        waiting.rows = RecordedRows()
        (waiting.isScheduled, waiting.isUrgent) = (false, false)
      }
      return waiting.rows
    }
    if rows.count == 0 { return }
    do {
      // What was learned in a transaction that failed is not kept.
      var known = known.withLock { $0 }
      let steady = notebook.clock.steady()
      let tellsProgress = steady - known.lastProgress > Self.secondsBetweenProgress
      try tellingRoom {
        try notebook.write { database in
          try bringUpToDate(&known, database)
          let mark = try Notebook.journalMark(of: run, database) ?? .init()
          let lines = try rows.write(
            database, run: run, series: &known.series, mark: mark, tellsProgress: tellsProgress)
          try notebook.journal(lines, of: run, database)
        }
      }
      if tellsProgress { known.lastProgress = steady }
      self.known.withLock { $0 = known }
    } catch {
      waiting.withLock { $0.rows = rows.followed(by: $0.rows) }
      throw error
    }
  }
}

import Experiments
import Foundation
import GRDB
import Synchronization

/// What a recorder does while its disk is full.
extension RunRecorder {
  /// Whether the disk is full, and what the book was told of it.
  struct Room {
    /// Since when there is none, on the steady clock.
    var fullSince: Double?
    /// Whether the book says that the run is paused for it.
    var isTold = false
  }

  private static let secondsBetweenAttempts = 0.5

  var reserve: RunReserve { RunReserve(runFolder: notebook.runFolder(run)) }

  /// Whether what was to be written last found no room.
  package var isFull: Bool { room.withLock { $0.fullSince != nil } }

  /// Returns when there is room again and what waited is written, or when the run is asked to stop:
  /// then the rows still wait.
  ///
  /// The run counts as paused meanwhile, and its log says why.
  package func waitForRoom() throws {
    while isFull {
      do {
        try queue.sync {
          tellOfPause()
          try writeWaiting()
          // Rows may have been written by others before: only a row of one's own tells.
          try tellingRoom { try notebook.touch(run) }
        }
      } catch let error as NotebookError where [.full, .busy].contains(error.kind) {
        if try isAskedToStop() { return }
        Thread.sleep(forTimeInterval: Self.secondsBetweenAttempts)
      }
    }
  }

  private func isAskedToStop() throws -> Bool {
    do {
      return try notebook.requests(of: run).contains { $0.control == .stop }
    } catch let error as NotebookError where error.kind == .busy {
      return false
    }
  }

  /// Carries out something that writes, and takes note of whether it found room.
  ///
  /// Called on the queue.
  func tellingRoom<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      let result = try body()
      if isFull { try tellOfRoom() }
      return result
    } catch let error as NotebookError where error.kind == .full {
      room.withLock { $0.fullSince = $0.fullSince ?? notebook.clock.steady() }
      tellOfPause()
      throw error
    }
  }

  /// Says in the book that the run is paused, with the room that was kept for it.
  private func tellOfPause() {
    guard room.withLock({ $0.fullSince != nil && !$0.isTold }) else { return }
    reserve.release()
    do {
      try notebook.write { database in
        guard try notebook.state(of: run, database) == .running else { return }
        try notebook.setState(.paused, of: run, error: nil, database)
        try log(
          .warning, "The disk is full: the run waits until there is room, and then goes on",
          database)
      }
      room.withLock { $0.isTold = true }
    } catch {
      // Not even for this there is room; it is tried again.
    }
  }

  private func tellOfRoom() throws {
    let before = room.withLock { room in
      defer { room = Room() }
      return room
    }
    guard before.isTold, let since = before.fullSince else { return }
    let seconds = Int(max(0, notebook.clock.steady() - since).rounded())
    do {
      try notebook.write { database in
        guard try notebook.state(of: run, database) == .paused else { return }
        try notebook.setState(.running, of: run, error: nil, database)
        try log(.info, "There is room on the disk again, after \(seconds) s", database)
      }
      reserve.take()
    } catch {
      room.withLock { $0 = before }
      throw error
    }
  }

  private func log(_ level: LogLevel, _ text: String, _ database: Database) throws {
    var rows = RecordedRows()
    rows.add(.log(level, text), time: notebook.clock.now(), innerSteps: 0)
    var series: [String: RecordedRows.Series] = [:]
    let mark = try Notebook.journalMark(of: run, database) ?? .init()
    let lines = try rows.write(
      database, run: run, series: &series, mark: mark, tellsProgress: false)
    try notebook.journal(lines, of: run, database)
  }
}

extension Notebook {
  /// Says that an engine is alive.
  func touch(_ run: RunID) throws {
    try write {
      try $0.execute(
        sql: "UPDATE run SET heartbeat = ? WHERE id = ?", arguments: [clock.now(), run])
    }
  }
}

package import Experiments
import Foundation
import GRDB

/// The last rows that the book has of a run at some moment: what a checkpoint remembers of it.
package struct RunMark: Codable, Hashable, Sendable {
  /// The last point of any series.
  package var metric: Int64
  /// The last event.
  package var event: Int64
  /// The last result.
  package var result: Int64

  /// Before the first row of a run.
  package static let beginning = RunMark(metric: 0, event: 0, result: 0)

  /// A mark from its three numbers.
  package init(metric: Int64, event: Int64, result: Int64) {
    self.metric = metric
    self.event = event
    self.result = result
  }
}

extension Notebook {
  /// Where the rows of a run end now, when all of them have reached the disk.
  ///
  /// SQLite's log is written without waiting for the disk otherwise; a checkpoint must never know
  /// of rows that a power cut could take away.
  package func durableMark(of run: RunID) throws -> RunMark {
    guard let writer else { throw readOnly() }
    return try explained {
      try writer.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        defer { try? database.execute(sql: "PRAGMA synchronous = NORMAL") }
        var mark = RunMark.beginning
        try database.inTransaction {
          try database.execute(
            sql: "UPDATE run SET heartbeat = ? WHERE id = ?",
            arguments: [self.clock.now(), run])
          mark = try self.mark(of: run, database)
          return .commit
        }
        try JournalFile(runFolder: self.runFolder(run)).synchronize()
        return mark
      }
    }
  }

  /// Where the rows of a run end now.
  package func mark(of run: RunID) throws -> RunMark {
    try read { try self.mark(of: run, $0) }
  }

  private func mark(of run: RunID, _ database: Database) throws -> RunMark {
    func last(_ sql: String) throws -> Int64 {
      try Int64.fetchOne(database, sql: sql, arguments: [run]) ?? 0
    }
    let mark = RunMark(
      metric: try last(
        """
        SELECT max((SELECT max(id) FROM metric WHERE series = series.id)) FROM series WHERE run = ?
        """),
      event: try last("SELECT max(id) FROM event WHERE run = ?"),
      result: try last("SELECT max(id) FROM result WHERE run = ?"))
    return try Notebook.journalMark(of: run, database)?.inJournal(mark) ?? mark
  }

  /// Takes back what a run recorded after a mark: it goes on from there, and records it again.
  ///
  /// Whoever reads along sees by `RunRecord.rewinds` that rows have gone.
  ///
  /// - Returns: The events that were taken back, oldest first: changed settings among them apply
  ///   again.
  @discardableResult
  package func rewind(_ run: RunID, to mark: RunMark) throws -> [Event] {
    try write { database in
      _ = try self.state(of: run, database)
      let own = mark
      let mark = try Notebook.journalMark(of: run, database)?.inBook(own) ?? own
      let rows = try String.fetchAll(
        database, sql: "SELECT json FROM event WHERE run = ? AND id > ? ORDER BY id",
        arguments: [run, mark.event])
      let events = try rows.map { try StoredJSON.decode(Event.self, $0) }
      let changes = database.totalChangesCount
      try database.execute(
        sql: """
          DELETE FROM metric WHERE id > ? AND series IN (SELECT id FROM series WHERE run = ?)
          """, arguments: [mark.metric, run])
      try database.execute(
        sql: """
          DELETE FROM chunk WHERE last > ? AND series IN (SELECT id FROM series WHERE run = ?)
          """, arguments: [mark.metric, run])
      try database.execute(
        sql: "DELETE FROM result WHERE run = ? AND id > ?", arguments: [run, mark.result])
      // What happened to the run stays in its record; only what it measured is measured again.
      for row in try Row.fetchAll(
        database, sql: "SELECT id, json FROM event WHERE run = ? AND id > ?",
        arguments: [run, mark.event])
      {
        guard try StoredJSON.decode(Event.self, row.stored(1)).isMeasured else { continue }
        try database.execute(
          sql: "DELETE FROM event WHERE id = ?", arguments: [try row.stored(0) as Int64])
      }
      if database.totalChangesCount > changes {
        try database.execute(
          sql: "UPDATE run SET rewinds = rewinds + 1 WHERE id = ?", arguments: [run])
        try Self.renewScores(of: run, database)
        try self.journal(.rewind(own), of: run, database)
      }
      return events
    }
  }

  /// Puts a run that ended without finishing back into the queue.
  ///
  /// - Parameter anew: Whether it begins again from nothing; else it goes on where its last
  ///   checkpoint is.
  package func requeue(_ run: RunID, anew: Bool = false) throws {
    try write { database in
      let state = try self.state(of: run, database)
      guard state.next.contains(.queued) else {
        throw NotebookError(
          .other, path: self.runFolder(run),
          problem: "run #\(run) is \(state.rawValue)",
          advice: "Only a run that was stopped, failed or was interrupted can go on.")
      }
      guard !RunLock.isHeld(folder: self.runFolder(run)) else {
        throw NotebookError(
          .busy, path: self.runFolder(run), problem: "the engine of run #\(run) still works",
          advice: "Wait until it has ended.")
      }
      try self.dropRequests(run, but: "set", database)
      if anew {
        for table in ["progress", "result", "event", "series"] {
          try database.execute(sql: "DELETE FROM \(table) WHERE run = ?", arguments: [run])
        }
        try self.removeCheckpoints(run)
        try self.journal(.anew, of: run, database)
      }
      try self.setState(.queued, of: run, error: nil, database)
      try database.execute(
        sql: """
          UPDATE run SET heartbeat = NULL, processID = NULL, host = NULL, position = NULL,
          scores = CASE WHEN ? THEN '' ELSE scores END,
          rewinds = rewinds + ?, started = CASE WHEN ? THEN NULL ELSE started END WHERE id = ?
          """, arguments: [anew, anew ? 1 : 0, anew, run])
      try self.journal(.set(.position, .null), of: run, database)
    }
  }

  /// A changed setting that no engine has seen yet is still wanted; a pause or a stop is not.
  private func dropRequests(_ run: RunID, but kept: String, _ database: Database) throws {
    try database.execute(
      sql: "DELETE FROM control WHERE run = ? AND json NOT LIKE ?",
      arguments: [run, "{\"\(kept)\":%"])
  }

  private func removeCheckpoints(_ run: RunID) throws {
    let path = runFolder(run) + "/checkpoints"
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw NotebookError(
        .readOnly, path: path,
        problem: "the old checkpoints cannot be removed (\(error.localizedDescription))",
        advice: "Check the folder's permissions, or delete it by hand.")
    }
  }

  private func readOnly() -> NotebookError {
    NotebookError(
      .readOnly, path: folder, problem: "the notebook was opened for reading only",
      advice: "Open it for writing.")
  }
}

extension Event {
  /// Whether a run that goes on from an earlier point sees this again.
  var isMeasured: Bool {
    switch self {
    case .innerStep, .outerStep, .trainingStep, .evaluation, .progress, .phase, .settingChanged,
      .checkpoint, .log:
      true
    case .started, .stateChanged, .resumed: false
    }
  }
}

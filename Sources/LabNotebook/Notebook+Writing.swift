import Foundation
import GRDB

extension Notebook {
  private static var now: Double { Date().timeIntervalSince1970 }

  /// Queues an experiment as a new run.
  ///
  /// Relative paths become absolute, so that the engine finds the same files wherever it starts.
  /// The experiment is kept as `experiment.toml` in the run's folder too.
  ///
  /// - Parameter near: The experiment's file; relative paths may be relative to it.
  package func enqueue(_ experiment: Experiment, near: String? = nil) throws -> RunID {
    try experiment.validated()
    let resolved = Self.resolved(experiment, near: near)
    let toml = resolved.resolvedToml()
    let id = try write { database in
      try database.execute(
        sql: "INSERT INTO run (name, state, experiment, created) VALUES (?, ?, ?, ?)",
        arguments: [resolved[Settings.name], RunState.queued.rawValue, toml, Self.now])
      return database.lastInsertedRowID
    }
    let folder = runFolder(id)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try toml.write(toFile: folder + "/experiment.toml", atomically: true, encoding: .utf8)
    } catch {
      try write { try $0.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [id]) }
      throw NotebookError(
        .readOnly, path: folder, problem: "it cannot be written (\(error.localizedDescription))",
        advice: "Check the folder's permissions and its disk.")
    }
    return id
  }

  private static func resolved(_ experiment: Experiment, near: String?) -> Experiment {
    var result = experiment
    for setting in [Settings.encoderPath, Settings.dataPath, Settings.pretrainingText] {
      if let path = ResourceLocator.resolve(experiment[setting], near: near) {
        result[setting] = path
      }
    }
    let output = experiment[Settings.pretrainingOutput]
    if !output.isEmpty, !output.hasPrefix("/") {
      let full = FileManager.default.currentDirectoryPath + "/" + output
      result[Settings.pretrainingOutput] = (full as NSString).standardizingPath
    }
    return result
  }

  /// Asks something of a run; one that is still queued is stopped at once.
  package func request(_ control: Control, for run: RunID) throws {
    let json = try StoredJSON.encode(control)
    try write { database in
      let state = try self.state(of: run, database)
      if state == .queued, control == .stop {
        try self.setState(.stopped, of: run, error: nil, database)
      } else {
        try database.execute(
          sql: "INSERT INTO control (run, json) VALUES (?, ?)", arguments: [run, json])
      }
    }
  }

  /// What was asked of a run since the last call, oldest first.
  package func pendingControls(_ run: RunID) throws -> [Control] {
    let waiting = try read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM control WHERE run = ?", arguments: [run])
    }
    guard waiting ?? 0 > 0 else { return [] }
    return try write { database in
      let rows = try String.fetchAll(
        database, sql: "SELECT json FROM control WHERE run = ? ORDER BY id", arguments: [run])
      try database.execute(sql: "DELETE FROM control WHERE run = ?", arguments: [run])
      return try rows.map { try StoredJSON.decode(Control.self, $0) }
    }
  }

  /// Puts a run that ended without finishing back into the queue, to begin again.
  package func requeue(_ run: RunID) throws {
    try write { database in
      let state = try self.state(of: run, database)
      guard state.next.contains(.queued) else {
        throw NotebookError(
          .other, path: self.runFolder(run),
          problem: "run #\(run) is \(state.rawValue)",
          advice: "Only a run that was stopped, failed or was interrupted can begin again.")
      }
      for table in ["progress", "result", "event", "control", "series"] {
        try database.execute(sql: "DELETE FROM \(table) WHERE run = ?", arguments: [run])
      }
      try database.execute(
        sql: """
          UPDATE run SET state = 'queued', started = NULL, finished = NULL, heartbeat = NULL,
          processID = NULL, host = NULL, error = NULL WHERE id = ?
          """, arguments: [run])
    }
  }

  /// Writes the note of a run.
  package func setNote(_ run: RunID, _ note: String) throws {
    try change(run, "note = ?", note)
  }

  /// Marks a run with a star, or not.
  package func setStarred(_ run: RunID, _ isStarred: Bool) throws {
    try change(run, "starred = ?", isStarred)
  }

  /// Puts a run away, or takes it out again.
  package func setArchived(_ run: RunID, _ isArchived: Bool) throws {
    try change(run, "archived = ?", isArchived)
  }

  /// Gives a run another name.
  package func rename(_ run: RunID, _ name: String) throws {
    try change(run, "name = ?", name)
  }

  private func change(_ run: RunID, _ assignment: String, _ value: any DatabaseValueConvertible)
    throws
  {
    try write { database in
      _ = try self.state(of: run, database)
      try database.execute(
        sql: "UPDATE run SET \(assignment) WHERE id = ?", arguments: [value, run])
    }
  }

  /// Deletes a run with its folder; one that is under way is refused.
  package func delete(_ run: RunID) throws {
    try write { database in
      let state = try self.state(of: run, database)
      guard state != .running, state != .paused else {
        throw NotebookError(
          .other, path: self.runFolder(run), problem: "run #\(run) is under way",
          advice: "Stop it first.")
      }
      try database.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run])
    }
    let folder = runFolder(run)
    if FileManager.default.fileExists(atPath: folder) {
      try FileManager.default.removeItem(atPath: folder)
    }
  }

  /// Marks the runs whose engine is gone.
  ///
  /// An engine holds its run's lock for as long as it lives, so a run under way whose lock is free
  /// has none; a run that began a moment ago may not have its lock yet.
  ///
  /// - Returns: The runs that were marked.
  package func markInterrupted() throws -> [RunID] {
    let suspects = try read { database in
      try Row.fetchAll(
        database, sql: "SELECT id, heartbeat, host FROM run WHERE state IN ('running', 'paused')")
    }
    let host = ProcessInfo.processInfo.hostName
    var marked: [RunID] = []
    for row in suspects {
      let id: RunID = row["id"]
      let elsewhere = (row["host"] as String?).map { $0 != host } ?? false
      let age = Self.now - (row["heartbeat"] as Double? ?? 0)
      // Locks do not reach another machine; there only the heartbeat tells.
      if elsewhere ? age < 120 : RunLock.isHeld(folder: runFolder(id)) { continue }
      try write { database in
        guard try [.running, .paused].contains(self.state(of: id, database)) else { return }
        try self.setState(.interrupted, of: id, error: nil, database)
        marked.append(id)
      }
    }
    return marked
  }

  /// What records the events of a run.
  package func recorder(for run: RunID) throws -> RunRecorder {
    guard let record = try self.run(run) else { throw noSuchRun(run) }
    return RunRecorder(
      notebook: self, run: run, innerSteps: record.experiment[Settings.innerSteps])
  }

  // MARK: Rows

  func state(of run: RunID, _ database: Database) throws -> RunState {
    let text = try String.fetchOne(
      database, sql: "SELECT state FROM run WHERE id = ?", arguments: [run])
    guard let text else { throw noSuchRun(run) }
    return RunState(rawValue: text) ?? .failed
  }

  func setState(_ state: RunState, of run: RunID, error: String?, _ database: Database) throws {
    try database.execute(
      sql: """
        UPDATE run SET state = ?, error = ?, heartbeat = ?,
        finished = CASE WHEN ? THEN ? ELSE NULL END WHERE id = ?
        """,
      arguments: [state.rawValue, error, Self.now, state.isFinal, Self.now, run])
    try database.execute(
      sql: "INSERT INTO event (run, time, json) VALUES (?, ?, ?)",
      arguments: [run, Self.now, try StoredJSON.encode(Event.stateChanged(state))])
  }

  private func noSuchRun(_ run: RunID) -> NotebookError {
    NotebookError(
      .noSuchRun, path: folder, problem: "there is no run #\(run)",
      advice: "`primer runs` lists those that there are.")
  }
}

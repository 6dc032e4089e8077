package import Experiments
import Foundation
import GRDB

extension Notebook {
  /// Queues an experiment as a new run.
  ///
  /// Relative paths become absolute, so that the engine finds the same files wherever it starts.
  /// The experiment is kept as `experiment.toml` in the run's folder too, and so is what it needs
  /// of the run from whose point it begins, if it names one.
  ///
  /// - Parameters:
  ///   - near: The experiment's file; relative paths may be relative to it.
  ///   - study: The study that it belongs to.
  package func enqueue(
    _ experiment: Experiment, near: String? = nil, study: String = ""
  ) throws -> RunID {
    try experiment.validated()
    var resolved = try experiment.resolved(near: near)
    let origin = try self.origin(of: resolved)
    if let origin { resolved[Settings.startCheckpoint] = origin.point.text }
    let toml = resolved.resolvedToml()
    var made: String?
    do {
      return try write { database in
        try self.enqueue(
          resolved, toml: toml, study: study, origin: origin, made: &made, database)
      }
    } catch {
      // What did not come into the book must not be found by those who make the book again.
      if let made { try? FileManager.default.removeItem(atPath: made) }
      throw error
    }
  }

  private func enqueue(
    _ experiment: Experiment, toml: String, study: String, origin: StartOrigin?,
    made: inout String?, _ database: Database
  ) throws -> RunID {
    let id = try self.nextNumber(database)
    try database.execute(
      sql: """
        INSERT INTO run (id, name, state, experiment, created, study) VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id, experiment[Settings.name], RunState.queued.rawValue, toml, clock.now(), study,
      ])
    let folder = self.runFolder(id)
    made = folder
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try toml.write(toFile: folder + "/experiment.toml", atomically: true, encoding: .utf8)
    } catch {
      throw NotebookError(
        .readOnly, path: folder,
        problem: "it cannot be written (\(error.localizedDescription))",
        advice: "Check the folder's permissions and its disk.")
    }
    try origin?.keep(in: folder)
    let text = try Notebook.journalText(of: id, database)
    _ = try JournalFile(runFolder: folder).write(text, at: 0)
    try self.rememberJournal(of: id, length: text.utf8.count, database)
    return id
  }

  /// The number after the last, past folders that are there already: nothing is overwritten.
  func nextNumber(_ database: Database) throws -> RunID {
    let last = try RunID.fetchOne(
      database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'run'")
    guard let last = Optional(last ?? 0), (0..<Plausibility.largest).contains(last) else {
      throw UnreadableRow(description: "\(last ?? 0) is no number of a run")
    }
    var number = last + 1
    while FileManager.default.fileExists(atPath: runFolder(number)) { number += 1 }
    return number
  }

  /// Asks something of a run; one that is still queued is stopped at once.
  ///
  /// A run that has ended can be asked nothing but to stop, which it has; and only a live setting
  /// can be changed.
  package func request(_ control: Control, for run: RunID) throws {
    if case .set(let key, let value) = control {
      var experiment = Experiment()
      try experiment.set(key, to: value)
      try Settings.requireLive(key)
    }
    let json = try StoredJSON.encode(control)
    try write { database in
      let state = try self.state(of: run, database)
      if state.isFinal, control == .stop { return }
      // What a run that can go on is told about its settings waits until it does.
      var waits = false
      if case .set = control { waits = state.next.contains(.queued) }
      guard !state.isFinal || waits else {
        throw NotebookError(
          .other, path: self.runFolder(run), problem: "run #\(run) is \(state.rawValue)",
          advice: "Only a run that is queued or under way can be asked to do something.")
      }
      if state == .queued, control == .stop {
        try self.setState(.stopped, of: run, error: nil, database)
      } else {
        try database.execute(
          sql: "INSERT INTO control (run, json) VALUES (?, ?)", arguments: [run, json])
      }
    }
  }

  /// What is asked of a run and not yet carried out, oldest first.
  ///
  /// A request stays in the book until the recorder says with an event that it was carried out,
  /// so that none is lost with an engine that dies.
  package func requests(of run: RunID, after id: Int64 = 0) throws -> [ControlRequest] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT id, json FROM control WHERE run = ? AND id > ? ORDER BY id",
        arguments: [run, id]
      ).map { row in
        ControlRequest(
          id: try row.stored(0), control: try StoredJSON.decode(Control.self, row.stored(1)))
      }
    }
  }

  /// Writes the note of a run.
  package func setNote(_ run: RunID, _ note: String) throws {
    try set(.note, of: run, to: note)
  }

  /// Marks a run with a star, or not.
  package func setStarred(_ run: RunID, _ isStarred: Bool) throws {
    try set(.starred, of: run, to: isStarred)
  }

  /// Puts a run away, or takes it out again.
  package func setArchived(_ run: RunID, _ isArchived: Bool) throws {
    try set(.archived, of: run, to: isArchived)
  }

  /// Gives a run another name.
  package func rename(_ run: RunID, _ name: String) throws {
    var experiment = Experiment()
    try experiment.set(Settings.name.descriptor.key, to: name)
    try set(.name, of: run, to: name)
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
    guard FileManager.default.fileExists(atPath: folder) else { return }
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      throw NotebookError(
        .readOnly, path: folder,
        problem: "run #\(run) is deleted, but its folder cannot be (\(error.localizedDescription))",
        advice: "Delete the folder by hand.")
    }
  }

  /// Marks the runs whose engine is gone.
  ///
  /// An engine holds its run's lock for as long as it lives, so a run under way whose lock is free
  /// has none; a run that began a moment ago may not have its lock yet.
  ///
  /// - Returns: The runs that were marked.
  package func markInterrupted() throws -> [RunID] {
    guard writer != nil else { return [] }
    let suspects = try read { database in
      try Row.fetchAll(
        database, sql: "SELECT id, heartbeat, host FROM run WHERE state IN ('running', 'paused')"
      ).map { row in
        (
          id: try row.stored(0) as RunID, heartbeat: try row.storedIfAny(1) as Double?,
          host: try row.storedIfAny(2) as String?
        )
      }
    }
    guard !suspects.isEmpty else { return [] }
    let host = ProcessInfo.processInfo.hostName
    var marked: [RunID] = []
    for (id, heartbeat, itsHost) in suspects {
      let elsewhere = itsHost.map { $0 != host } ?? false
      // Locks do not reach another machine; there only the heartbeat tells, and only by changing:
      // its clock may be another.
      let isAlive =
        elsewhere
        ? hearts.isBeating(id, heartbeat, at: clock.steady())
        : RunLock.isHeld(folder: runFolder(id))
      if isAlive { continue }
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

  /// Changes the state of a run as the table of states allows; the same state again is nothing
  /// new.
  func setState(_ state: RunState, of run: RunID, error: String?, _ database: Database) throws {
    let before = try self.state(of: run, database)
    if before == state { return }
    guard before.next.contains(state) else {
      throw NotebookError(
        .other, path: runFolder(run),
        problem: "run #\(run) is \(before.rawValue) and cannot become \(state.rawValue)",
        advice: "Somebody else changed the run; look at it with `primer show \(run)`.")
    }
    let now = clock.now()
    try database.execute(
      sql: """
        UPDATE run SET state = ?, error = ?, heartbeat = ?,
        finished = CASE WHEN ? THEN ? ELSE NULL END WHERE id = ?
        """,
      arguments: [state.rawValue, error, now, state.isFinal, now, run])
    let event = Event.stateChanged(state)
    try database.execute(
      sql: "INSERT INTO event (run, time, json) VALUES (?, ?, ?)",
      arguments: [run, now, try StoredJSON.encode(event)])
    let events = try Notebook.journalMark(of: run, database)?.events ?? 0
    let id = database.lastInsertedRowID &- events
    var lines = try JournalLine.event(id: id, time: now, event).text()
    if let error { lines += try JournalLine.set(.error, .text(error)).text() }
    let progress = try String.fetchOne(
      database, sql: "SELECT json FROM progress WHERE run = ?", arguments: [run])
    if state.isFinal, let progress { lines += "[\"p\",\(progress)]\n" }
    try journal(lines, of: run, database)
  }

  func noSuchRun(_ run: RunID) -> NotebookError {
    NotebookError(
      .noSuchRun, path: folder, problem: "there is no run #\(run)",
      advice: "`primer runs` lists those that there are.")
  }
}

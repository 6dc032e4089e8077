package import Experiments
import Foundation
import GRDB
package import RunFolders

extension Notebook {
  /// Asks something of a run; one that still waits in the queue is stopped at once.
  ///
  /// A run that has ended can be asked nothing but to stop, which it has; and only a live setting
  /// can be changed.
  package func request(_ control: Control, for run: RunID) throws {
    if case .set(let key, let value) = control {
      var experiment = Experiment()
      try experiment.set(key, to: value)
      try Settings.requireLive(key)
    }
    try write { database in
      let record = try self.current(run, database)
      if record.state.isFinal, control == .stop { return }
      // What a run that can go on is told about its settings waits until it does.
      var waits = false
      if case .set = control { waits = record.state.next.contains(.queued) }
      guard !record.state.isFinal || waits else {
        throw NotebookError(
          .other, path: record.folder, problem: "run #\(run) is \(record.state.rawValue)",
          advice: "Only a run that is queued or under way can be asked to do something.")
      }
      if record.state == .queued, control == .stop, try self.cancel(record, database) { return }
      try self.explainingFiles {
        _ = try Requests.post(control, in: RunFolder(record.folder), time: self.clock.now())
      }
    }
  }

  /// Takes a run out of the queue; false where an engine is being started for it.
  private func cancel(_ run: RunRecord, _ database: Database) throws -> Bool {
    let claim: RunLock
    do {
      claim = try RunLock(folder: run.folder)
    } catch let error as RunFolderError where error.kind == .takenOver {
      return false
    }
    defer { claim.release() }
    let attempts = try self.attempts(of: run.id, database)
    try add([.cancelled(attempt: attempts.wanted, time: clock.now())], to: run, database)
    return true
  }

  /// What is asked of a run and not yet carried out, oldest first.
  package func requests(of run: RunID) throws -> [ControlRequest] {
    Requests.pending(in: RunFolder(runFolder(run)))
  }

  // MARK: Going on

  /// Puts a run that ended without finishing back into the queue; one that waits there stays.
  ///
  /// - Parameters:
  ///   - anew: Whether it begins again from nothing; else it goes on where its last checkpoint is.
  ///   - takeOver: Whether it is taken over from an engine of which nobody can tell if it lives.
  package func requeue(_ run: RunID, anew: Bool = false, takeOver: Bool = false) throws {
    try waitForEngineToExit(of: run)
    let found = try write { try self.current(run, $0) }
    guard try isToBeQueued(found, anew, takeOver) else { return }
    // The claim comes before the notebook, as where a runner notes how an engine ended: in the other
    // order each would wait for the other. With it nobody starts an engine meanwhile.
    let claim = try claimOfEndedRun(run)
    defer { claim.release() }
    try write { database in
      let record = try self.current(run, database)
      // With the claim of this process it may look like a run under way.
      if record.state == .queued || record.state.isFinal {
        guard try isToBeQueued(record, anew, takeOver) else { return }
      }
      let folder = RunFolder(record.folder)
      // A changed setting that no engine has seen yet is still wanted; a pause or a stop is not.
      for request in Requests.pending(in: folder) {
        if case .set = request.control { continue }
        Requests.remove(request.id, in: folder)
      }
      let attempts = try self.attempts(of: run, database)
      var lines = [
        RunLog.Line.queued(
          attempt: max(attempts.begun, attempts.wanted) + 1, time: self.clock.now(), anew: anew)
      ]
      if record.position != Double(run) {
        lines.append(.set(.position, .null, time: self.clock.now()))
      }
      try self.add(lines, to: record, database)
      if anew { try self.removeCheckpoints(folder) }
    }
  }

  /// Whether a run is to be put into the queue; false where it waits there, an error where it cannot.
  private func isToBeQueued(_ record: RunRecord, _ anew: Bool, _ takeOver: Bool) throws -> Bool {
    if record.state == .queued { return anew }
    if record.isEngineUnknown, takeOver { return true }
    guard record.state.next.contains(.queued) else {
      throw record.isEngineUnknown
        ? unknownEngine(record)
        : NotebookError(
          .other, path: record.folder, problem: "run #\(record.id) is \(record.state.rawValue)",
          advice: "Only a run that was stopped, failed or was interrupted can be resumed.")
    }
    return true
  }

  /// The claim on a run whose engine has ended; a runner that notes how it ended may have it for a
  /// moment.
  private func claimOfEndedRun(_ run: RunID) throws -> RunLock {
    for _ in 0..<10 {
      do {
        return try RunLock(folder: runFolder(run))
      } catch let error as RunFolderError where error.kind == .takenOver {
        usleep(50_000)
      }
    }
    throw NotebookError(
      .busy, path: runFolder(run), problem: "the engine of run #\(run) still works",
      advice: "Wait until it has ended.")
  }

  /// Waits until the engine of a run that has ended is gone: it writes the end and exits a moment
  /// later, and whoever sees the end may resume the run at once.
  private func waitForEngineToExit(of run: RunID) throws {
    try refresh(.run(run))
    guard try self.run(run)?.state.isFinal == true else { return }
    for _ in 0..<200 where RunLock.holder(folder: runFolder(run)) == .somebody {
      usleep(50_000)
    }
  }

  private func unknownEngine(_ run: RunRecord) -> NotebookError {
    let since = run.heartbeat.map { ", last heard of at \($0.ISO8601Format())" } ?? ""
    return NotebookError(
      .busy, path: run.folder,
      problem: "nobody can tell here whether the engine of run #\(run.id) still works: it began on "
        + "\(run.host ?? "another machine") as process \(run.processID ?? 0)\(since)",
      advice: "If it is gone, take the run over: primer resume \(run.id) --take-over.")
  }

  private func removeCheckpoints(_ folder: RunFolder) throws {
    guard FileManager.default.fileExists(atPath: folder.checkpoints) else { return }
    do {
      try FileManager.default.removeItem(atPath: folder.checkpoints)
    } catch {
      throw NotebookError(
        .readOnly, path: folder.checkpoints,
        problem: "the old checkpoints cannot be removed (\(error.localizedDescription))",
        advice: "Check the folder's permissions, or delete it by hand.")
    }
  }

  // MARK: Attempts

  /// The last attempt that an engine began, and the last that is wanted.
  package func attempts(of run: RunID) throws -> (begun: Int, wanted: Int) {
    try read { try self.attempts(of: run, $0) }
  }

  func attempts(of run: RunID, _ database: Database) throws -> (begun: Int, wanted: Int) {
    let log = try explainingFiles { try RunLog(RunFolder(runFolder(run))) }
    let journal = try RunIndexing.summary(of: run, database)
    return RunStatus.attempts(journal: journal, log: log)
  }

  /// Notes that an engine ended without saying so; only who has the claim on the run does.
  ///
  /// - Parameter attempt: The attempt that it was started for; nothing is noted where the journal
  ///   tells its end, or another has begun.
  package func noteEnding(
    of run: RunID, attempt: Int, _ state: RunState, _ reason: String
  ) throws {
    precondition(state.isFinal, "A run ends finished, stopped, failed or interrupted")
    try write { database in
      let record = try self.current(run, database)
      let attempts = try self.attempts(of: run, database)
      let isToldElsewhere =
        attempts.begun > attempt || attempts.wanted > attempt
        || (attempts.begun == attempt && record.state.isFinal && record.state != .interrupted)
      if isToldElsewhere { return }
      try self.add(
        [.ended(attempt: attempt, state, reason, time: self.clock.now())], to: record, database)
    }
  }
}

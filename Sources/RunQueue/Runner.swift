import Files
import Processes
package import Experiments
package import Foundation
package import LabNotebook
import RunFolders
import Synchronization

/// Takes the queued runs of a notebook in order, each in an engine process of its own.
///
/// There is one runner for a notebook: it holds a lock on `runner.lock`, which the system gives
/// back when the process ends, however it ends. It does not hang up with its terminal. It claims a
/// run before it starts an engine and hands the claim to it, so that no second engine is ever started
/// for a run. Asked to end, it takes no more runs, has the engine stop with a checkpoint, and puts
/// that run back at the head of the queue, so that the next runner resumes it.
package final class Runner {
  private let notebook: Notebook
  private let stays: Bool
  private let engine: String
  private let patience: TimeInterval
  private let moves: Bool
  private let lock: Int32
  /// Whether a run has ended since the studies that wait for timing runs were looked at.
  private var mayHaveTimedStudies = true
  /// How often it was asked to end: once is asked politely, twice is not waited for.
  private let endRequests: () -> Int
  private let tell: (String) -> Void

  /// A runner that holds the notebook's lock.
  ///
  /// - Parameters:
  ///   - stays: Whether to wait for more when the queue is empty.
  ///   - engine: The engine's path; nil for the one beside this program.
  ///   - patience: How many seconds to wait for more before it ends.
  ///   - moves: Whether this process goes to the notebook's folder, so that it does not keep
  ///     busy another that somebody may want to unmount or delete.
  ///   - endRequests: How often it was asked to end; the second time it does not wait for the
  ///     engine.
  ///   - tell: Takes a line about what it does.
  package init(
    notebook: Notebook, stays: Bool = false, engine: String? = nil, patience: TimeInterval = 2,
    moves: Bool = true, endRequests: @escaping () -> Int = { 0 },
    tell: @escaping (String) -> Void = { _ in }
  ) throws {
    self.notebook = notebook
    self.endRequests = endRequests
    self.tell = tell
    self.stays = stays
    self.moves = moves
    self.patience = patience
    self.engine = try engine ?? EngineProcess.locate()
    let path = Self.lockPath(notebook.folder)
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard lock >= 0 else {
      throw ProcessError("\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard FileLock.take(lock) else {
      close(lock)
      throw ProcessError("Another runner works on \(notebook.folder).")
    }
  }

  deinit {
    close(lock)
  }

  private static func lockPath(_ folder: String) -> String { folder + "/runner.lock" }

  /// Whether some process is the runner of a notebook now.
  package static func isAlive(notebookFolder: String) -> Bool {
    FileLock.isHeld(lockPath(notebookFolder))
  }

  /// The runs that wait in the queue though nobody works on it; none where a runner does.
  ///
  /// Grids of studies whose methods were timed before the runner ended are queued first.
  package static func abandonedRuns(of notebook: Notebook) throws -> [RunID] {
    if isAlive(notebookFolder: notebook.folder) { return [] }
    try StudyLauncher.queueTimedStudies(in: notebook)
    return try notebook.queue().map(\.id)
  }

  /// Starts a runner in the background unless one is there.
  ///
  /// - Parameter program: The path of `primer`, which has the command `runner`.
  package static func startIfNeeded(notebook: Notebook, program: String) throws {
    if isAlive(notebookFolder: notebook.folder) { return }
    let log = notebook.folder + "/runner.log"
    let begin = EngineLog.size(log)
    let process = try ChildProcess(
      program, ["runner", "--notebook", notebook.folder], output: .appending(log), group: .session)
    for _ in 0..<(100 * secondsToStart) {
      if isAlive(notebookFolder: notebook.folder) { return }
      if let ending = process.poll() {
        // It may have found nothing left to do, or another runner was quicker.
        if ending == .exited(0) || isAlive(notebookFolder: notebook.folder) { return }
        throw ProcessError(
          "The runner ended at once: \(EngineLog.telling(log, after: begin)) Its log is \(log); run "
            + "`primer runner --notebook \(notebook.folder)` to see it work.")
      }
      usleep(10_000)
    }
    throw ProcessError(
      "The runner did not start within \(secondsToStart) seconds; its log is \(log).")
  }

  /// How long a runner may take to start on a machine that is busy.
  private static let secondsToStart = 30

  /// Works until the queue is empty, and for ever when it stays; or until it is asked to end.
  package func runUntilEmpty() throws {
    signal(SIGHUP, SIG_IGN)
    if moves { _ = FileManager.default.changeCurrentDirectoryPath(notebook.folder) }
    notebook.sweep()
    var idleSince = ProcessInfo.processInfo.systemUptime
    while endRequests() == 0 {
      let next = try whenPossible { () -> RunRecord? in
        try notebook.refresh(.open)
        // An engine at work belongs to a runner that was killed; the queue waits for it as for
        // any other.
        if try !notebook.runsWithEngine().isEmpty {
          idleSince = ProcessInfo.processInfo.systemUptime
          mayHaveTimedStudies = true
          return nil
        }
        return try nextRun()
      }
      if let next = next ?? nil {
        try carryOut(next)
        mayHaveTimedStudies = true
        idleSince = ProcessInfo.processInfo.systemUptime
      } else if !stays, ProcessInfo.processInfo.systemUptime - idleSince > patience, try isDone() {
        return
      } else {
        usleep(100_000)
      }
    }
  }

  /// The head of the queue, which the grids of studies join as soon as their methods are timed.
  private func nextRun() throws -> RunRecord? {
    // Looking for them reads every run, so it is done when a run has ended and not at each poll.
    if mayHaveTimedStudies {
      for study in try StudyLauncher.queueTimedStudies(in: notebook, onProblem: tell) {
        tell("Study \(study.study): methods are timed, \(study.queued.count) runs queued")
      }
      mayHaveTimedStudies = false
    }
    return try notebook.nextQueued()
  }

  /// Tries until nobody else keeps the notebook locked and its disk has room; nil when it was asked
  /// to end more often than `most` times meanwhile.
  private func whenPossible<Result>(
    endRequests most: Int = 0, _ body: () throws -> Result
  ) throws -> Result? {
    var told: NotebookError.Kind?
    while true {
      do {
        return try body()
      } catch let error as NotebookError where [.busy, .full].contains(error.kind) {
        if told != error.kind { tell("Waiting: \(error)") }
        told = error.kind
        if endRequests() > most { return nil }
        usleep(1_000_000)
      }
    }
  }

  /// Gives the lock back and looks once more.
  ///
  /// Whoever queues a run and then sees the lock held counts on this runner, so a run that came
  /// before the lock was free is still its own.
  private func isDone() throws -> Bool {
    flock(lock, LOCK_UN)
    let next = try whenPossible { () -> RunRecord? in
      try notebook.refresh(.open)
      return try nextRun()
    }
    if next ?? nil == nil { return true }
    return !FileLock.take(lock)
  }

  // MARK: One run

  /// The room without which no engine is started, in bytes: it would only fail.
  private static let roomToStart = 4 << 20

  private func carryOut(_ run: RunRecord) throws {
    let isRoom: Void? = try whenPossible {
      guard AtomicFile.hasRoom(Self.roomToStart, in: run.folder) || access(run.folder, W_OK) != 0
      else {
        throw NotebookError(
          .full, path: run.folder, problem: "the disk is full",
          advice: "Free some space: run #\(run.id) starts when there is room.")
      }
    }
    guard isRoom != nil, let claim = try claim(run.id) else { return }
    // With the claim nobody else starts or cancels it; what came before is seen now.
    guard let run = try current(run.id), run.state == .queued, run.deleted == nil else { return }
    let attempts = try notebook.attempts(of: run.id)
    let attempt = max(attempts.begun + 1, attempts.wanted)
    let log = RunFolder(run.folder).engineLog
    let begin = EngineLog.size(log)
    let process: ChildProcess
    do {
      process = try start(run, claim)
    } catch {
      try note(EngineEnding(.failed, "\(error)"), of: run.id, attempt)
      return
    }
    claim.release()
    tell("Run #\(run.id) “\(run.name)” started")
    guard let (end, interruption) = try wait(for: process, of: run.id) else { return }
    let ending = EngineEnding(end, log: log, after: begin)
    // Only who has the claim says how it ended; where somebody else has it another engine works.
    if let claim = try self.claim(run.id) {
      try note(ending, of: run.id, attempt)
      claim.release()
    }
    if let interruption {
      try putBack(run.id, wasPaused: interruption == .paused)
    } else if let state = try current(run.id)?.state {
      tell("Run #\(run.id) \(state.rawValue)")
    }
  }

  /// A run as its files say now; nil where it is gone, or this runner was asked to end while others
  /// kept the notebook locked.
  private func current(_ run: RunID) throws -> RunRecord? {
    let found = try whenPossible(endRequests: 1) { () -> RunRecord? in
      try notebook.refresh(.run(run))
      return try notebook.run(run)
    }
    return found ?? nil
  }

  /// The claim on a run; nil where another process has it, or the run is gone.
  private func claim(_ run: RunID) throws -> RunLock? {
    let folder = notebook.runFolder(run)
    guard access(folder, F_OK) == 0 else { return nil }
    let claim = try whenPossible(endRequests: 1) { () -> RunLock? in
      do {
        return try RunLock(folder: folder)
      } catch let error as RunFolderError where [.takenOver, .missing].contains(error.kind) {
        return nil
      } catch let error as RunFolderError where error.kind == .full {
        throw NotebookError(error)
      }
    }
    return claim ?? nil
  }

  private func start(_ run: RunRecord, _ claim: RunLock) throws -> ChildProcess {
    if let problem = run.fault ?? run.experimentProblem {
      throw ProcessError(
        "This program cannot read all of the run: \(problem). Queue it again.")
    }
    var arguments = ["work", run.folder, "--lock-descriptor", "3"]
    if run.experiment[Settings.primingReuse],
      let lender = try notebook.primedRun(for: run.experiment, except: run.id)
    {
      arguments += ["--reuse", lender.folder]
    }
    return try ChildProcess(
      engine, arguments,
      environment: EngineProcess.environment(threads: run.experiment[Settings.threads]),
      output: .appending(RunFolder(run.folder).engineLog), handing: claim.descriptor,
      group: .session)
  }

  /// Waits for the engine's end; when this runner is asked to end, the engine is asked to stop.
  ///
  /// - Returns: How the engine ended, and what the run was doing when it was asked to stop for the
  ///   runner's sake; nil when the engine is not waited for.
  private func wait(
    for process: ChildProcess, of run: RunID
  ) throws -> (end: ChildProcess.Ending, interruption: RunState?)? {
    var interruption: RunState?
    while true {
      if let end = process.poll() { return (end, interruption) }
      usleep(50_000)
      guard endRequests() > 0 else { continue }
      if endRequests() > 1 {
        tell("Leaving run #\(run) alone: it stops by itself")
        // Where this process lives on, the engine's end is not to wait for anybody to ask.
        Thread.detachNewThread { _ = process.wait() }
        return nil
      }
      guard interruption == nil else { continue }
      do {
        try notebook.refresh(.run(run))
        guard let state = try notebook.run(run)?.state, !state.isFinal else { continue }
        try notebook.request(.stop, for: run)
        tell("Asked to end: run #\(run) is to stop with a checkpoint")
        interruption = state
      } catch let error as NotebookError where [.busy, .full].contains(error.kind) {
        // It is asked the next time.
      }
    }
  }

  /// Puts a run that stopped for the runner's sake back to the head of the queue.
  private func putBack(_ run: RunID, wasPaused: Bool) throws {
    guard let state = try current(run)?.state, state == .stopped else { return }
    _ = try whenPossible(endRequests: 1) { try notebook.requeue(run) }
    _ = try whenPossible(endRequests: 1) { try notebook.move(run, to: .first) }
    if wasPaused { _ = try whenPossible(endRequests: 1) { try notebook.request(.pause, for: run) } }
    tell("Run #\(run) is first in the queue: the next runner resumes it")
  }

  /// Writes how an attempt ended, unless its engine did.
  private func note(_ ending: EngineEnding, of run: RunID, _ attempt: Int) throws {
    _ = try whenPossible(endRequests: 1) {
      do {
        try notebook.noteEnding(of: run, attempt: attempt, ending.state, ending.reason)
      } catch let error as NotebookError where error.kind == .noSuchRun {
        // It was deleted meanwhile.
      }
    }
  }
}

package import Foundation
import Synchronization

/// Takes the queued runs of a notebook in order, each in an engine process of its own.
///
/// There is one runner for a notebook: it holds a lock on `runner.lock`, which the system gives
/// back when the process ends, however it ends. It does not hang up with its terminal.
package final class Runner {
  private let notebook: Notebook
  private let stays: Bool
  private let engine: String
  private let patience: TimeInterval
  private let moves: Bool
  private let lock: Int32

  /// A runner that holds the notebook's lock.
  ///
  /// - Parameters:
  ///   - stays: Whether to wait for more when the queue is empty.
  ///   - engine: The engine's path; nil for the one beside this program.
  ///   - patience: How many seconds to wait for more before it ends.
  ///   - moves: Whether this process goes to the notebook's folder, so that it does not keep
  ///     busy another that its owner may want to unmount or delete.
  package init(
    notebook: Notebook, stays: Bool = false, engine: String? = nil, patience: TimeInterval = 2,
    moves: Bool = true
  ) throws {
    self.notebook = notebook
    self.stays = stays
    self.moves = moves
    self.patience = patience
    self.engine = try engine ?? EngineProcess.locate()
    let path = Self.lockPath(notebook.folder)
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else {
      throw ProcessError("\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard FileLock.take(lock) else {
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

  /// Starts a runner in the background unless one is there.
  ///
  /// - Parameter program: The path of `primer`, which has the command `runner`.
  package static func startIfNeeded(notebook: Notebook, program: String) throws {
    if isAlive(notebookFolder: notebook.folder) { return }
    reap()
    let log = notebook.folder + "/runner.log"
    let begin = EngineLog.size(log)
    let process = try EngineProcess.spawnDetached(
      program, arguments: ["runner", "--notebook", notebook.folder],
      environment: ProcessInfo.processInfo.environment, log: log)
    started.withLock { _ = $0.insert(process) }
    for _ in 0..<200 {
      if isAlive(notebookFolder: notebook.folder) { return }
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        started.withLock { _ = $0.remove(process) }
        // It may have found nothing left to do, or another runner was quicker.
        if status == 0 || isAlive(notebookFolder: notebook.folder) { return }
        throw ProcessError(
          "The runner ended at once: \(EngineLog.telling(log, after: begin)) Its log is \(log); run "
            + "`primer runner --notebook \(notebook.folder)` to see it work.")
      }
      usleep(10_000)
    }
    throw ProcessError("The runner did not start within 2 seconds; its log is \(log).")
  }

  /// The runners that this process started and has not seen end.
  private static let started = Mutex<Set<pid_t>>([])

  /// Lets go of those that have ended: until then they stay in the list of processes.
  private static func reap() {
    started.withLock { started in
      started = started.filter { waitpid($0, nil, WNOHANG) == 0 }
    }
  }

  /// Works until the queue is empty, and for ever when it stays.
  package func runUntilEmpty() throws {
    signal(SIGHUP, SIG_IGN)
    if moves { _ = FileManager.default.changeCurrentDirectoryPath(notebook.folder) }
    var idleSince = Date()
    while true {
      _ = try notebook.markInterrupted()
      if try notebook.hasEngineAtWork() {
        // It belongs to a runner that was killed; the queue waits for it as for any other.
        idleSince = Date()
      } else if let next = try notebook.nextQueued() {
        try carryOut(next)
        idleSince = Date()
        continue
      } else if !stays, Date().timeIntervalSince(idleSince) > patience, try isDone() {
        return
      }
      usleep(100_000)
    }
  }

  /// Gives the lock back and looks once more.
  ///
  /// Whoever queues a run and then sees the lock held counts on this runner, so a run that came
  /// before the lock was free is still its own.
  private func isDone() throws -> Bool {
    flock(lock, LOCK_UN)
    if try notebook.nextQueued() == nil { return true }
    return !FileLock.take(lock)
  }

  private func carryOut(_ run: RunRecord) throws {
    let log = run.folder + "/engine.log"
    let begin = EngineLog.size(log)
    let process: pid_t
    do {
      if let problem = run.experimentProblem {
        throw ProcessError(
          "This program cannot read all of the experiment: \(problem). Queue it anew.")
      }
      try FileManager.default.createDirectory(
        atPath: run.folder, withIntermediateDirectories: true)
      process = try EngineProcess.spawnDetached(
        engine, arguments: ["execute", "--notebook", notebook.folder, "--run", String(run.id)],
        environment: EngineProcess.environment(threads: run.experiment[Settings.threads]),
        log: log)
    } catch {
      try fail(run.id, "\(error)")
      return
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    try fail(run.id, EngineLog.explanation(status: status, log: log, after: begin))
  }

  /// Writes why a run failed, unless it has ended in another way, or is deleted.
  private func fail(_ run: RunID, _ error: String) throws {
    guard let record = try notebook.run(run), !record.state.isFinal else { return }
    try notebook.recorder(for: run).finish(state: .failed, error: error)
  }
}

import Foundation

/// Takes the queued runs of a notebook in order, each in an engine process of its own.
///
/// There is one runner for a notebook: it holds a lock on `runner.lock`, which the system gives
/// back when the process ends, however it ends. It does not hang up with its terminal.
package final class Runner {
  private let notebook: Notebook
  private let stays: Bool
  private let engine: String
  private let lock: Int32

  /// A runner that holds the notebook's lock.
  ///
  /// - Parameters:
  ///   - stays: Whether to wait for more when the queue is empty.
  ///   - engine: The engine's path; nil for the one beside this program.
  package init(notebook: Notebook, stays: Bool = false, engine: String? = nil) throws {
    self.notebook = notebook
    self.stays = stays
    self.engine = try engine ?? EngineProcess.locate()
    let path = Self.lockPath(notebook.folder)
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else {
      throw ProcessError("\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    // Whoever asks whether a runner is alive holds the lock for an instant.
    for _ in 0..<50 {
      if flock(lock, LOCK_EX | LOCK_NB) == 0 { return }
      usleep(10_000)
    }
    throw ProcessError("Another runner works on \(notebook.folder).")
  }

  deinit {
    close(lock)
  }

  private static func lockPath(_ folder: String) -> String { folder + "/runner.lock" }

  /// Whether some process is the runner of a notebook now.
  package static func isAlive(notebookFolder: String) -> Bool {
    let file = open(lockPath(notebookFolder), O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return true }
    flock(file, LOCK_UN)
    return false
  }

  /// Starts a runner in the background unless one is there.
  ///
  /// - Parameter program: The path of `primer`, which has the command `runner`.
  package static func startIfNeeded(notebook: Notebook, program: String) throws {
    if isAlive(notebookFolder: notebook.folder) { return }
    let log = notebook.folder + "/runner.log"
    let process = try EngineProcess.spawnDetached(
      program, arguments: ["runner", "--notebook", notebook.folder],
      environment: ProcessInfo.processInfo.environment,
      log: log)
    for _ in 0..<200 {
      if isAlive(notebookFolder: notebook.folder) { return }
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        // It may have found nothing left to do, or another runner was quicker.
        if status == 0 || isAlive(notebookFolder: notebook.folder) { return }
        throw ProcessError(
          "The runner ended at once: \(tail(of: log)) Its log is \(log); run "
            + "`primer runner --notebook \(notebook.folder)` to see it work.")
      }
      usleep(10_000)
    }
    throw ProcessError("The runner did not start within 2 seconds; its log is \(log).")
  }

  /// Works until the queue is empty, and for ever when it stays.
  package func runUntilEmpty() throws {
    signal(SIGHUP, SIG_IGN)
    // So that no folder is kept busy that its owner may want to unmount or delete.
    _ = FileManager.default.changeCurrentDirectoryPath(notebook.folder)
    var idleSince = Date()
    while true {
      _ = try notebook.markInterrupted()
      if let next = try nextQueued() {
        try carryOut(next)
        idleSince = Date()
      } else if !stays, Date().timeIntervalSince(idleSince) > 2 {
        return
      } else {
        usleep(200_000)
      }
    }
  }

  private func nextQueued() throws -> RunRecord? {
    try notebook.runs().filter { $0.state == .queued }.min { $0.id < $1.id }
  }

  private func carryOut(_ run: RunRecord) throws {
    try FileManager.default.createDirectory(
      atPath: run.folder, withIntermediateDirectories: true)
    let log = run.folder + "/engine.log"
    let process = try EngineProcess.spawnDetached(
      engine, arguments: ["execute", "--notebook", notebook.folder, "--run", String(run.id)],
      environment: EngineProcess.environment(threads: run.experiment[Settings.threads]),
      log: log)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard let after = try notebook.run(run.id), !after.state.isFinal else { return }
    let recorder = try notebook.recorder(for: run.id)
    let reason =
      status & 0x7f == 0
      ? "ended with status \((status >> 8) & 0xff)" : "was killed by signal \(status & 0x7f)"
    try recorder.finish(
      state: .failed, error: "The engine \(reason). \(Self.tail(of: log)) Its log is \(log).")
  }

  /// The last line of a log that says something, without control characters.
  private static func tail(of path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else { return "" }
    let text = String(decoding: data.suffix(8192), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 }))
    }
    let telling = lines.last { $0.contains("rror") || $0.contains("failed") } ?? lines.last
    return telling.map { String($0.prefix(500)) } ?? ""
  }
}

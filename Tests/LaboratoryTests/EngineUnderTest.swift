import Foundation
import RunFolders
import Testing

/// A process of the built engine that carries out the run of a folder.
struct EngineUnderTest {
  private let process: pid_t

  /// The engine beside the tests, where the build puts both.
  private static var path: String {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let path = URL(filePath: tests).deletingLastPathComponent()
        .appending(path: "primer-engine").path
      try #require(FileManager.default.isExecutableFile(atPath: path), "build \(path) first")
      return path
    }
  }

  /// Starts it.
  ///
  /// - Parameter lock: The run's lock, which this process has and hands over.
  init(_ run: ResumableRun, lock: RunLock? = nil) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 1, run.folder.engineLog, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var arguments = [try Self.path, "work", run.folder.path]
    if let lock {
      posix_spawn_file_actions_adddup2(&actions, lock.descriptor, 3)
      arguments += ["--lock-descriptor", "3"]
    }
    let environment = EngineEnvironment.additions(
      to: ProcessInfo.processInfo.environment, processorFlags: EngineEnvironment.processorFlags,
      threads: 1)
    var process: pid_t = 0
    let status = try ProcessReplacement.withCStrings(arguments) { arguments in
      try ProcessReplacement.withCStrings(environment.map { "\($0.key)=\($0.value)" }) {
        variables in
        posix_spawn(&process, try Self.path, &actions, nil, arguments, variables)
      }
    }
    try #require(status == 0)
    self.process = process
  }

  /// Whether it has ended.
  var isOver: Bool {
    var facts = siginfo_t()
    waitid(P_PID, UInt32(process), &facts, WEXITED | WNOHANG | WNOWAIT)
    return facts._sifields._sigchld.si_pid == process
  }

  /// Lets it work for so many seconds; false when it has ended before.
  func isAtWork(for seconds: Double) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end { if isOver { return false } else { usleep(500) } }
    return true
  }

  /// Kills it with SIGKILL.
  func kill() -> Bool { send(SIGKILL) }

  /// Sends it a signal.
  @discardableResult
  func send(_ signal: Int32) -> Bool { Foundation.kill(process, signal) == 0 }

  /// Waits until it has ended.
  func wait() {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }
}

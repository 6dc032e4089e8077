import Foundation
import LabNotebook
import Testing

/// A process of the built engine that carries out the run of a book.
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
  init(_ book: ResumableBook) throws {
    process = try EngineProcess.spawnDetached(
      Self.path,
      arguments: ["execute", "--notebook", book.notebook.folder, "--run", "\(book.id)"],
      environment: EngineProcess.environment(threads: 1), log: book.folder + "/engine.log")
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

import Foundation
import Processes
import RunFolders
import TestSupport
import Testing

/// A process of the built engine that carries out the run of a folder.
struct EngineUnderTest {
  private let process: ChildProcess

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
    let environment = EngineEnvironment.additions(
      to: ProcessInfo.processInfo.environment, processorFlags: EngineEnvironment.processorFlags,
      threads: 1)
    process = try ChildProcess(
      Self.path,
      ["work", run.folder.path] + (lock == nil ? [] : ["--lock-descriptor", "3"]),
      environment: environment, output: .appending(run.folder.engineLog),
      handing: lock?.descriptor)
  }

  /// Whether it has ended.
  var isOver: Bool { process.isOver }

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
  func send(_ signal: Int32) -> Bool { process.send(signal) }

  /// Waits until it has ended.
  @discardableResult
  func wait() throws -> ChildProcess.Ending { try process.finish() }
}

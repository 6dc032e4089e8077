package import Dispatch
import Foundation
package import Processes
package import Testing

/// Waits until a condition holds, for three minutes at most; then an issue says what did not come.
package func wait(
  _ what: String = "what was expected", sourceLocation: SourceLocation = #_sourceLocation,
  until condition: () throws -> Bool
) throws {
  let deadline = ProcessInfo.processInfo.systemUptime + 180
  while ProcessInfo.processInfo.systemUptime < deadline {
    if try condition() { return }
    usleep(20_000)
  }
  Issue.record("waited three minutes for \(what)", sourceLocation: sourceLocation)
  throw NeverCame(what: what)
}

/// What a test waited for did not come.
package struct NeverCame: Error {
  /// What it was.
  package var what: String
}

/// How long a process of a test may take, in seconds: no test is to wait for ever.
package let longestProcess = 600.0

extension ChildProcess {
  /// Waits for the end of a process; one that does not come is killed, and an issue says so.
  @discardableResult
  package func finish(
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ChildProcess.Ending {
    if let ending = wait(seconds: longestProcess) { return ending }
    let command = (try? String(contentsOfFile: "/proc/\(id)/cmdline", encoding: .utf8)) ?? "?"
    send(SIGKILL)
    _ = wait()
    let what = "the end of \(command.split(separator: "\0").joined(separator: " "))"
    Issue.record("waited \(Int(longestProcess)) s for \(what)", sourceLocation: sourceLocation)
    throw NeverCame(what: what)
  }

  /// Runs a program to its end, for ten minutes at most.
  package static func finished(
    _ program: String, _ arguments: [String], environment: [String: String]? = nil,
    folder: String? = nil, input: Stream = .nothing,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let outcome = try outcome(
      of: program, arguments, environment: environment, folder: folder, input: input,
      seconds: longestProcess)
    if outcome.ending == .killed(signal: SIGKILL) {
      Issue.record("\(program) \(arguments) was killed", sourceLocation: sourceLocation)
    }
    return outcome
  }
}

extension DispatchSemaphore {
  /// Waits for a signal, for ten minutes at most; then an issue says that it did not come.
  package func waitForSignal(sourceLocation: SourceLocation = #_sourceLocation) throws {
    if wait(timeout: .now() + longestProcess) == .success { return }
    Issue.record("waited \(Int(longestProcess)) s", sourceLocation: sourceLocation)
    throw NeverCame(what: "a signal")
  }
}

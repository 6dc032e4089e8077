import Foundation
import Processes
import RunFolders

/// How an engine ended that did not say so itself: how its process ended, and what its log says.
struct EngineEnding: Hashable {
  /// Failed where the engine gave up; interrupted where it was ended.
  var state: RunState
  /// Why, in words for people.
  var reason: String

  /// The exit status of an engine that wants to be started again.
  private static let interruptedStatus: Int32 = 75

  /// An ending with its words.
  init(_ state: RunState, _ reason: String) {
    (self.state, self.reason) = (state, reason)
  }

  /// The ending of a process.
  ///
  /// - Parameters:
  ///   - end: How it ended.
  ///   - offset: Where in the log this engine began to write.
  init(_ end: ChildProcess.Ending, log: String, after offset: Int) {
    var text: String
    switch end {
    case .exited(let status):
      state = status == Self.interruptedStatus ? .interrupted : .failed
      text = "The engine ended with status \(status)."
    case .killed(let signal):
      // A signal that the process did not bring upon itself came from somebody.
      let own = [SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGTRAP]
      state = own.contains(signal) ? .failed : .interrupted
      text = "The engine was killed by signal \(signal) (\(String(cString: strsignal(signal))))."
      if signal == SIGKILL { text += " Perhaps the machine had no memory left." }
    case .unknown:
      state = .interrupted
      text = "The engine ended; how is not known."
    }
    let telling = EngineLog.telling(log, after: offset)
    reason = text + (telling.isEmpty ? "" : " \(telling)") + " Its log is \(log)."
  }
}

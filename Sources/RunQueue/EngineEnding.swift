import Foundation
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
  ///   - status: What `waitpid` said.
  ///   - offset: Where in the log this engine began to write.
  init(status: Int32, log: String, after offset: Int) {
    let signal = status & 0x7f
    var text: String
    if signal == 0 {
      let code = (status >> 8) & 0xff
      state = code == Self.interruptedStatus ? .interrupted : .failed
      text = "The engine ended with status \(code)."
    } else {
      // A signal that the process did not bring upon itself came from somebody.
      let own = [SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGTRAP]
      state = own.contains(signal) ? .failed : .interrupted
      text = "The engine was killed by signal \(signal) (\(String(cString: strsignal(signal))))."
      if signal == SIGKILL { text += " Perhaps the machine had no memory left." }
    }
    let telling = EngineLog.telling(log, after: offset)
    reason = text + (telling.isEmpty ? "" : " \(telling)") + " Its log is \(log)."
  }
}

import Foundation
import Processes

extension EngineEnvironment {
  /// Starts this program again with the engine's environment, unless it has it.
  ///
  /// - Parameter threads: The threads that compute; 0 for every processor.
  package static func restartIfNeeded(threads: Int = 0) throws {
    guard ProcessInfo.processInfo.environment[marker] == nil else { return }
    let environment = additions(
      to: ProcessInfo.processInfo.environment, processorFlags: processorFlags,
      threads: threads)
    try ProcessReplacement.carryOut(
      with: "/proc/self/exe", arguments: CommandLine.arguments, environment: environment)
  }
}

import Foundation
import Processes

extension EngineEnvironment {
  /// Starts this program again with the engine's environment, unless it has it.
  package static func restartIfNeeded() throws {
    guard ProcessInfo.processInfo.environment[marker] == nil else { return }
    let environment = additions(
      to: ProcessInfo.processInfo.environment, processorFlags: processorFlags, threads: 0)
    try ProcessReplacement.carryOut(
      with: "/proc/self/exe", arguments: CommandLine.arguments, environment: environment)
  }
}

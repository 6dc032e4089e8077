import Experiments
import Foundation
import LabNotebook
import Processes
import RunFolders

/// Starting the engine, and other processes of this program.
package enum EngineProcess {
  /// The path of `primer-engine`: beside this program.
  package static func locate() throws -> String {
    let path = ResourceLocator.programFolder + "/primer-engine"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ProcessError(
        "\(path) is not there; expected primer-engine beside primer. Build both: "
          + "swift build -c release")
    }
    return path
  }

  /// The environment for an engine that this process starts.
  package static func environment(threads: Int = 0) -> [String: String] {
    EngineEnvironment.additions(
      to: ProcessInfo.processInfo.environment, processorFlags: EngineEnvironment.processorFlags,
      threads: threads)
  }

  /// Becomes the engine, with the arguments after its name.
  ///
  /// It is told that it was called as `primer`, so that its help speaks of that.
  package static func replaceCurrentProcess(arguments: [String]) throws -> Never {
    let path = try locate()
    try ProcessReplacement.carryOut(
      with: path, arguments: ["primer"] + arguments, environment: environment())
  }
}

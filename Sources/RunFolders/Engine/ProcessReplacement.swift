import Foundation

/// Becoming another program.
package enum ProcessReplacement {
  /// Starts this program again with the engine's environment, unless it has it.
  package static func restartWithEngineEnvironmentIfNeeded() throws {
    guard ProcessInfo.processInfo.environment[EngineEnvironment.marker] == nil else { return }
    let environment = EngineEnvironment.additions(
      to: ProcessInfo.processInfo.environment, processorFlags: EngineEnvironment.processorFlags,
      threads: 0)
    try carryOut(
      with: "/proc/self/exe", arguments: CommandLine.arguments, environment: environment)
  }

  /// Becomes a program; the process and its open files stay.
  ///
  /// - Parameter arguments: Its arguments, its own name first.
  package static func carryOut(
    with path: String, arguments: [String], environment: [String: String]
  ) throws -> Never {
    _ = withCStrings(arguments) { arguments in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
        execve(path, arguments, variables)
      }
    }
    throw ProcessError("\(path) cannot be started: \(String(cString: strerror(errno)))")
  }

  /// Texts as C has them, with a null pointer at the end.
  package static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
  ) rethrows -> Result {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return try body(copies + [nil])
  }
}

/// A process that could not be started or did not do as it should, in words for the user.
package struct ProcessError: Error, Hashable, CustomStringConvertible, Sendable {
  /// What is wrong, what was expected, what to do.
  package let description: String

  /// An error with its text.
  package init(_ description: String) {
    self.description = description
  }
}

import Foundation

/// Becoming another program.
package enum ProcessReplacement {
  /// Becomes a program; the process and its open files stay.
  ///
  /// - Parameter arguments: Its arguments, its own name first.
  /// - Throws: `ProcessError` where it cannot be started.
  package static func carryOut(
    with path: String, arguments: [String], environment: [String: String]
  ) throws -> Never {
    _ = CStrings.with(arguments) { arguments in
      CStrings.with(environment.map { "\($0.key)=\($0.value)" }) { variables in
        execve(path, arguments, variables)
      }
    }
    throw ProcessError("\(path) cannot be started: \(String(cString: strerror(errno)))")
  }
}

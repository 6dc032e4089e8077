import Foundation
import Processes
import TestSupport
import Testing

extension PseudoTerminal {
  /// Runs a program to its end in a new terminal, and returns every byte that it wrote.
  static func output(
    of program: String, _ arguments: [String], environment: [String: String]
  ) throws -> String {
    let terminal = try PseudoTerminal()
    let process = try terminal.start(program, arguments, environment: environment)
    var bytes: [UInt8] = []
    try wait("the end of \(program)") {
      while let some = terminal.output(within: 100) {
        if some.isEmpty { return false }
        bytes += some
      }
      return true
    }
    try process.finish()
    return String(decoding: bytes, as: UTF8.self)
  }
}

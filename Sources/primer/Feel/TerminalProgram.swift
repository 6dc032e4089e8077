import Foundation
import Processes

/// A program at work in a terminal of its own, of which this process is the keyboard and the screen.
final class TerminalProgram {
  private let terminal: PseudoTerminal
  private let process: ChildProcess

  /// Starts a program in a terminal of a size.
  init(
    _ program: String, arguments: [String], environment: [String: String], width: Int, height: Int
  ) throws {
    terminal = try PseudoTerminal(width: width, height: height)
    process = try terminal.start(program, arguments, environment: environment)
  }

  deinit { end() }

  /// Types a text.
  func type(_ text: String) { terminal.type(text) }

  /// What the program wrote within so many milliseconds; empty when nothing came in time.
  func output(within milliseconds: Int32) -> [UInt8] {
    terminal.output(within: milliseconds) ?? []
  }

  /// The seconds of processor that the program has used.
  var processorSeconds: Double {
    let text = (try? String(contentsOfFile: "/proc/\(process.id)/stat", encoding: .utf8)) ?? ""
    // The name, in parentheses, may have spaces; user and system time are fields 14 and 15.
    let fields = text.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      return 0
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Ends the program, as when its terminal is closed.
  func end() {
    process.send(SIGHUP)
    terminal.hangUp()
    if process.wait(seconds: Self.patience) == nil { process.send(SIGKILL) }
    _ = process.wait()
  }

  /// How long a program whose terminal is gone may take to end, in seconds.
  private static let patience = 10.0
}

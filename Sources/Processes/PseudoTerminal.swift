import CProcesses
import Foundation

/// A terminal of which this process is the keyboard and the screen.
package final class PseudoTerminal {
  private let descriptor: Int32
  private var isOpen = true
  /// The path of the end that a program has.
  package let path: String

  /// Opens a terminal of a size in cells.
  package init(width: Int = 80, height: Int = 24) throws {
    var name = [CChar](repeating: 0, count: 64)
    descriptor = cprocesses_open_terminal(Int32(width), Int32(height), &name, name.count)
    guard descriptor >= 0 else {
      throw ProcessError(
        "A pseudo-terminal cannot be opened: \(String(cString: strerror(errno))).")
    }
    path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { hangUp() }

  /// Starts a program in the terminal, which is its session's.
  package func start(
    _ program: String, _ arguments: [String], environment: [String: String]
  ) throws -> ChildProcess {
    try ChildProcess(
      program, arguments, environment: environment, input: .terminal(path),
      output: .descriptor(STDIN_FILENO), group: .session)
  }

  /// Types a text.
  package func type(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  /// What was written on the terminal within so many milliseconds.
  ///
  /// - Returns: Nothing when nothing came in time; nil once nobody has the other end any more.
  package func output(within milliseconds: Int32) -> [UInt8]? {
    var file = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&file, 1, milliseconds) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = read(descriptor, &bytes, bytes.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return [] }
    return count > 0 ? Array(bytes.prefix(count)) : nil
  }

  /// Closes the terminal, as when a window is closed.
  package func hangUp() {
    guard isOpen else { return }
    isOpen = false
    close(descriptor)
  }
}

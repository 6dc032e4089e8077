import Processes
import Foundation
import NamedEntities
import Synchronization

/// Standard input, output and error of the two programs.
///
/// What cannot be written is an error that the program ends with, not a trap and not silence: a full
/// disk, a closed descriptor, a device that is gone. A reader that has gone ends the program as
/// the shell expects (141), by SIGPIPE or, where that is ignored, by `exit`.
package enum StandardStreams {
  /// Whether a person's terminal is at the other end of standard output.
  package static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  private static let waiting = Mutex<[UInt8]>([])
  private static let bytesTogether = 1 << 16

  /// Keeps the numbers 0, 1 and 2 for the standard streams, also where somebody closed them.
  ///
  /// A file that is opened next would get the number of a closed stream, and messages would be
  /// written into it. What stands there instead can neither be read nor written, so that using it
  /// is an error; standard error, where nothing could be said of that, takes everything.
  package static func keepNumbers() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      guard fcntl(stream, F_GETFD) < 0, errno == EBADF else { continue }
      // `open` gives the lowest number that is free, which is this one.
      _ = open("/dev/null", stream == STDOUT_FILENO ? O_RDONLY : O_WRONLY)
    }
  }

  /// Writes text on standard output, at once on a terminal and otherwise some of it together.
  package static func write(_ text: String) throws {
    let isDue = waiting.withLock { waiting in
      waiting.append(contentsOf: text.utf8)
      return waiting.count >= bytesTogether
    }
    if isDue || isTerminal { try flush() }
  }

  /// Writes what waits; ends the program where its reader has gone.
  package static func flush() throws {
    let bytes = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    let problem = put(bytes, on: STDOUT_FILENO)
    if problem == EPIPE { exit(128 + SIGPIPE) }
    if problem != 0 {
      throw ProcessError(
        "Standard output cannot be written: \(String(cString: strerror(problem)))")
    }
  }

  /// Writes text on standard error; where that cannot be written nobody can be told.
  package static func tell(_ text: String) {
    _ = put(Array(text.utf8), on: STDERR_FILENO)
  }

  /// The longest text that is read from standard input, in bytes.
  private static let longestInput = 16 << 20

  /// All of standard input as text.
  ///
  /// More than 16 MiB are an error: a device may never end.
  package static func readAll() throws -> String {
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &room, room.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ProcessError("Standard input cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += room[..<count]
      guard bytes.count <= longestInput else {
        throw ProcessError("Standard input has more than \(longestInput) bytes; expected a text.")
      }
    }
  }

  /// Writes all bytes on a stream.
  ///
  /// - Returns: The system's number of what went wrong; 0 when all is written.
  private static func put(_ bytes: [UInt8], on stream: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(
          stream, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count > 0 {
          done += count
        } else if count < 0, errno == EAGAIN {
          var state = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
          _ = poll(&state, 1, -1)
        } else if count == 0 {
          return ENOSPC
        } else if errno != EINTR {
          return errno
        }
      }
      return 0
    }
  }
}

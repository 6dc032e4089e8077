import Foundation
import Glibc
import NamedEntities

/// Standard output, written at once so that a reader sees lines as they come.
enum Output {
  /// Whether a person's terminal is at the other end.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Writes a line for people, or of JSON; nothing in it steers the terminal.
  static func line(_ text: String) throws {
    try write(text.linesWithVisibleControls + "\n")
  }

  /// Writes all of a text; ends the program as the shell expects when the reader has gone.
  static func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let base = rest.baseAddress, !rest.isEmpty {
        let count = Glibc.write(STDOUT_FILENO, base, rest.count)
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        } else if errno == EPIPE {
          Foundation.exit(128 + SIGPIPE)
        } else if errno == EAGAIN {
          var state = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
          _ = poll(&state, 1, -1)
        } else if errno != EINTR {
          throw OutputError(
            description: "standard output cannot be written (\(String(cString: strerror(errno))))")
        }
      }
    }
  }

  /// A value as one line of JSON, its keys sorted, without a character that steers a terminal.
  ///
  /// Numbers that are not finite become the strings "nan", "inf" and "-inf".
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self).jsonWithEscapedControls
  }
}

/// Why nothing more can be said on standard output.
struct OutputError: Error, CustomStringConvertible {
  let description: String
}

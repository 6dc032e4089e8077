import Foundation
import NamedEntities
import RunFolders

/// Standard output, written at once so that a reader sees lines as they come.
enum Output {
  /// Whether a person's terminal is at the other end.
  static var isTerminal: Bool { StandardStreams.isTerminal }

  /// Writes a line for people, or of JSON; nothing in it steers the terminal.
  static func line(_ text: String) throws {
    try write(text.linesWithVisibleControls + "\n")
  }

  /// Writes all of a text; ends the program as the shell expects when the reader has gone.
  static func write(_ text: String) throws {
    try StandardStreams.write(text)
    try StandardStreams.flush()
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

import Foundation

/// What a process left behind: how it ended, and what its log says of it.
enum EngineLog {
  /// How long a log is; 0 when there is none.
  static func size(_ path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  }

  /// Why an engine ended that did not say so itself.
  ///
  /// - Parameters:
  ///   - status: What `waitpid` said.
  ///   - offset: Where in the log this engine began to write.
  static func explanation(status: Int32, log: String, after offset: Int) -> String {
    let signal = status & 0x7f
    var text: String
    if signal == 0 {
      text = "The engine ended with status \((status >> 8) & 0xff)."
    } else {
      text = "The engine was killed by signal \(signal) (\(String(cString: strsignal(signal))))."
      if signal == SIGKILL { text += " Perhaps the machine had no memory left." }
    }
    let telling = telling(log, after: offset)
    return text + (telling.isEmpty ? "" : " \(telling)") + " Its log is \(log)."
  }

  /// The line of a log that says what went wrong, else the last; without control characters.
  static func telling(_ path: String, after offset: Int) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else { return "" }
    defer { try? file.close() }
    let begin = max(offset, size(path) - 8192)
    guard (try? file.seek(toOffset: UInt64(begin))) != nil, let data = try? file.readToEnd()
    else { return "" }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { line in
        String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 }))
      }
      .filter { !$0.allSatisfy(\.isWhitespace) }
    let found = lines.last { $0.contains("rror") || $0.contains("failed") } ?? lines.last
    return found.map { String($0.prefix(500)) } ?? ""
  }
}

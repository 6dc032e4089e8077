import Foundation

/// What a process left behind in its log.
enum EngineLog {
  /// How long a log is; 0 when there is none.
  static func size(_ path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
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

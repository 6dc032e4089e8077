import Foundation
import NamedEntities
import TOMLKit

/// A TOML file of tables whose values are texts or lists of texts, with the line of each.
///
///     [runs]
///     new  = "F2"
///     stop = ["x", "Ctrl-X"]
///
/// It knows nothing of what tables and names mean; whoever reads it does, and tells errors by line.
package struct TableFile: Hashable, Sendable {
  /// One line: the table it stands in, its name, and its texts.
  package struct Entry: Hashable, Sendable {
    /// The table's name; empty before the first header.
    package var table: String
    package var name: String
    /// The texts; a single text is a list of one.
    package var texts: [String]
    /// The line in the file, from 1; nil where it could not be found again.
    package var line: Int?
  }

  /// The entries in the order of the file.
  package private(set) var entries: [Entry] = []
  /// The tables, also those without entries, with their lines.
  package private(set) var tables: [(name: String, line: Int?)] = []
  /// Values that are no texts.
  package private(set) var problems: [ExperimentError] = []

  package static func == (left: TableFile, right: TableFile) -> Bool {
    left.entries == right.entries && left.problems == right.problems
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(entries) }

  /// Reads a file of at most a megabyte.
  package static func load(path: String) throws(ExperimentError) -> TableFile {
    let expected = "tables of texts in TOML, as UTF-8"
    guard FileManager.default.fileExists(atPath: path) else {
      throw ExperimentError(file: path, problem: "there is no such file", expected: expected)
    }
    let data: Data
    do throws(OrdinaryFile.Problem) {
      data = try OrdinaryFile.contents(of: path, limit: 1_000_000)
    } catch {
      throw ExperimentError(
        file: path, problem: "it cannot be read (\(error))", expected: expected)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ExperimentError(file: path, problem: "it is not UTF-8 text", expected: expected)
    }
    return try TableFile(toml: text, file: path)
  }

  /// Reads a text; `file` is what errors call it.
  package init(toml: String, file: String) throws(ExperimentError) {
    try TOMLGuard.check(toml, file: file)
    let root: TOMLTable
    do {
      root = try TOMLTable(string: toml)
    } catch let error as TOMLParseError {
      throw ExperimentError(
        file: file, line: error.source.begin.line,
        problem: "it is not TOML: \(error.description)")
    } catch {
      throw ExperimentError(file: file, problem: "it is not TOML: \(error)")
    }
    let lines = LineFinder(toml)
    withExtendedLifetime(root) {
      for name in root.keys {
        guard let value = root[name] else { continue }
        if let table = value.table {
          tables.append((name, lines.header(name)))
          for key in table.keys {
            guard let value = table[key] else { continue }
            take(value, name: key, table: name, line: lines.line(of: key, in: name), file: file)
          }
        } else {
          take(value, name: name, table: "", line: lines.line(of: name, in: ""), file: file)
        }
      }
    }
    entries.sort { ($0.line ?? .max, $0.table, $0.name) < ($1.line ?? .max, $1.table, $1.name) }
    tables.sort { ($0.line ?? .max, $0.name) < ($1.line ?? .max, $1.name) }
    problems.sort { ($0.line ?? .max) < ($1.line ?? .max) }
  }

  private mutating func take(
    _ value: any TOMLValueConvertible, name: String, table: String, line: Int?, file: String
  ) {
    if let text = value.string {
      entries.append(Entry(table: table, name: name, texts: [text], line: line))
    } else if let array = value.array, array.allSatisfy({ $0.string != nil }) {
      entries.append(
        Entry(table: table, name: name, texts: array.compactMap(\.string), line: line))
    } else {
      problems.append(
        ExperimentError(
          file: file, line: line, problem: "\(name) is a \(value.type.description)",
          expected: "a text in quotation marks, or a list of them"))
    }
  }
}

/// Where tables and names stand in a TOML text: the parser does not say.
private struct LineFinder {
  private var headers: [String: Int] = [:]
  private var lines: [String: [String: Int]] = [:]

  init(_ toml: String) {
    var table = ""
    for (index, raw) in toml.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let text = raw.trimmingCharacters(in: .whitespaces)
      if text.hasPrefix("["), let end = text.lastIndex(of: "]") {
        table = Self.bare(text[text.index(after: text.startIndex)..<end])
        headers[table] = headers[table] ?? index + 1
      } else if let equals = text.firstIndex(of: "="), !text.hasPrefix("#") {
        let name = Self.bare(text[..<equals])
        lines[table, default: [:]][name] = lines[table]?[name] ?? index + 1
      }
    }
  }

  func header(_ table: String) -> Int? { headers[table] }

  func line(of name: String, in table: String) -> Int? {
    lines[table]?[name] ?? lines[""]?["\(table).\(name)"] ?? lines[""]?[table]
  }

  private static func bare(_ text: Substring) -> String {
    text.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'"))
  }
}

/// The candidate that was perhaps meant by a name that is none; nil where none is like it.
package func nearestName(to name: String, among candidates: [String]) -> String? {
  let name = name.lowercased()
  let nearest = candidates.map { ($0, editDistance(name, $0.lowercased())) }.min { $0.1 < $1.1 }
  guard let (found, changes) = nearest, changes <= max(2, name.count / 2) else { return nil }
  return found
}

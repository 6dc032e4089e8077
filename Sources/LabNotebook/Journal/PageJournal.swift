import Foundation
import GRDB

/// The journal of the notebook's own pages, `pages.jsonl`: a JSON array a line, first what it is, then
/// each page that there is, with when it was written last.
///
///     ["pages",1]
///     ["page","Notebook",1764000000.5,"# What was learnt\n…"]
///
/// Pages are few and small, so the file is written anew whenever one changes, whole or not at all,
/// within the transaction that changes it. What a transaction wrote that came to nothing is written
/// over by the next.
struct PageJournal {
  static let name = "pages.jsonl"
  /// The format that this program writes.
  static let version = 1
  /// The longest line that is looked at, in bytes.
  private static let longestLine = 64 << 20

  /// The pages, each once: what stands further down counts.
  private(set) var pages: [Page] = []
  /// Lines that say nothing, and why.
  private(set) var problems: [JournalContents.Problem] = []

  static func path(_ folder: String) -> String { "\(folder)/\(name)" }

  /// Whether a notebook's folder has the journal of a page.
  static func hasPages(_ folder: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path(folder)) else { return false }
    defer { try? file.close() }
    let begin = (try? file.read(upToCount: header.utf8.count + 1)) ?? nil
    return begin?.count == header.utf8.count + 1
  }

  /// The pages of a book, as a journal.
  static func text(_ database: Database) throws -> String {
    let rows = try Row.fetchAll(database, sql: "SELECT name, changed, text FROM page ORDER BY name")
    return try rows.reduce(into: header) { text, row in
      let (name, page): (String, String) = (try row.stored(0), try row.stored(2))
      text += "[\"page\",\(try StoredJSON.encode(name)),\(try StoredNumber.time(row.stored(1))),"
      text += "\(try StoredJSON.encode(page))]\n"
    }
  }

  private static var header: String { "[\"pages\",\(version)]\n" }

  /// Reads the journal of a notebook's folder; nil when there is none.
  init?(folder: String) throws {
    let path = Self.path(folder)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    self.init(try Data(contentsOf: URL(filePath: path)))
  }

  /// Reads a journal; whatever cannot be read is left out and told.
  init(_ data: Data) {
    let decoder = StoredJSON.decoder
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !line.isEmpty {
      do {
        guard line.count <= Self.longestLine else {
          throw UnreadableRow(description: "it is too long")
        }
        take(try decoder.decode(Line.self, from: line))
      } catch {
        problems.append(.init(line: number + 1, reason: JournalContents.reason(error)))
      }
    }
  }

  private mutating func take(_ line: Line) {
    guard case .page(let page) = line else { return }
    pages.removeAll { $0.name == page.name }
    pages.append(page)
  }

  /// Writes the pages into a book that has none.
  func write(into database: Database) throws {
    for page in pages {
      try database.execute(
        sql: "INSERT INTO page (name, text, changed) VALUES (?, ?, ?)",
        arguments: [page.name, page.text, page.changed.timeIntervalSince1970])
    }
  }

  /// A line of the journal.
  private enum Line: Decodable {
    case header
    case page(Page)

    init(from decoder: any Decoder) throws {
      func corrupted(_ text: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: text))
      }
      var parts = try decoder.unkeyedContainer()
      let word = try parts.decode(String.self)
      switch word {
      case "pages":
        let version = try parts.decode(Int.self)
        guard version <= PageJournal.version else {
          throw corrupted("a newer program wrote it (format \(version))")
        }
        self = .header
      case "page":
        let name = try parts.decode(String.self)
        let changed = try parts.decode(Double.self)
        let text = try parts.decode(String.self)
        guard Notebook.isPageName(name) else { throw corrupted("‘\(name)’ is no name of a page") }
        guard Plausibility.isClockTime(changed) else { throw corrupted("\(changed) is no time") }
        guard !text.isEmpty else { throw corrupted("the page ‘\(name)’ has no text") }
        self = .page(Page(name: name, text: text, changed: Date(timeIntervalSince1970: changed)))
      default: throw corrupted("it begins with ‘\(word)’")
      }
    }
  }
}

extension Notebook {
  /// Writes the journal of the pages as they are in this transaction.
  func journalPages(_ database: Database) throws {
    try JournalFile(path: PageJournal.path(folder)).replace(with: PageJournal.text(database))
  }

  /// Writes the journal of the pages where there are some and it is not there, because they are
  /// older than it.
  ///
  /// - Returns: Whether it was written.
  @discardableResult
  package func completePageJournal() throws -> Bool {
    guard !FileManager.default.fileExists(atPath: PageJournal.path(folder)) else { return false }
    return try write { database in
      guard try Int.fetchOne(database, sql: "SELECT count(*) FROM page") ?? 0 > 0 else {
        return false
      }
      try self.journalPages(database)
      return true
    }
  }
}

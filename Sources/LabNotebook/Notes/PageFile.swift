import Files
import Foundation
import RunFolders

/// The file of the notebook's own pages, `pages.jsonl`: a JSON array a line, first what it is, then
/// each page that there is, with when it was written last.
///
///     ["pages",1]
///     ["page","Notebook",1764000000.5,"# What was learnt\n…"]
///
/// Pages are few and small, so the file is rewritten whenever one changes, whole or not at all.
struct PageFile {
  static let name = "pages.jsonl"
  /// The format that this program writes.
  private static let version = 1
  /// The longest file that is read, in bytes.
  private static let longest = 64 << 20

  /// The pages, each once: what stands further down counts.
  private(set) var pages: [Page] = []
  /// Lines that say nothing, and why.
  private(set) var problems: [(line: Int, reason: String)] = []
  /// Those lines, which stay in the file: another program may read them, or a person repair them.
  private var unread: [Data] = []
  /// Whether a newer program wrote the file.
  private var isNewer = false

  static func path(_ folder: String) -> String { "\(folder)/\(name)" }

  /// What tells that there is no file.
  static let nothing: [String: Int64] = ["pagesSize": 0, "pagesTime": -1]

  /// What tells that the file has changed.
  static func look(_ folder: String) -> [String: Int64] {
    var facts = stat()
    guard lstat(path(folder), &facts) == 0 else { return nothing }
    return [
      "pagesSize": Int64(facts.st_size),
      "pagesTime": Int64(facts.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(facts.st_mtim.tv_nsec),
    ]
  }

  /// Writes the file of these pages, whole or not at all.
  static func write(_ pages: [Page], in folder: String) throws {
    try write(pages, [], in: folder)
  }

  private static func write(_ pages: [Page], _ unread: [Data], in folder: String) throws {
    var text = "[\"pages\",\(version)]\n"
    for page in pages.sorted(by: { $0.name < $1.name }) {
      text += "[\"page\",\(try StoredJSON.encode(page.name)),"
      text += "\(page.changed.timeIntervalSince1970),\(try StoredJSON.encode(page.text))]\n"
    }
    let data = unread.reduce(into: Data(text.utf8)) { $0 += $1 + Data("\n".utf8) }
    guard data.count <= longest else {
      throw NotebookError(
        .other, path: path(folder), problem: "all pages together have \(data.count) bytes",
        advice: "They have at most \(longest).")
    }
    try AtomicFile.write(data, to: path(folder))
  }

  /// The file of a notebook's folder, to be changed; throws where that would lose what is in it.
  static func toChange(in folder: String) throws -> PageFile {
    guard access(path(folder), F_OK) == 0 else { return PageFile(Data()) }
    guard let file = try PageFile(folder: folder) else {
      throw NotebookError(
        .damaged, path: path(folder), problem: "it is no file of pages, or too long for one",
        advice: "Move it away; nothing was written.")
    }
    guard !file.isNewer else {
      throw NotebookError(
        .newer, path: path(folder), problem: "a newer program wrote it",
        advice: "Use a newer primer; nothing was written.")
    }
    return file
  }

  /// Writes other pages into the file; lines that cannot be read stay behind them.
  func write(_ pages: [Page], in folder: String) throws {
    try Self.write(pages, unread, in: folder)
  }

  /// Reads the file of a notebook's folder; nil when there is none that can be read.
  init?(folder: String) throws {
    let path = Self.path(folder)
    var facts = stat()
    guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
      facts.st_size <= Self.longest
    else { return nil }
    self.init(try Data(contentsOf: URL(filePath: path)))
  }

  /// Reads a file; whatever cannot be read is left out and told.
  init(_ data: Data) {
    let decoder = StoredJSON.decoder
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !line.isEmpty {
      do {
        take(try decoder.decode(Line.self, from: line))
      } catch {
        let reason =
          switch error {
          case DecodingError.dataCorrupted(let context): context.debugDescription
          case let error as NewerFile: "a newer program wrote it (format \(error.version))"
          default: "it is not a line of a page"
          }
        problems.append((number + 1, reason))
        unread.append(Data(line))
        if number == 0, (error as? NewerFile) != nil { isNewer = true }
      }
    }
  }

  private mutating func take(_ line: Line) {
    guard case .page(let page) = line else { return }
    pages.removeAll { $0.name.isSame(as: page.name) }
    pages.append(page)
  }

  /// Thrown for the first line of a format that this program does not know.
  private struct NewerFile: Error {
    var version: Int
  }

  /// A line of the file.
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
        guard version <= PageFile.version else { throw NewerFile(version: version) }
        self = .header
      case "page":
        let name = try parts.decode(String.self)
        let changed = try parts.decode(Double.self)
        let text = try parts.decode(String.self)
        guard Notebook.isPageName(name) else {
          throw corrupted("‘\(name)’ is not a valid page name")
        }
        guard ValueRange.isClockTime(changed) else {
          throw corrupted("\(changed) is not a valid time")
        }
        guard !text.isEmpty else { throw corrupted("the page ‘\(name)’ has no text") }
        self = .page(Page(name: name, text: text, changed: Date(timeIntervalSince1970: changed)))
      default: throw corrupted("it begins with ‘\(word)’")
      }
    }
  }
}

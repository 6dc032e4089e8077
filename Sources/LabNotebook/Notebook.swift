import Foundation
import GRDB

/// The book: a folder with `notebook.sqlite` and a folder for each run.
///
/// Any number of processes may have it open. Writers wait for each other; readers wait for nobody
/// (SQLite's WAL).
package final class Notebook: Sendable {
  /// How a notebook is opened.
  package enum Mode: Sendable {
    case readWrite, readOnly
  }

  /// The folder.
  package let folder: String

  let database: any DatabaseReader & Sendable
  let writer: DatabasePool?
  private let versionReader: DatabaseQueue
  let decoded = DecodedRuns()

  /// The format that this program writes.
  package static var formatVersion: Int { NotebookSchema.version }

  /// Where notebooks are unless the user says otherwise: `$XDG_DATA_HOME/primer`.
  package static var defaultFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/primer" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/primer"
  }

  /// Opens a notebook, and makes it where there is none.
  ///
  /// - Parameter create: Whether a missing notebook is made; else it is an error.
  package static func open(
    folder: String, mode: Mode = .readWrite, create: Bool = true
  ) throws(NotebookError) -> Notebook {
    let folder = absolute(folder)
    let path = folder + "/notebook.sqlite"
    try NotebookOpening.check(folder: folder, path: path, create: create && mode == .readWrite)
    do {
      return try Notebook(folder: folder, path: path, mode: mode)
    } catch {
      throw NotebookOpening.explain(error, path: path)
    }
  }

  private static func absolute(_ path: String) -> String {
    let expanded = (path as NSString).expandingTildeInPath
    let full =
      expanded.hasPrefix("/")
      ? expanded : FileManager.default.currentDirectoryPath + "/" + expanded
    return (full as NSString).standardizingPath
  }

  private init(folder: String, path: String, mode: Mode) throws {
    self.folder = folder
    if mode == .readWrite {
      var configuration = NotebookOpening.configuration
      configuration.maximumReaderCount = 3
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
      let pool = try DatabasePool(path: path, configuration: configuration)
      try pool.write { database in
        try NotebookOpening.checkFormat(database, path: path)
        try NotebookSchema.bringUpToDate(database)
      }
      database = pool
      writer = pool
    } else {
      let reader = try NotebookOpening.reader(path)
      try reader.read { try NotebookOpening.checkFormat($0, path: path) }
      database = reader
      writer = nil
    }
    // data_version counts what other connections changed, so one connection must be kept for it.
    versionReader = try NotebookOpening.reader(path)
  }

  /// Closes the file; the notebook cannot be used afterwards.
  package func close() throws {
    try explained {
      try versionReader.close()
      try database.close()
    }
  }

  /// A number that is another whenever any connection has changed the notebook.
  package func dataVersion() throws -> Int {
    try explained {
      try versionReader.read { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    }
  }

  /// The folder of a run's files.
  package func runFolder(_ run: RunID) -> String { "\(folder)/runs/\(run)" }

  /// What SQLite's own check of the file complains about; empty when all is well.
  package func integrityComplaints() throws -> [String] {
    try explained {
      try database.read { database in
        let lines = try String.fetchAll(database, sql: "PRAGMA quick_check(20)")
        return lines == ["ok"] ? [] : lines
      }
    }
  }

  func explained<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw NotebookOpening.explain(error, path: folder + "/notebook.sqlite")
    }
  }

  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try explained { try database.read(body) }
  }

  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard let writer else {
      throw NotebookError(
        .readOnly, path: folder, problem: "the notebook was opened for reading only",
        advice: "Open it for writing.")
    }
    return try explained { try writer.write(body) }
  }
}

package import Experiments
import Foundation
import GRDB
import Synchronization

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
  /// Why it was opened for reading only by who would have written.
  package let obstacle: NotebookError?

  let database: any DatabaseReader & Sendable
  let writer: DatabasePool?
  private let versionReader: DatabaseQueue
  private let presence: Mutex<NotebookPresence?>
  let list = Mutex(RunList())
  /// The format of the file when it was opened; an older one is read only.
  let format: Int
  let clock: NotebookClock
  let hearts = Heartbeats()

  /// The format that this program writes.
  package static var formatVersion: Int { NotebookSchema.version }

  /// Where notebooks are unless the user says otherwise: `$XDG_DATA_HOME/primer`.
  package static var defaultFolder: String { ResourceLocator.userFolder }

  /// Opens a notebook, and makes it where there is none.
  ///
  /// - Parameters:
  ///   - create: Whether a missing notebook is made; else it is an error.
  ///   - patience: How many seconds to wait for others that write.
  ///   - clock: What tells the time.
  package static func open(
    folder: String, mode: Mode = .readWrite, create: Bool = true, patience: Double = 10,
    clock: NotebookClock = .system
  ) throws(NotebookError) -> Notebook {
    try open(
      absolute(folder), mode: mode, create: create, patience: patience, clock: clock,
      obstacle: nil)
  }

  /// Opens a notebook for writing, and for reading only where it is damaged or its disk cannot be
  /// written to; `obstacle` tells.
  package static func openAsPossible(
    folder: String, create: Bool = true
  ) throws(NotebookError) -> Notebook {
    do {
      return try open(folder: folder, create: create)
    } catch {
      guard error.kind == .damaged || error.kind == .readOnly,
        let reader = try? open(
          absolute(folder), mode: .readOnly, create: false, patience: 10, clock: .system,
          obstacle: error)
      else { throw error }
      return reader
    }
  }

  private static func open(
    _ folder: String, mode: Mode, create: Bool, patience: Double, clock: NotebookClock,
    obstacle: NotebookError?
  ) throws(NotebookError) -> Notebook {
    let path = folder + "/notebook.sqlite"
    try NotebookOpening.check(folder: folder, path: path, create: create && mode == .readWrite)
    if mode == .readWrite, let text = DamageMark.text(folder) {
      throw DamageMark.error(folder, text)
    }
    let presence = try NotebookPresence(folder: folder)
    do {
      return try Notebook(
        folder: folder, path: path, mode: mode, patience: patience, clock: clock,
        obstacle: obstacle, presence: presence)
    } catch {
      throw NotebookOpening.explain(error, path: path)
    }
  }

  static func absolute(_ path: String) -> String {
    let expanded = (path as NSString).expandingTildeInPath
    let full =
      expanded.hasPrefix("/")
      ? expanded : FileManager.default.currentDirectoryPath + "/" + expanded
    return (full as NSString).standardizingPath
  }

  private init(
    folder: String, path: String, mode: Mode, patience: Double, clock: NotebookClock,
    obstacle: NotebookError?, presence: NotebookPresence?
  ) throws {
    self.folder = folder
    self.clock = clock
    self.obstacle = obstacle
    self.presence = Mutex(presence)
    if mode == .readWrite {
      var configuration = NotebookOpening.configuration(patience: patience)
      configuration.maximumReaderCount = 3
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
      let pool = try DatabasePool(path: path, configuration: configuration)
      try pool.write { database in
        let found = try NotebookOpening.checkFormat(database, path: path)
        try SchemaCheck.carryOut(database, format: found)
        try NotebookSchema.bringUpToDate(database)
      }
      database = pool
      writer = pool
      format = NotebookSchema.version
    } else {
      let reader = try NotebookOpening.reader(path, patience: patience)
      format = try reader.read { database in
        let found = try NotebookOpening.checkFormat(database, path: path)
        try SchemaCheck.carryOut(database, format: found)
        return found
      }
      database = reader
      writer = nil
    }
    // data_version counts what other connections changed, so one connection must be kept for it.
    versionReader = try NotebookOpening.reader(path, patience: patience)
  }

  /// Closes the file; the notebook cannot be used afterwards.
  package func close() throws {
    // All goes into the one file, unless others have it open.
    try? writer?.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try explained {
      try versionReader.close()
      try database.close()
    }
    presence.withLock { $0 = nil }
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
        if lines == ["ok"] { return [] }
        DamageMark.set(folder, lines[0])
        return lines
      }
    }
  }

  func explained<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch  where NotebookOpening.isOfTheFile(error) {
      throw NotebookOpening.explain(error, path: folder + "/notebook.sqlite")
    }
  }

  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try explained { try database.read(body) }
  }

  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard let writer else {
      throw obstacle
        ?? NotebookError(
          .readOnly, path: folder, problem: "the notebook was opened for reading only",
          advice: "Open it for writing.")
    }
    if let text = DamageMark.text(folder) { throw DamageMark.error(folder, text) }
    return try explained { try writer.write(body) }
  }
}

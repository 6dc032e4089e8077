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

  let database: any DatabaseReader & Sendable
  private let writer: DatabasePool?
  private let versionReader: DatabaseQueue
  private let experiments = Mutex<[RunID: (toml: String, experiment: Experiment)]>([:])

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
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 3
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
    if mode == .readWrite {
      let pool = try DatabasePool(path: path, configuration: configuration)
      try pool.write { database in
        if try Int.fetchOne(database, sql: "PRAGMA user_version") == 0 {
          try NotebookSchema.create(database)
        }
      }
      database = pool
      writer = pool
    } else {
      var readOnly = Configuration()
      readOnly.readonly = true
      readOnly.busyMode = .timeout(10)
      database = try DatabaseQueue(path: path, configuration: readOnly)
      writer = nil
    }
    // data_version counts what other connections changed, so one connection must be kept for it.
    var watching = Configuration()
    watching.readonly = true
    watching.busyMode = .timeout(10)
    versionReader = try DatabaseQueue(path: path, configuration: watching)
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

  /// The experiment of a stored text, parsed once.
  func experiment(_ run: RunID, _ toml: String) -> Experiment {
    experiments.withLock { known in
      if let found = known[run], found.toml == toml { return found.experiment }
      let experiment = (try? Experiment(toml: toml, file: "run \(run)")) ?? Experiment()
      known[run] = (toml, experiment)
      return experiment
    }
  }
}

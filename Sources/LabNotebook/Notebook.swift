package import Experiments
import Foundation
import GRDB
package import RunFolders
import Synchronization

/// All runs of a folder together: an index of the run folders `runs/N`, and what people add.
///
/// A run is its folder; `notebook.sqlite` only makes lists, charts and comparisons fast. It is
/// brought up to date by reading each run's files from where the last reading ended, and made again
/// where it is missing or damaged. Any number of processes may have a notebook open: writers wait
/// for each other; readers wait for nobody (SQLite's WAL).
package final class Notebook: Sendable {
  /// How a notebook is opened.
  package enum Mode: Sendable {
    case readWrite, readOnly
  }

  /// The folder.
  package let folder: String
  /// Why it was opened for reading only by who would have written.
  package let obstacle: NotebookError?
  /// What was done on opening that people should know: an older notebook brought up to date, a
  /// damaged index made again.
  package var notices: [String] { noted.withLock { $0 } }

  let list = Mutex(RunList())
  /// What tells the time.
  package let clock: NotebookClock
  /// Whether it can only be read.
  package let isReadOnly: Bool
  private let patience: Double
  private let current: Mutex<IndexDatabase>
  private let presence: Mutex<NotebookPresence?>
  private let noted: Mutex<[String]>
  private let replacements = Atomic<Int>(0)
  /// What tells where runs come from that are queued here; nil: nobody does.
  let originOfRuns = Mutex<(@Sendable () -> RunOrigin?)?>(nil)
  /// Whether other machines share the folder, so that a free lock tells nothing of their engines.
  let isShared: Bool
  /// When a run folder came or went last, as far as it was looked at.
  let listingTime = Mutex<Int64?>(nil)

  /// The format of the index that this program writes.
  package static var formatVersion: Int { IndexSchema.version }

  /// Where notebooks are unless the user says otherwise: `$XDG_DATA_HOME/primer`.
  package static var defaultFolder: String { ResourceLocator.userFolder }

  /// Opens a notebook, and makes it where there is none.
  ///
  /// - Parameters:
  ///   - create: Whether a missing notebook is made; else it is an error.
  ///   - refreshes: Whether the index is brought up to date before it is used; whoever opens it
  ///     without does so afterwards.
  ///   - patience: How many seconds to wait for others that write.
  ///   - clock: What tells the time.
  package static func open(
    folder: String, mode: Mode = .readWrite, create: Bool = true, refreshes: Bool = true,
    patience: Double = 10, clock: NotebookClock = .system
  ) throws(NotebookError) -> Notebook {
    let folder = absolute(folder)
    let opening = NotebookOpening(folder: folder, patience: patience)
    do {
      let opened =
        mode == .readWrite ? try opening.toWrite(create: create) : try opening.toRead(nil)
      return try Notebook(opening, opened, clock: clock, refreshes: refreshes)
    } catch {
      throw NotebookOpening.explain(error, path: opening.path)
    }
  }

  /// Opens a notebook for writing, and for reading only where it cannot be written to; `obstacle`
  /// tells.
  package static func openAsPossible(
    folder: String, create: Bool = true, refreshes: Bool = true
  ) throws(NotebookError) -> Notebook {
    do {
      return try open(folder: folder, create: create, refreshes: refreshes)
    } catch {
      guard error.kind == .readOnly || error.kind == .busy else { throw error }
      let opening = NotebookOpening(folder: absolute(folder), patience: 10)
      guard let opened = try? opening.toRead(error),
        let notebook = try? Notebook(opening, opened, clock: .system, refreshes: refreshes)
      else { throw error }
      return notebook
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
    _ opening: NotebookOpening, _ opened: NotebookOpening.Opened, clock: NotebookClock,
    refreshes: Bool
  ) throws {
    folder = opening.folder
    patience = opening.patience
    obstacle = opened.obstacle
    isReadOnly = opened.isReadOnly
    self.clock = clock
    isShared = NetworkFileSystem.holds(opening.folder)
    current = Mutex(opened.index)
    presence = Mutex(opened.presence)
    noted = Mutex(opened.notices)
    if refreshes { try refresh() }
  }

  /// Keeps with each run that is queued from now on where it came from.
  package func keepOrigins(_ origin: @escaping @Sendable () -> RunOrigin?) {
    originOfRuns.withLock { $0 = origin }
  }

  /// Closes the index; the notebook cannot be used afterwards.
  package func close() throws {
    try explained { try current.withLock { $0 }.close() }
    presence.withLock { $0 = nil }
  }

  /// A number that is another whenever the index has changed.
  package func dataVersion() throws -> Int {
    try withIndex { try $0.version() } &+ replacements.load(ordering: .relaxed) << 32
  }

  /// How often the index was made again while this notebook was open.
  var indexNumber: Int { replacements.load(ordering: .relaxed) }

  /// The folder of a run's files.
  package func runFolder(_ run: RunID) -> String { "\(folder)/runs/\(run)" }

  /// What SQLite's own check of the index complains about; empty when all is well.
  package func integrityComplaints() throws -> [String] {
    try explained {
      try current.withLock { $0 }.reader.read { database in
        let lines = try String.fetchAll(database, sql: "PRAGMA quick_check(20)")
        return lines == ["ok"] ? [] : lines
      }
    }
  }

  // MARK: Transactions

  /// Reads the index; where it is damaged it is made again first.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try withIndex { try $0.reader.read(body) }
  }

  /// Changes the index in one transaction.
  func writeIndex<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try withIndex { try $0.write(body) }
  }

  /// Changes a run's files and the index, one process at a time; throws where the notebook can only
  /// be read.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard !isReadOnly else { throw readOnly() }
    return try writeIndex(body)
  }

  func readOnly() -> NotebookError {
    obstacle
      ?? NotebookError(
        .readOnly, path: folder, problem: "the notebook was opened for reading only",
        advice: "Open it for writing.")
  }

  /// Whether the index can be brought up to date.
  var isIndexWritable: Bool { current.withLock { $0.writer != nil } }

  private func withIndex<Result>(_ body: (IndexDatabase) throws -> Result) throws -> Result {
    let index = current.withLock { $0 }
    return try explained {
      do {
        return try body(index)
      } catch  where IndexDatabase.isDamage(error) {
        try replace(index, because: error)
      }
      return try body(current.withLock { $0 })
    }
  }

  /// Sets a damaged index aside and makes it again from the run folders.
  private func replace(_ damaged: IndexDatabase, because error: any Error) throws {
    let isNew = try current.withLock { current -> Bool in
      // Another thread may have been quicker.
      guard current === damaged else { return false }
      let opening = NotebookOpening(folder: folder, patience: patience)
      try? damaged.close()
      let held = presence.withLock { presence in
        defer { presence = nil }
        return presence != nil
      }
      let opened = try opening.rebuild(
        damaged, because: NotebookOpening.words(error), isShared: !held || isReadOnly)
      current = opened.index
      presence.withLock { $0 = opened.presence }
      noted.withLock { $0 += opened.notices }
      return true
    }
    guard isNew else { return }
    replacements.add(1, ordering: .relaxed)
    try refresh()
  }

  func explained<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch  where NotebookOpening.isOfTheIndex(error) {
      throw NotebookOpening.explain(error, path: folder + "/notebook.sqlite")
    }
  }
}

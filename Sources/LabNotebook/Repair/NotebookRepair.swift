package import Experiments
import Foundation
import GRDB

/// Makes a damaged book again from the journals of its runs and of its own pages.
///
/// The old file is kept under another name. What is not in a journal, because the run is older
/// than they are, is taken from the damaged file as far as that can be read. The new file takes
/// the old one's place only when it is whole, so that a repair that is broken off is begun again.
package struct NotebookRepair {
  /// What a repair found and did.
  package struct Report: Codable, Hashable, Sendable {
    /// What was wrong; nothing was done where nothing was.
    package var complaints: [String] = []
    /// The runs that the book has again.
    package var runs: [RunID] = []
    /// How many points those have.
    package var points = 0
    /// How many pages of its own it has again.
    package var pages = 0
    /// The runs that had no journal and were read from the damaged file.
    package var salvaged: [RunID] = []
    /// Folders of runs of which nothing is known but the folder, and what else could not be read.
    package var losses: [String] = []
    /// What the damaged file is called now.
    package var setAside: String?
    /// Whether there was something to repair.
    package var wasNeeded: Bool { !complaints.isEmpty }
  }

  private let folder: String
  private var path: String { folder + "/notebook.sqlite" }
  private var newPath: String { folder + "/notebook.sqlite.new" }
  private var report = Report()
  /// The journal of the pages as it is to be: nil where it is that already.
  private var pageJournal: String?

  /// Looks at a notebook, and makes its book again where that is damaged or gone.
  ///
  /// Nobody else may have the notebook open. A book of another program or of a newer one is left
  /// alone.
  package static func carryOut(folder: String) throws -> Report {
    let folder = Notebook.absolute(folder)
    let path = folder + "/notebook.sqlite"
    guard FileManager.default.fileExists(atPath: path) || NotebookOpening.hasJournals(folder) else {
      throw NotebookError(
        .missing, path: folder, problem: "there is no notebook",
        advice: "Name the folder of one with --notebook.")
    }
    let presence = try NotebookPresence(alone: folder)
    defer { withExtendedLifetime(presence) {} }
    var repair = NotebookRepair(folder: folder)
    repair.report.complaints = try repair.complaints()
    guard repair.report.wasNeeded else { return repair.report }
    do {
      try repair.makeAnew()
      try repair.putInPlace()
      try repair.completePageJournal()
    } catch {
      throw NotebookOpening.explain(error, path: repair.newPath)
    }
    return repair.report
  }

  private init(folder: String) {
    self.folder = folder
  }

  // MARK: What is wrong

  private func complaints() throws -> [String] {
    guard FileManager.default.fileExists(atPath: path) else {
      return ["notebook.sqlite is gone"]
    }
    var found = checked()
    if found.isEmpty, NotebookOpening.hasJournals(folder),
      try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == 0
    {
      found = ["notebook.sqlite is empty"]
    }
    do {
      try NotebookOpening.checkFile(path)
    } catch {
      let isOfAnother =
        found.isEmpty && error.kind != .damaged && (error.kind == .newer || isDatabase)
      if isOfAnother || error.kind == .readOnly || !NotebookOpening.hasJournals(folder) {
        throw error
      }
      return found.isEmpty ? [error.problem] : found
    }
    if found.isEmpty, let seen = DamageMark.text(folder) { return [seen] }
    return found
  }

  private var isDatabase: Bool {
    let header = FileHandle(forReadingAtPath: path).flatMap { try? $0.read(upToCount: 100) }
    return header?.count == 100 && header?.starts(with: Data("SQLite format 3\0".utf8)) == true
  }

  /// What SQLite says of the whole file.
  private func checked() -> [String] {
    do {
      let database = try NotebookOpening.reader(path)
      defer { try? database.close() }
      let lines = try database.read { database in
        if let problem = try Self.schemaProblem(database) { return [problem.description] }
        return try String.fetchAll(database, sql: "PRAGMA integrity_check(20)")
      }
      return lines == ["ok"] ? [] : lines
    } catch {
      return ["\(error)"]
    }
  }

  /// What is wrong with the tables of a book of ours.
  private static func schemaProblem(_ database: Database) throws -> SchemaCheck.Problem? {
    let owner = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let format = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard owner == NotebookSchema.applicationID, format <= NotebookSchema.version else {
      return nil
    }
    do {
      try SchemaCheck.carryOut(database, format: format)
      return nil
    } catch let problem as SchemaCheck.Problem {
      return problem
    }
  }

  /// The damaged book, if nothing can come of reading it but rows or an error.
  private func readableBook() -> DatabaseQueue? {
    guard let old = try? NotebookOpening.reader(path) else { return nil }
    do {
      let problem = try old.read { try Self.schemaProblem($0) }
      if problem?.isForeign != true { return old }
    } catch {
      // Where not even the tables' names can be read there is nothing to be had.
    }
    try? old.close()
    return nil
  }

  // MARK: The new book

  private mutating func makeAnew() throws {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(newPath + suffix) }
    let book = try DatabaseQueue(path: newPath)
    defer { try? book.close() }
    let old = readableBook()
    defer { try? old?.close() }
    for run in NotebookOpening.runNumbers(folder) { try add(run, to: book, old) }
    let journal = try PageJournal(folder: folder)
    try book.write { database in
      try NotebookSchema.bringUpToDate(database)
      try journal?.write(into: database)
      if let old { Salvage.copyRest(from: old, to: database) }
      try Salvage.keepNumbers(from: old, to: database)
      report.pages = try Int.fetchOne(database, sql: "SELECT count(*) FROM page") ?? 0
      if report.pages > journal?.pages.count ?? 0 || journal?.problems.isEmpty == false {
        pageJournal = try PageJournal.text(database)
      }
    }
    for problem in journal?.problems ?? [] {
      report.losses.append("\(PageJournal.path(folder)):\(problem.line): \(problem.reason)")
    }
    try book.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = EXTRA; VACUUM") }
  }

  private mutating func add(
    _ run: RunID, to book: DatabaseQueue, _ old: DatabaseQueue?
  ) throws {
    let runFolder = "\(folder)/runs/\(run)"
    var isSalvaged = false
    var hasJournal = true
    var contents = try JournalContents(runFolder: runFolder)
    if contents?.header == nil, let text = old.flatMap({ Salvage.journal(of: run, in: $0) }) {
      contents = JournalContents(Data(text.utf8))
      try JournalFile(runFolder: runFolder).replace(with: text)
      isSalvaged = true
    }
    if contents == nil || contents?.header == nil {
      guard let header = Salvage.header(runFolder: runFolder) else {
        report.losses.append("\(runFolder): there is neither a journal nor an experiment")
        return
      }
      var known = contents ?? JournalContents(Data())
      known.header = header
      if contents == nil {
        known.state = .stopped
        hasJournal = false
      }
      contents = known
    }
    guard let contents else { return }
    try book.write { database in
      try NotebookSchema.bringUpToDate(database)
      try contents.write(as: run, into: database)
      if !hasJournal {
        try database.execute(sql: "DELETE FROM journal WHERE run = ?", arguments: [run])
      }
    }
    report.runs.append(run)
    report.points += contents.points.count
    if isSalvaged { report.salvaged.append(run) }
    for problem in contents.problems {
      report.losses.append(
        "\(runFolder)/\(JournalFile.name):\(problem.line): \(problem.reason)")
    }
  }

  // What could not be read of the journal is kept beside it, for who can make something of it.
  private func completePageJournal() throws {
    guard let pageJournal else { return }
    let path = PageJournal.path(folder)
    if FileManager.default.fileExists(atPath: path) {
      let aside = (report.setAside ?? "notebook.sqlite.damaged")
        .replacing("notebook.sqlite", with: PageJournal.name)
      try? FileManager.default.copyItem(atPath: path, toPath: "\(folder)/\(aside)")
    }
    try JournalFile(path: path).replace(with: pageJournal)
  }

  // MARK: The exchange

  private mutating func putInPlace() throws {
    let time = Date().ISO8601Format().replacing(":", with: "")
    var aside = "\(path).damaged-\(time)"
    while FileManager.default.fileExists(atPath: aside) { aside += "+" }
    if FileManager.default.fileExists(atPath: path) {
      // SQLite would take the old log for the new book's, so that goes first.
      if FileManager.default.fileExists(atPath: path + "-wal") {
        try FileManager.default.moveItem(atPath: path + "-wal", toPath: aside + "-wal")
      }
      unlink(path + "-shm")
      if link(path, aside) != 0 {
        try FileManager.default.moveItem(atPath: path, toPath: aside)
      }
      report.setAside = (aside as NSString).lastPathComponent
    }
    guard rename(newPath, path) == 0 else {
      throw NotebookError(
        .other, path: path, problem: "it cannot be replaced (\(String(cString: strerror(errno))))",
        advice: "The new book is \(newPath).")
    }
    DamageMark.clear(folder)
    let directory = open(folder, O_RDONLY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }
}

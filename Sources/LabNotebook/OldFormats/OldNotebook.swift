import Experiments
import Files
import Foundation
import GRDB
import RunFolders

/// A notebook of format 1 to 4, in which `notebook.sqlite` was the notebook itself: made into run
/// folders that have all of it.
///
/// Each step can be carried out again: one that was broken off is started again. Nobody else may have
/// the notebook open.
struct OldNotebook {
  let folder: String
  let format: Int
  private var path: String { folder + "/notebook.sqlite" }

  /// Writes what the run folders lack, and gives the old file another name.
  ///
  /// - Returns: What was done, in a sentence.
  func becomeRunFolders() throws -> String {
    let runs = RunFiles.numbers(in: folder)
    if let busy = runs.first(where: { RunLock.isHeld(folder: "\(folder)/runs/\($0)") }) {
      throw NotebookError(
        .busy, path: path, problem: "an engine of an older primer works on run #\(busy)",
        advice: "Wait until the run has ended, or stop it with that primer.")
    }
    var unread: [String] = []
    do {
      let book = try DatabaseQueue(
        path: path, configuration: IndexDatabase.configuration(patience: 10))
      defer { try? book.close() }
      try book.read { try Self.check($0) }
      for run in try book.read({ try RunID.fetchAll($0, sql: "SELECT id FROM run ORDER BY id") }) {
        do {
          try book.read { try writeFolder(of: run, $0) }
        } catch  where IndexDatabase.isDamage(error) {
          unread.append("#\(run)")
        }
      }
      try writePages(book)
      try RunNumbers.note(lastRun(book), in: folder)
      try? book.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    } catch  where IndexDatabase.isDamage(error) {
      // What has journals is there without it.
      unread.append("the file (\(NotebookOpening.words(error)))")
    }
    let kept = try setAside()
    unlink(folder + "/notebook.damaged")
    let loss =
      unread.isEmpty
      ? "" : "; it is damaged, and could not be read of it: \(unread.joined(separator: ", "))"
    return "The notebook was brought from format \(format) to \(IndexSchema.version); the file as "
      + "it was is \(kept)\(loss)"
  }

  private func setAside() throws -> String {
    var aside = "\(path).format-\(format)"
    while access(aside, F_OK) == 0 { aside += "+" }
    if access(path + "-wal", F_OK) == 0 { rename(path + "-wal", aside + "-wal") }
    unlink(path + "-shm")
    guard rename(path, aside) == 0 else {
      throw NotebookError(
        .readOnly, path: path,
        problem: "it cannot be renamed (\(String(cString: strerror(errno))))",
        advice: "Check the folder's permissions.")
    }
    return (aside as NSString).lastPathComponent
  }

  /// Throws for tables that are views or computed: they may never end.
  private static func check(_ database: Database) throws {
    let rows = try Row.fetchAll(
      database, sql: "SELECT type, sql FROM sqlite_master WHERE type IN ('table', 'view')")
    for row in rows {
      let text: String = try row.storedIfAny(1) ?? ""
      if try row.stored(0) as String == "view" || text.uppercased().hasPrefix("CREATE VIRTUAL") {
        throw SchemaCheck.Problem(description: "it has tables of somebody else")
      }
    }
    try SchemaCheck.checkColumns(
      database,
      [
        (
          "run",
          "id name state experiment created started finished processID host error note starred archived"
        ),
        ("progress", "run json"), ("series", "id run name"),
        ("metric", "id series step value time"), ("event", "id run time json"),
        ("result", "id run json"), ("control", "id run json"),
      ])
  }

  private func lastRun(_ book: DatabaseQueue) throws -> RunID {
    let last = try book.read {
      try RunID.fetchOne($0, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'run'")
    }
    return last ?? 0
  }

  // MARK: A run

  private func writeFolder(of run: RunID, _ database: Database) throws {
    let runFolder = "\(folder)/runs/\(run)"
    guard let row = try OldRunRow(run, format: format, database) else { return }
    try FileManager.default.createDirectory(atPath: runFolder, withIntermediateDirectories: true)
    let plan = runFolder + "/experiment.toml"
    if access(plan, F_OK) != 0 { try AtomicFile.write(row.experiment, to: plan) }
    let journal = RunFolder(runFolder).journal
    let numbers = try OldJournal.numbers(of: run, format: format, database)
    let length = (try? FileManager.default.attributesOfItem(atPath: journal)[.size] as? Int) ?? 0
    // One that is cut short lacks what the file has.
    if numbers == nil || length < numbers?.length ?? 0 {
      try AtomicFile.write(
        OldJournal.text(of: row, numbers ?? .init(), database).bytes, to: journal)
    }
    let log = RunFolder(runFolder).log
    if access(log, F_OK) != 0 { try AtomicFile.write(row.log.bytes, to: log) }
    try postRequests(of: run, RunFolder(runFolder), database)
  }

  /// Makes files of what was asked of a run and not carried out.
  private func postRequests(
    of run: RunID, _ folder: RunFolder, _ database: Database
  ) throws {
    guard Requests.pending(in: folder).isEmpty else { return }
    let rows = try String.fetchAll(
      database, sql: "SELECT json FROM control WHERE run = ? ORDER BY id", arguments: [run])
    for json in rows {
      guard let control = try? StoredJSON.decode(Control.self, json) else { continue }
      try Requests.post(control, in: folder)
    }
  }

  private func writePages(_ book: DatabaseQueue) throws {
    guard format > 1, access(PageFile.path(folder), F_OK) != 0 else { return }
    let pages = try book.read { database in
      try Row.fetchAll(database, sql: "SELECT name, text, changed FROM page ORDER BY name").map {
        Page(
          name: try $0.stored(0), text: try $0.stored(1),
          changed: Date(timeIntervalSince1970: try StoredNumber.time($0.stored(2))))
      }
    }
    if !pages.isEmpty { try PageFile.write(pages, in: folder) }
  }
}

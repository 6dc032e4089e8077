package import Experiments
import Files
import Foundation
import GRDB
import RunFolders

/// What became of a run of an archive.
package struct ImportedRun: Codable, Hashable, Sendable {
  /// The number that it had.
  package var original: RunID
  /// The number that it has here.
  package var run: RunID
  /// What it is called.
  package var name: String
  /// Whether it was here already, and was left as it is.
  package var wasHere: Bool
}

extension Notebook {
  /// Takes runs out of an archive, under new numbers; one that is here already is left as it is.
  ///
  /// Each comes whole or not at all, and those before it stay.
  ///
  /// - Parameter chosen: The numbers that they had; nil for all.
  package func takeIn(_ archive: RunArchive, _ chosen: [RunID]? = nil) throws -> [ImportedRun] {
    let runs = try (chosen ?? archive.runs).map { run in
      guard archive.runs.contains(run) else {
        let those = archive.runs.map { "#\($0)" }.joined(separator: ", ")
        throw NotebookError(
          .noSuchRun, path: archive.path, problem: "there is no run #\(run) in it",
          advice: those.isEmpty ? "It has no run." : "It has \(those).")
      }
      return run
    }
    guard !isReadOnly else { throw readOnly() }
    // All are looked at before any is taken.
    let staged = try runs.map { run in
      let pending = try newFolder()
      try archive.writeFiles(of: run, to: pending.path)
      return (run, pending, try archive.staged(run, RunFolder(pending.path)))
    }
    return try staged.map { try self.takeIn($0, $1, $2, archive) }
  }

  private func takeIn(
    _ original: RunID, _ pending: PendingFolder, _ staged: StagedRun, _ archive: RunArchive
  ) throws -> ImportedRun {
    try tell("It was run #\(original) of \(archive.path)", staged)
    return try write { database in
      // In one transaction: of many who take in the same run one does.
      if let (run, name) = try Self.find(staged, database) {
        return ImportedRun(original: original, run: run, name: name, wasHere: true)
      }
      let run = try self.place(pending, database)
      let name = try String.fetchOne(
        database, sql: "SELECT name FROM run WHERE id = ?", arguments: [run])
      return ImportedRun(original: original, run: run, name: name ?? "", wasHere: false)
    }
  }

  /// The run with the same beginning, and its name.
  private static func find(
    _ staged: StagedRun, _ database: Database
  ) throws -> (RunID, String)? {
    try Row.fetchOne(
      database, sql: "SELECT id, name FROM run WHERE created = ? AND experiment = ?",
      arguments: [staged.created, staged.experiment]
    ).map { (try $0.stored(0), try $0.stored(1)) }
  }

  /// Adds a line to the journal of a run that is none here yet.
  private func tell(_ text: String, _ staged: StagedRun) throws {
    var line = LineBuffer()
    try JournalLine.event(time: clock.now(), .log(.info, text), request: nil).write(to: &line)
    let file = Glibc.open(
      staged.folder.journal, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw ArchiveWriter.failure(staged.folder.journal, errno) }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    do {
      try handle.write(contentsOf: Data(line.bytes))
      try handle.synchronize()
    } catch {
      throw ArchiveWriter.failure(staged.folder.journal, errno)
    }
  }
}

package import Experiments
import Foundation
import GRDB

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
      return (run, try archive.contents(of: run))
    }
    return try runs.map { try self.takeIn($0, $1, archive) }
  }

  private func takeIn(
    _ original: RunID, _ contents: JournalContents, _ archive: RunArchive
  ) throws -> ImportedRun {
    guard let header = contents.header else {
      throw archive.damaged("run #\(original) has no beginning")
    }
    if let here = try read({ try Self.find(header, $0) }) {
      return ImportedRun(original: original, run: here.0, name: here.1, wasHere: true)
    }
    let staging = "\(folder)/runs/.import-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: staging) }
    try archive.writeFiles(of: original, to: staging)
    var made: String?
    do {
      return try write { database in
        let id = try self.nextNumber(database)
        let target = self.runFolder(id)
        try ArchiveWriter.move(staging, to: target)
        made = target
        try contents.write(as: id, into: database, placing: .behindAll)
        try self.tell(id, "It was run #\(original) of \(archive.path)", database)
        let name = try String.fetchOne(
          database, sql: "SELECT name FROM run WHERE id = ?", arguments: [id])
        return ImportedRun(original: original, run: id, name: name ?? "", wasHere: false)
      }
    } catch {
      if let made { try? FileManager.default.removeItem(atPath: made) }
      throw error
    }
  }

  /// The run of the book with the same beginning, and its name.
  private static func find(
    _ header: JournalLine.Header, _ database: Database
  ) throws -> (RunID, String)? {
    try Row.fetchOne(
      database, sql: "SELECT id, name FROM run WHERE created = ? AND experiment = ?",
      arguments: [header.created, header.experiment]
    ).map { (try $0.stored(0), try $0.stored(1)) }
  }

  /// Adds a line to the log of a run.
  private func tell(_ run: RunID, _ text: String, _ database: Database) throws {
    var rows = RecordedRows()
    rows.add(.log(.info, text), time: clock.now(), innerSteps: 0)
    var series: [String: RecordedRows.Series] = [:]
    let mark = try Self.journalMark(of: run, database) ?? .init()
    let lines = try rows.write(
      database, run: run, series: &series, mark: mark, tellsProgress: false)
    try journal(lines, of: run, database)
  }
}

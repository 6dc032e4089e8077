import Experiments
import Foundation
import GRDB

/// What can still be had of a damaged book where no journal has it; nothing here is certain.
enum Salvage {
  /// A run as the damaged book has it, as a journal; nil where that cannot be read.
  static func journal(of run: RunID, in book: DatabaseQueue) -> String? {
    try? book.read { database in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      guard (2...NotebookSchema.version).contains(version) else { return nil }
      // Where this cannot be read, or is of before there were journals, the book's numbers do.
      let mark = (try? Notebook.journalMark(of: run, database)) ?? nil
      return try Notebook.journalText(of: run, mark ?? .init(), database)
    }
  }

  /// A run as its folder has it.
  static func header(runFolder: String) -> JournalLine.Header? {
    let path = runFolder + "/experiment.toml"
    guard let experiment = try? Experiment.load(path: path) else { return nil }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let created = attributes?[.modificationDate] as? Date ?? Date(timeIntervalSince1970: 0)
    return JournalLine.Header(
      created: created.timeIntervalSince1970, experiment: experiment.resolvedToml(),
      name: experiment[Settings.name])
  }

  /// Copies what is in no journal: pages of a notebook that is older than theirs, and what is asked
  /// of runs.
  static func copyRest(from old: DatabaseQueue, to new: Database) {
    let pages =
      (try? old.read { try Row.fetchAll($0, sql: "SELECT name, text, changed FROM page") })
    for page in pages ?? [] {
      try? new.execute(
        sql: "INSERT OR IGNORE INTO page (name, text, changed) VALUES (?, ?, ?)",
        arguments: StatementArguments(page.databaseValues))
    }
    let requests = (try? old.read { try Row.fetchAll($0, sql: "SELECT run, json FROM control") })
    for request in requests ?? [] {
      try? new.execute(
        sql: """
          INSERT INTO control (run, json) SELECT id, ?2 FROM run WHERE id = ?1
          """, arguments: StatementArguments(request.databaseValues))
    }
  }

  /// Sees to it that no number of a run or a row is given twice.
  static func keepNumbers(from old: DatabaseQueue?, to new: Database) throws {
    for table in ["run", "metric", "event", "control"] {
      let given = try? old?.read {
        try Int64.fetchOne(
          $0, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [table])
      }
      let own = try Int64.fetchOne(
        new, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [table])
      // A damaged number may be anything; one that is far out is not believed.
      guard let given = given ?? nil, given > own ?? 0, given < (own ?? 0) + 1_000_000_000 else {
        continue
      }
      try new.execute(sql: "DELETE FROM sqlite_sequence WHERE name = ?", arguments: [table])
      try new.execute(
        sql: "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", arguments: [table, given])
    }
  }
}

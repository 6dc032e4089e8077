package import Experiments
import Foundation
import GRDB

/// What others do to a notebook, to try out how it bears that.
extension Notebook {
  /// Carries something out while nobody else can write, as when another program keeps the book
  /// locked.
  package func keepingLocked<Result>(_ body: () throws -> Result) throws -> Result {
    try write { _ in try body() }
  }

  /// Makes the file what an older program would have written; nobody else may have it open.
  package func becomeFormat2() throws {
    try write { database in
      for trigger in NotebookSchema.triggers(format: NotebookSchema.version).keys {
        try database.execute(sql: "DROP TRIGGER \(trigger)")
      }
      try database.execute(
        sql: """
          DROP TABLE chunk; DROP TABLE change; ALTER TABLE run DROP COLUMN scores;
          PRAGMA user_version = 2
          """)
    }
  }

  /// Writes a result as an engine of format 2 does, which knows of no scores.
  package func recordAsFormat2(_ result: EvaluationResult, of run: RunID) throws {
    try write { database in
      try database.execute(
        sql: "INSERT INTO result (run, json) VALUES (?, ?)",
        arguments: [run, try StoredJSON.encode(result)])
    }
  }

  /// Carries out SQL on a file as any other program may, in one transaction.
  package static func alter(_ path: String, _ sql: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(10)
    let file = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? file.close() }
    try file.write { database in
      try database.execute(sql: "PRAGMA writable_schema = ON")
      try database.execute(sql: sql)
    }
  }

  /// Writes over what is kept of points only to read them faster.
  package func spoilChunks() throws -> Int {
    try write { database in
      try database.execute(sql: "UPDATE chunk SET points = substr(points, 1, 31)")
      return database.changesCount
    }
  }

  /// Lets each transaction of this notebook take so many seconds more, as on a slow disk.
  package func slowDown(by seconds: Double) {
    writer?.add(transactionObserver: SlowDisk(seconds: seconds), extent: .databaseLifetime)
  }

  /// Lets the file grow no more, as on a full disk; nil lets it grow again.
  ///
  /// It concerns what is written through this notebook alone.
  package func limitGrowth(to pages: Int?) throws {
    try explained {
      try writer?.writeWithoutTransaction { database in
        let used = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let limit = pages.map { used + $0 } ?? 1 << 30
        _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(limit)")
      }
    }
  }
}

private final class SlowDisk: TransactionObserver {
  private let seconds: Double

  init(seconds: Double) {
    self.seconds = seconds
  }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
  func databaseDidChange(with event: DatabaseEvent) {}
  func databaseWillCommit() { Thread.sleep(forTimeInterval: seconds) }
  func databaseDidCommit(_ db: Database) {}
  func databaseDidRollback(_ db: Database) {}
}

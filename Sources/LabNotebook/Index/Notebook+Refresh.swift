package import Experiments
import Foundation
import GRDB
import RunFolders
import Synchronization

extension Notebook {
  /// Which runs are looked at.
  package enum Scope: Hashable, Sendable {
    /// All: their files, and which folders there are.
    case all
    /// Those on which an engine works or may begin to, and folders that are new.
    case open
    case run(RunID)
  }

  /// What is known of a run's files.
  private struct Known {
    var look: RunFiles.Look
    var isOpen: Bool
    var isHeld: Int
  }

  private static let runsInATransaction = 50

  /// Brings the index up to date with the run folders, reading what is new in those whose files
  /// have changed.
  ///
  /// It changes nothing but the index, and may be called by any number of processes at once.
  package func refresh(_ scope: Scope = .all) throws {
    guard isIndexWritable else { return }
    try refreshPages()
    guard let files = RunFiles(folder: folder) else {
      try removeAll()
      return
    }
    defer { files.close() }
    let time = files.time
    let isListed = scope == .all || listingTime.withLock { $0 != time }
    let known = try known(scope)
    var stale: [RunID] = []
    if isListed {
      let there = RunFiles.numbers(in: folder)
      let all = scope == .all ? Set(known.keys) : try knownNumbers()
      let gone = all.subtracting(there)
      if !gone.isEmpty { try remove(gone) }
      stale = there.filter { !all.contains($0) }
      listingTime.withLock { $0 = Self.isSettled(time) ? time : nil }
    }
    stale += changed(known, files)
    for begin in stride(from: 0, to: stale.count, by: Self.runsInATransaction) {
      let some = stale[begin..<min(begin + Self.runsInATransaction, stale.count)]
      try writeIndex { database in
        for run in some { try RunIndexing(self, run).carryOut(database) }
      }
    }
  }

  /// Brings one run up to date within a transaction.
  func refresh(_ run: RunID, _ database: Database) throws {
    try RunIndexing(self, run).carryOut(database)
  }

  /// Two changes within a tick of the file system's clock have the same time: a time is known only
  /// when it was looked at a while after it.
  private static func isSettled(_ time: Int64) -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return abs(Int64(now.tv_sec) - time / 1_000_000_000) > 2
  }

  private func known(_ scope: Scope) throws -> [RunID: Known] {
    let condition: String
    switch scope {
    case .all: condition = ""
    case .open: condition = "WHERE isOpen"
    case .run(let run): condition = "WHERE run = \(run)"
    }
    return try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT run, isOpen, isHeld, logSize, logTime, journalSize, journalTime, progressTime
          FROM source \(condition)
          """)
      var known: [RunID: Known] = [:]
      while let row = try rows.next() {
        known[try row.stored(0)] = Known(
          look: RunFiles.Look(
            logSize: try row.stored(3), logTime: try row.stored(4),
            journalSize: try row.stored(5), journalTime: try row.stored(6),
            progressTime: try row.stored(7)),
          isOpen: try row.stored(1), isHeld: try row.stored(2))
      }
      return known
    }
  }

  private func knownNumbers() throws -> Set<RunID> {
    try read { Set(try RunID.fetchAll($0, sql: "SELECT id FROM run")) }
  }

  /// The runs whose files, or whose lock, are not as they were.
  private func changed(_ known: [RunID: Known], _ files: RunFiles) -> [RunID] {
    let runs = known.keys.sorted()
    @Sendable func isChanged(_ run: RunID) -> Bool {
      guard let known = known[run] else { return true }
      if files.look(at: run, withProgress: known.isOpen) != known.look { return true }
      return known.isOpen
        && RunIndexing.number(RunLock.holder(folder: runFolder(run))) != known.isHeld
    }
    guard runs.count > 500 else { return runs.filter(isChanged) }
    // Thousands of files are looked at on every processor.
    let parts = 8
    let found = Mutex<[RunID]>([])
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let some = runs[(runs.count * part / parts)..<(runs.count * (part + 1) / parts)]
        .filter(isChanged)
      if !some.isEmpty { found.withLock { $0 += some } }
    }
    return found.withLock { $0.sorted() }
  }

  private func removeAll() throws {
    let known = try knownNumbers()
    if !known.isEmpty { try remove(known) }
  }

  private func remove(_ runs: Set<RunID>) throws {
    try writeIndex { database in
      // It may be there again, or was only moved for a moment.
      for run in runs where access(runFolder(run), F_OK) != 0 {
        try database.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run])
      }
    }
  }
}

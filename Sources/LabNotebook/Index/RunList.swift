import Experiments
import GRDB
import Synchronization

/// The runs of a notebook as they were last read, and which version of the list that was.
struct RunList {
  /// Grows with every change of any run.
  var version: Int64 = -1
  /// The runs, by number.
  var runs: [RunRecord] = []
  /// Which index it was read from; see `Notebook.indexNumber`.
  private(set) var index = 0
  private var places: [RunID: Int] = [:]

  init(index: Int = 0) { self.index = index }

  /// A run as it was last read.
  func run(_ id: RunID) -> RunRecord? { places[id].map { runs[$0] } }

  /// Puts a run where it belongs, or in the place of what was known of it.
  mutating func take(_ run: RunRecord) {
    if let place = places[run.id] {
      runs[place] = run
    } else if runs.last.map({ $0.id < run.id }) ?? true {
      places[run.id] = runs.count
      runs.append(run)
    } else {
      runs.insert(run, at: runs.firstIndex { $0.id > run.id } ?? runs.count)
      renumber()
    }
  }

  /// Takes runs out that are gone.
  mutating func remove(_ gone: Set<RunID>) {
    guard !gone.isEmpty else { return }
    runs.removeAll { gone.contains($0.id) }
    renumber()
  }

  private mutating func renumber() {
    places = [:]
    for (place, run) in runs.enumerated() { places[run.id] = place }
  }
}

extension Notebook {
  /// Every run, in the order of their numbers.
  package func runs() throws -> [RunRecord] { try versionedRuns().runs }

  /// Every run, in the order of their numbers, and a number that is another whenever any of them
  /// has changed.
  ///
  /// Only the rows that changed since the last call are read.
  package func versionedRuns() throws -> (version: Int64, runs: [RunRecord]) {
    try list.withLock { list in
      try self.read { database in
        // The versions of an index that was made again start from zero.
        if list.index != self.indexNumber { list = RunList(index: self.indexNumber) }
        try self.bringUpToDate(&list, database)
      }
      return (list.version &+ Int64(list.index) << 40, list.runs)
    }
  }

  private func bringUpToDate(_ list: inout RunList, _ database: Database) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT change.run, change.version, \(RunRow.selection)
        FROM change LEFT JOIN run ON run.id = change.run
        WHERE change.version > ? ORDER BY change.run
        """, arguments: [list.version])
    var newest = list
    var gone: Set<RunID> = []
    var rising = RisingRows()
    while let row = try rows.next() {
      let id: RunID = try row.stored(0)
      try rising.take(id)
      newest.version = max(newest.version, try row.stored(1))
      if (row[2] as DatabaseValue).isNull {
        gone.insert(id)
      } else {
        newest.take(try RunRow.record(row, from: 2, self, newest.run(id)))
      }
    }
    newest.remove(gone)
    list = newest
  }
}

import Experiments
import Foundation
import GRDB

/// The tables of `notebook.sqlite`, and how older ones become today's.
enum NotebookSchema {
  /// The format that this program writes, in `PRAGMA user_version`.
  static let version = 4
  /// "Prim" in `PRAGMA application_id`: whose file this is.
  static let applicationID = 0x5072_696D

  /// Makes the tables of a new notebook, and brings an older one to today's format.
  ///
  /// Runs within one transaction, so that a failure leaves the notebook as it was. Each later
  /// format adds its step here.
  static func bringUpToDate(_ database: Database) throws {
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if found == version { return }
    if found == 0 { try create(database) }
    if found < 2 { try addSecond(database) }
    if found < 3 { try addThird(database) }
    if found < 4 { try addFourth(database) }
    try database.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// Format 2: runs that go on from a checkpoint, the order of the queue, tags, studies, a bin for
  /// deleted runs, and pages of the notebook itself.
  private static func addSecond(_ database: Database) throws {
    try database.execute(
      sql: """
        -- how often rows were taken back, so that whoever reads along begins anew
        ALTER TABLE run ADD COLUMN rewinds INTEGER NOT NULL DEFAULT 0;
        -- the place in the queue, smallest first; NULL counts as the run's number
        ALTER TABLE run ADD COLUMN position REAL;
        ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT '';  -- words, a space between
        ALTER TABLE run ADD COLUMN study TEXT NOT NULL DEFAULT '';
        ALTER TABLE run ADD COLUMN deleted REAL;                   -- when; NULL: it is not
        CREATE TABLE page (
          name TEXT PRIMARY KEY,
          text TEXT NOT NULL,
          changed REAL NOT NULL
        );
        """)
  }

  /// Format 3: journals, and what makes large notebooks fast: which runs changed, the scores that
  /// lists show, points in chunks.
  private static func addThird(_ database: Database) throws {
    try database.execute(
      sql: """
        -- how much of a run's journal counts, and what is added to its numbers of rows to have
        -- those of this book
        CREATE TABLE IF NOT EXISTS journal (
          run INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
          length INTEGER NOT NULL,
          metrics INTEGER NOT NULL DEFAULT 0,
          events INTEGER NOT NULL DEFAULT 0,
          results INTEGER NOT NULL DEFAULT 0
        );
        -- F1 after tuning, a language and split a line; see RunScore
        ALTER TABLE run ADD COLUMN scores TEXT NOT NULL DEFAULT '';
        -- see PointChunk
        CREATE TABLE chunk (
          id INTEGER PRIMARY KEY,
          series INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
          last INTEGER NOT NULL,          -- the number of its last point
          points BLOB NOT NULL
        );
        CREATE INDEX chunkBySeries ON chunk (series, last);
        -- which version of the list of runs a run changed in last; one that is gone stays here
        CREATE TABLE change (
          run INTEGER PRIMARY KEY,
          version INTEGER NOT NULL
        );
        CREATE INDEX changeByVersion ON change (version);
        INSERT INTO change (run, version) SELECT id, id FROM run;
        """)
    for trigger in triggers(format: 3).values.sorted() { try database.execute(sql: trigger) }
    for run in try RunID.fetchAll(database, sql: "SELECT DISTINCT run FROM result") {
      try Notebook.renewScores(of: run, database)
    }
    for series in try Int64.fetchAll(database, sql: "SELECT id FROM series") {
      let points = try PointChunk.rows(of: series, after: 0, database)
      _ = try PointChunk.write(points, of: series, isEnd: false, database)
    }
  }

  /// Format 4: an engine of an older program, which goes on while a newer one opens the notebook,
  /// writes results but no scores; what it writes marks the scores as no longer true.
  private static func addFourth(_ database: Database) throws {
    try database.execute(sql: resultTrigger)
  }

  private static let resultTrigger = """
    CREATE TRIGGER resultInsert AFTER INSERT ON result
    WHEN NEW.json LIKE '%"phase":"tuning"%' BEGIN
      UPDATE run SET scores = '?' || char(10) || scores WHERE id = NEW.run;
    END
    """

  /// The triggers of a format by name, as they stand in the file.
  static func triggers(format: Int) -> [String: String] {
    guard format >= 3 else { return [:] }
    var triggers = format >= 4 ? ["resultInsert": resultTrigger] : [:]
    for (table, key) in [("run", "id"), ("progress", "run")] {
      for kind in ["INSERT", "UPDATE", "DELETE"] {
        let row = kind == "DELETE" ? "OLD" : "NEW"
        triggers[table + kind.capitalized] = """
          CREATE TRIGGER \(table)\(kind.capitalized) AFTER \(kind) ON \(table) BEGIN
            INSERT INTO change (run, version)
            VALUES (\(row).\(key), (SELECT coalesce(max(version), 0) + 1 FROM change))
            ON CONFLICT (run) DO UPDATE SET version = excluded.version;
          END
          """
      }
    }
    return triggers
  }

  private static func create(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE run (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL,
          state TEXT NOT NULL,
          experiment TEXT NOT NULL,       -- TOML, every setting
          created REAL NOT NULL,          -- seconds since 1970, as all times here
          started REAL,
          finished REAL,
          heartbeat REAL,
          processID INTEGER,
          host TEXT,
          error TEXT,
          note TEXT NOT NULL DEFAULT '',
          starred INTEGER NOT NULL DEFAULT 0,
          archived INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE progress (
          run INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
          json TEXT NOT NULL
        );
        CREATE TABLE series (
          id INTEGER PRIMARY KEY,
          run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
          name TEXT NOT NULL,
          UNIQUE (run, name)
        );
        CREATE TABLE metric (
          -- never used twice, so that a reader may go on from the last it has seen
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          series INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
          step INTEGER NOT NULL,
          value NOT NULL,                 -- REAL; 'nan', 'inf' and '-inf' as text
          time REAL NOT NULL
        );
        CREATE INDEX metricBySeries ON metric (series, id);
        CREATE TABLE event (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
          time REAL NOT NULL,
          json TEXT NOT NULL
        );
        CREATE INDEX eventByRun ON event (run, id);
        CREATE TABLE result (
          id INTEGER PRIMARY KEY,
          run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
          json TEXT NOT NULL
        );
        CREATE INDEX resultByRun ON result (run, id);
        CREATE TABLE control (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
          json TEXT NOT NULL
        );
        CREATE INDEX controlByRun ON control (run, id);
        """)
    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
  }
}

/// A number that SQLite may not be able to hold: it stores not-a-number as NULL.
enum StoredNumber {
  static func encode(_ value: Double) -> DatabaseValue {
    if value.isNaN { return "nan".databaseValue }
    if value.isInfinite { return (value > 0 ? "inf" : "-inf").databaseValue }
    return value.databaseValue
  }

  static func decode(_ value: DatabaseValue) -> Double {
    switch value.storage {
    case .double(let number): return number
    case .int64(let number): return Double(number)
    case .string("inf"): return .infinity
    case .string("-inf"): return -.infinity
    default: return .nan
    }
  }

  /// Seconds since 1970, if they are such as a clock may show.
  static func time(_ seconds: Double) throws -> Double {
    guard Plausibility.isClockTime(seconds) else {
      throw UnreadableRow(description: "\(seconds) is no time")
    }
    return seconds
  }
}

/// The JSON of the book's rows: numbers that are none survive.
enum StoredJSON {
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try decoder.decode(type, from: Data(text.utf8))
  }
}

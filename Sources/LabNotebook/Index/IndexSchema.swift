import GRDB

/// The tables of `notebook.sqlite`, which is an index of the run folders and nothing more.
enum IndexSchema {
  /// The format that this program writes, in `PRAGMA user_version`.
  ///
  /// Formats 1 to 4 were the notebook itself; see `OldNotebook`.
  static let version = 5
  /// "Prim" in `PRAGMA application_id`: whose file this is.
  static let applicationID = 0x5072_696D

  /// Makes the tables of a new index; one that has them is left as it is.
  static func create(_ database: Database) throws {
    guard try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0 == 0 else { return }
    try database.execute(sql: tables)
    for name in triggers.keys.sorted() { try database.execute(sql: triggers[name] ?? "") }
    try database.execute(
      sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
  }

  /// The triggers by name, as they stand in the file.
  static var triggers: [String: String] {
    var triggers: [String: String] = [:]
    for (name, kind) in [("runInsert", "INSERT"), ("runUpdate", "UPDATE"), ("runDelete", "DELETE")]
    {
      let row = kind == "DELETE" ? "OLD" : "NEW"
      triggers[name] = """
        CREATE TRIGGER \(name) AFTER \(kind) ON run BEGIN
          INSERT INTO change (run, version)
          VALUES (\(row).id, (SELECT coalesce(max(version), 0) + 1 FROM change))
          ON CONFLICT (run) DO UPDATE SET version = excluded.version;
        END
        """
    }
    return triggers
  }

  /// The columns of each table.
  static let columns: [(table: String, columns: String)] = [
    (
      "run",
      "id name state experiment created started finished heartbeat processID host error note starred "
        + "archived rewinds position tags study deleted scores progress fault isUnknown"
    ),
    (
      "source",
      "run isOpen isHeld logSize logTime journalSize journalTime progressTime reading"
    ),
    ("series", "id run name language"), ("chunk", "series last isWide points"),
    ("event", "run place time json"), ("result", "run place json"), ("page", "name text changed"),
    ("change", "run version"), ("counter", "name value"),
  ]

  private static let tables = """
    -- a row of the list: what run.jsonl, journal.jsonl and experiment.toml say together
    CREATE TABLE run (
      id INTEGER PRIMARY KEY,         -- the name of its folder
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      experiment TEXT NOT NULL,       -- TOML, every setting
      created REAL NOT NULL,          -- seconds since 1970, as all times here
      started REAL,
      finished REAL,
      heartbeat REAL,                 -- when its journal grew last
      processID INTEGER,
      host TEXT,
      error TEXT,
      note TEXT NOT NULL,
      starred INTEGER NOT NULL,
      archived INTEGER NOT NULL,
      rewinds INTEGER NOT NULL,       -- grows when rows are taken back; readers start over
      position REAL,                  -- the place in the queue, smallest first; NULL: the run's number
      tags TEXT NOT NULL,             -- words, a space between
      study TEXT NOT NULL,
      deleted REAL,                   -- when it was put into the bin; NULL: it is not there
      scores TEXT NOT NULL,           -- F1 after tuning, a language and split a line; see RunScore
      progress TEXT,                  -- JSON
      fault TEXT,                     -- what of its files cannot be read
      isUnknown INTEGER NOT NULL      -- whether nobody can tell if its engine still lives
    );
    -- how far the files of a run were read
    CREATE TABLE source (
      run INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
      isOpen INTEGER NOT NULL,        -- whether an engine works on it, or may at any moment
      isHeld INTEGER NOT NULL,        -- who had its lock: 0 nobody, 1 somebody, 2 nobody knows
      logSize INTEGER NOT NULL,
      logTime INTEGER NOT NULL,       -- when the file was changed, in nanoseconds; -1: it is not there
      journalSize INTEGER NOT NULL,
      journalTime INTEGER NOT NULL,
      progressTime INTEGER NOT NULL,
      reading TEXT NOT NULL           -- how far the journal was read: JournalReading as JSON
    );
    CREATE INDEX sourceOpen ON source (run) WHERE isOpen;
    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      language TEXT NOT NULL,         -- '' for none
      UNIQUE (run, name, language)
    );
    -- points of a series; see PointChunk
    CREATE TABLE chunk (
      series INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
      last INTEGER NOT NULL,          -- the place of its last point
      isWide INTEGER NOT NULL,
      points BLOB NOT NULL,
      PRIMARY KEY (series, last)
    );
    -- the place of a row is the byte of the journal behind its line
    CREATE TABLE event (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      place INTEGER NOT NULL,
      time REAL NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (run, place)
    ) WITHOUT ROWID;
    CREATE TABLE result (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      place INTEGER NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (run, place)
    ) WITHOUT ROWID;
    CREATE TABLE page (
      name TEXT PRIMARY KEY,
      text TEXT NOT NULL,
      changed REAL NOT NULL
    );
    -- which version of the list of runs a run changed in last; one that is gone stays here
    CREATE TABLE change (
      run INTEGER PRIMARY KEY,
      version INTEGER NOT NULL
    );
    CREATE INDEX changeByVersion ON change (version);
    CREATE TABLE counter (
      name TEXT PRIMARY KEY,
      value INTEGER NOT NULL
    );
    """
}

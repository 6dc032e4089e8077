import GRDB

/// Looks whether the tables of a file are those that this program makes.
///
/// A file from elsewhere may have a view under a table's name that never ends, a trigger that runs
/// when something is written, or a table that lacks what belongs there.
enum SchemaCheck {
  /// A schema that is another.
  struct Problem: Error, CustomStringConvertible {
    let description: String
    /// Whether something of it could do anything but hold rows: then nothing is read of it.
    let isForeign: Bool
  }

  /// The columns of each table, with the format that they came with.
  private static let columns: [(table: String, columns: [(format: Int, names: String)])] = [
    (
      "run",
      [
        (
          1,
          "id name state experiment created started finished heartbeat processID host error note "
            + "starred archived"
        ),
        (2, "rewinds position tags study deleted"), (3, "scores"),
      ]
    ),
    ("progress", [(1, "run json")]), ("series", [(1, "id run name")]),
    ("metric", [(1, "id series step value time")]), ("event", [(1, "id run time json")]),
    ("result", [(1, "id run json")]), ("control", [(1, "id run json")]),
    ("page", [(2, "name text changed")]),
    ("journal", [(3, "run length metrics events results")]),
    ("chunk", [(3, "id series last points")]), ("change", [(3, "run version")]),
  ]

  /// Throws a `Problem` where the tables are not those of a format.
  static func carryOut(_ database: Database, format: Int) throws {
    guard format > 0 else { return }
    try checkObjects(database, format: format)
    for (table, groups) in columns {
      let wanted = groups.filter { $0.format <= format }.flatMap {
        $0.names.split(separator: " ").map(String.init)
      }
      if wanted.isEmpty { continue }
      let rows = try Row.fetchAll(
        database, sql: "SELECT name, hidden FROM pragma_table_xinfo(?)", arguments: [table])
      let found = Set(try rows.map { try $0.stored(0) as String })
      if found.isEmpty { throw lacking("there is no table \(table)") }
      if let missing = wanted.first(where: { !found.contains($0) }) {
        throw lacking("its table \(table) has no column \(missing)")
      }
      if try rows.contains(where: { try $0.stored(1) as Int != 0 }) {
        throw foreign("its table \(table) has columns that are computed")
      }
    }
  }

  /// Nothing but tables, their indexes and this program's own triggers.
  private static func checkObjects(_ database: Database, format: Int) throws {
    var missing = NotebookSchema.triggers(format: format)
    let rows = try Row.fetchCursor(
      database, sql: "SELECT type, name, sql FROM sqlite_master WHERE type <> 'index'")
    while let row = try rows.next() {
      let (type, name): (String, String) = (try row.stored(0), try row.stored(1))
      let text: String = try row.storedIfAny(2) ?? ""
      switch type {
      case "table" where !text.uppercased().hasPrefix("CREATE VIRTUAL"): break
      case "trigger" where missing[name] == text: missing[name] = nil
      default: throw foreign("it has a \(type) ‘\(name)’ of its own")
      }
    }
    if let name = missing.keys.min() { throw lacking("there is no trigger \(name)") }
  }

  private static func lacking(_ text: String) -> Problem {
    Problem(description: text, isForeign: false)
  }

  private static func foreign(_ text: String) -> Problem {
    Problem(description: text, isForeign: true)
  }
}

import GRDB

/// Looks whether the tables of a file are those that this program makes.
///
/// A file from elsewhere may have a view under a table's name that never ends, a trigger that runs
/// when something is written, or a table that lacks what belongs there.
enum SchemaCheck {
  /// A schema that is another.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// Throws a `Problem` where the tables are not those of the index.
  static func carryOut(_ database: Database) throws {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard version == IndexSchema.version else {
      throw Problem(description: "it says that its format is \(version)")
    }
    var missing = IndexSchema.triggers
    try checkObjects(database, triggers: &missing)
    if let name = missing.keys.min() { throw Problem(description: "there is no trigger \(name)") }
    try checkColumns(database, IndexSchema.columns)
  }

  /// Throws unless each table has the columns that belong there, and none that is computed.
  static func checkColumns(
    _ database: Database, _ tables: [(table: String, columns: String)]
  ) throws {
    for (table, names) in tables {
      let rows = try Row.fetchAll(
        database, sql: "SELECT name, hidden FROM pragma_table_xinfo(?)", arguments: [table])
      let found = Set(try rows.map { try $0.stored(0) as String })
      if found.isEmpty { throw Problem(description: "there is no table \(table)") }
      let wanted = names.split(separator: " ").map(String.init)
      if let missing = wanted.first(where: { !found.contains($0) }) {
        throw Problem(description: "its table \(table) has no column \(missing)")
      }
      if try rows.contains(where: { try $0.stored(1) as Int != 0 }) {
        throw Problem(description: "its table \(table) has columns that are computed")
      }
    }
  }

  /// Throws unless there is nothing but tables, their indexes and these triggers, which are taken
  /// out of `triggers` as they are found.
  static func checkObjects(_ database: Database, triggers: inout [String: String]) throws {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT type, name, sql FROM sqlite_master WHERE type <> 'index'")
    while let row = try rows.next() {
      let (type, name): (String, String) = (try row.stored(0), try row.stored(1))
      let text: String = try row.storedIfAny(2) ?? ""
      switch type {
      case "table" where !text.uppercased().hasPrefix("CREATE VIRTUAL"): break
      case "trigger" where triggers[name] == text: triggers[name] = nil
      default: throw Problem(description: "it has a \(type) ‘\(name)’ of its own")
      }
    }
  }
}

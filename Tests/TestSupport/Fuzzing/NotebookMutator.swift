import Foundation

/// Makes SQL that puts hostile values into the rows of a notebook, or changes its tables.
package enum NotebookMutator {
  private static let columns: [(table: String, columns: [String])] = [
    (
      "run",
      [
        "id", "name", "state", "experiment", "created", "started", "finished", "heartbeat",
        "processID", "host", "error", "note", "starred", "archived", "rewinds", "position", "tags",
        "study", "deleted", "scores", "progress", "fault", "isUnknown",
      ]
    ),
    (
      "source",
      [
        "run", "isOpen", "isHeld", "logSize", "logTime", "journalSize", "journalTime",
        "progressTime", "reading",
      ]
    ),
    ("series", ["id", "run", "name", "language"]),
    ("event", ["run", "place", "time", "json"]), ("result", ["run", "place", "json"]),
    ("page", ["name", "text", "changed"]),
    ("chunk", ["series", "last", "isWide", "points"]), ("counter", ["name", "value"]),
    ("change", ["run", "version"]),
  ]

  private static let literals = [
    "NULL", "0", "1", "-1", "2", "7", "9223372036854775807", "-9223372036854775808", "4294967296",
    "1e308", "-1e308", "9e999", "-9e999", "0.5", "1e17", "-62135596801", "'nan'", "'inf'", "''",
    "'running'", "'queued'", "'finished'", "'no state'", "x''", "x'00'", "x'ff00'",
    "zeroblob(31)", "zeroblob(32)", "zeroblob(100000)", "CAST(x'fffe80' AS TEXT)",
    "CAST(x'41001b5b324a' AS TEXT)", "'?'", "'0.5 test hi'", "'nan test hi'", "'9e999 test hi'",
  ]

  private static let members = [
    "step", "stepCount", "task", "taskCount", "innerStep", "innerStepCount", "fraction",
    "secondsElapsed", "secondsLeft", "sentencesPerSecond", "residentBytes", "language", "split",
    "phase", "scores.micro.correct", "scores.micro.predicted", "scores.micro.gold",
    "sentenceCount", "cutSentenceCount", "seconds", "evaluation._0.step",
    "evaluation._0.scores.micro.gold", "started.threads", "started.processID", "log._1",
    "checkpoint.step", "resumed.step", "settingChanged.step", "settingChanged.tick",
    "stateChanged._0", "set.key",
  ]

  /// A text in SQL, with whatever characters it has.
  private static func text(_ value: String) -> String {
    "CAST(x'\(value.utf8.map { String(format: "%02x", $0) }.joined())' AS TEXT)"
  }

  private static func value(_ column: String, _ chance: inout FuzzChance) -> String {
    switch chance.below(10) {
    case 0, 1: return text(chance.pick(LineMutator.hostile))
    case 2: return "\(column) + 1"
    case 3: return "substr(\(column), 1, \(chance.below(40)))"
    case 4: return "\(column) || \(text(chance.pick(LineMutator.hostile)))"
    case 5:
      let part = chance.pick(["1", "0", "{", "}", ",", ":", "\"", ".", "e", "=", "[", "\n"])
      return "replace(\(column), \(text(part)), \(chance.pick(literals)))"
    default: return chance.pick(literals)
    }
  }

  /// One to three changes of values.
  package static func values(_ chance: inout FuzzChance) -> String {
    (0...chance.below(3)).map { _ in
      let (table, columns) = chance.pick(Self.columns)
      let column = chance.pick(columns)
      let new =
        column == "json" && chance.once(in: 2)
        ? "iif(json_valid(json), json_replace(json, '$.\(chance.pick(members))', "
          + "\(chance.pick(literals.filter { !$0.hasPrefix("x") && !$0.contains("blob") }))), json)"
        : value(column, &chance)
      let rows =
        chance.once(in: 2)
        ? ""
        : " WHERE \(columns[0]) IN (SELECT \(columns[0]) FROM \(table) "
          + "LIMIT 1 OFFSET \(chance.below(12)))"
      return "UPDATE OR IGNORE \(table) SET \(column) = \(new)\(rows);"
    }.joined(separator: "\n")
  }

  /// A change of the tables, and sometimes of values too.
  package static func tables(_ chance: inout FuzzChance) -> String {
    let (table, columns) = chance.pick(Array(Self.columns.dropLast()))
    let column = chance.pick(columns)
    let list = columns.map { "x AS \($0)" }.joined(separator: ", ")
    let endless = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t)"
    let triggers = ["runInsert", "runUpdate", "runDelete"]
    let change =
      switch chance.below(19) {
      case 0: "DROP TABLE \(table)"
      case 1: "ALTER TABLE \(table) RENAME TO \(table)2"
      case 2: "ALTER TABLE \(table) RENAME COLUMN \(column) TO other"
      case 3: "DROP TABLE \(table); CREATE VIEW \(table) AS \(endless) SELECT \(list) FROM t"
      case 4:
        "CREATE TRIGGER evil AFTER UPDATE ON run BEGIN INSERT INTO page \(endless) "
          + "SELECT x, 'x', 1 FROM t; END"
      case 5: "CREATE TRIGGER evil BEFORE DELETE ON \(table) BEGIN DELETE FROM chunk; END"
      case 6: "DROP TRIGGER \(chance.pick(triggers))"
      case 7: "PRAGMA user_version = \(chance.pick([0, 5, 6, -1, 2_147_483_647]))"
      case 8: "PRAGMA application_id = \(chance.pick([0, 1, -1]))"
      case 9: "ALTER TABLE \(table) ADD COLUMN big TEXT AS (zeroblob(900000000))"
      case 10: "ALTER TABLE \(table) ADD COLUMN more TEXT DEFAULT 'x'"
      case 11:
        "UPDATE sqlite_master SET sql = replace(sql, '\(column)', 'other') "
          + "WHERE name = '\(table)'"
      case 12: "UPDATE sqlite_master SET sql = 'CREATE TABLE \(table) (x)' WHERE name = '\(table)'"
      case 13: "UPDATE sqlite_master SET rootpage = \(chance.below(40)) WHERE name = '\(table)'"
      case 14: "DELETE FROM sqlite_master WHERE name = '\(table)'"
      case 15: "DELETE FROM counter"
      case 16: "CREATE INDEX extra ON \(table) (\(column)); ANALYZE"
      case 17: "CREATE VIEW extra AS SELECT 1"
      default: "CREATE TABLE extra (a, b); INSERT INTO extra VALUES (1, 2)"
      }
    // What never ends is not to begin here, but where the file is opened.
    let isEndless = change.hasPrefix("CREATE TRIGGER")
    return change + ";\n" + (!isEndless && chance.once(in: 3) ? values(&chance) : "")
  }
}

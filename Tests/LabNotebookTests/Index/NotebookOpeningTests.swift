import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

@Suite struct NotebookOpeningTests {
  /// A folder with a notebook of two runs that nobody has open.
  private func withClosedNotebook(_ body: (_ folder: String, _ file: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      for name in ["one", "two"] { _ = try notebook.enqueue(try experiment(name)) }
      try notebook.close()
      try body(folder.path, folder.appending(path: "notebook.sqlite"))
    }
  }

  private func overwrite(_ file: URL, at offset: Int, with bytes: [UInt8]) throws {
    var data = try Data(contentsOf: file)
    data.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    try data.write(to: file)
  }

  @Test func `a newer notebook is refused and left as it was, byte for byte`() throws {
    try withClosedNotebook { folder, file in
      // SQLite keeps PRAGMA user_version at byte 60 of the file, big-endian.
      let newer = UInt8(Notebook.formatVersion + 1)
      try overwrite(file, at: 60, with: [0, 0, 0, newer])
      let before = try Data(contentsOf: file)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      for mode in [Notebook.Mode.readWrite, .readOnly] {
        expectNotebookError(.newer, "has format \(newer)", "newer primer") {
          _ = try Notebook.open(folder: folder, mode: mode)
        }
      }
      #expect(try Data(contentsOf: file) == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == names)
    }
  }

  @Test func `a file that is no database is refused and left as it was`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "notebook.sqlite")
      for rubbish in ["rubbish", String(repeating: "rubbish ", count: 1000)] {
        try Data(rubbish.utf8).write(to: file)
        expectNotebookError(.notANotebook, file.path, "not a notebook") {
          _ = try Notebook.open(folder: folder.path)
        }
        #expect(try Data(contentsOf: file) == Data(rubbish.utf8))
      }
    }
  }

  @Test func `another program's database is refused`() throws {
    try withClosedNotebook { folder, file in
      // SQLite keeps PRAGMA application_id at byte 68. With both marks gone there are still
      // tables.
      for (offset, bytes) in [(68, [1, 2, 3, 4]), (60, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])] {
        try overwrite(file, at: offset, with: bytes.map(UInt8.init))
        expectNotebookError(.notANotebook, "another program", "--notebook") {
          _ = try Notebook.open(folder: folder)
        }
      }
    }
  }

  private func expectMadeAgain(
    _ folder: String, _ problem: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let notebook = try Notebook.open(folder: folder)
    defer { try? notebook.close() }
    #expect(
      try notebook.runs().map(\.name) == ["one", "two"], sourceLocation: sourceLocation)
    #expect(
      notebook.notices.contains { $0.contains(problem) && $0.contains("made again") },
      "\(notebook.notices)", sourceLocation: sourceLocation)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(
      names.contains { $0.hasPrefix("notebook.sqlite.damaged-") }, sourceLocation: sourceLocation)
  }

  @Test func `a damaged index is made again from the run folders, and says so once`() throws {
    try withClosedNotebook { folder, file in
      let size = try Data(contentsOf: file).count
      try overwrite(file, at: 4096, with: [UInt8](repeating: 0xA5, count: size - 4096))
      try expectMadeAgain(folder, "damaged")
      #expect(try Notebook.open(folder: folder).notices.isEmpty)
    }
  }

  @Test func `a truncated index is made again too, and so is one that is no database any more`()
    throws
  {
    try withClosedNotebook { folder, file in
      try Data(contentsOf: file).prefix(4096).write(to: file)
      try expectMadeAgain(folder, "damaged")
      try overwrite(file, at: 0, with: Array("rubbish".utf8))
      try expectMadeAgain(folder, "not a database")
    }
  }

  @Test func `an index that is damaged while it is open is made again under the program`() throws {
    try withClosedNotebook { folder, file in
      let notebook = try Notebook.open(folder: folder)
      let before = try notebook.versionedRuns()
      let size = try Data(contentsOf: file).count
      let descriptor = open(file.path, O_WRONLY)
      defer { close(descriptor) }
      let rubbish = [UInt8](repeating: 0x5A, count: size - 4096)
      #expect(pwrite(descriptor, rubbish, rubbish.count, 4096) == rubbish.count)
      unlink(file.path + "-wal")
      try notebook.setNote(2, "written")
      let after = try notebook.versionedRuns()
      #expect(after.runs.map(\.name) == ["one", "two"] && after.runs[1].note == "written")
      #expect(after.version != before.version)
      #expect(try Notebook.open(folder: folder).runs().last?.note == "written")
    }
  }

  @Test func `an index that others have open is not taken from them`() throws {
    try withClosedNotebook { folder, file in
      let other = try Notebook.open(folder: folder)
      let notebook = try Notebook.open(folder: folder)
      let size = try Data(contentsOf: file).count
      try overwrite(file, at: 4096, with: [UInt8](repeating: 0xA5, count: size - 4096))
      try notebook.setNote(1, "kept")
      #expect(try notebook.runs().map(\.note) == ["kept", ""])
      #expect(!FileManager.default.fileExists(atPath: folder + "/notebook.sqlite.new"))
      withExtendedLifetime(other) {}
      let log = try String(contentsOfFile: folder + "/runs/1/run.jsonl", encoding: .utf8)
      #expect(log.contains("\"kept\""))
    }
  }

  @Test(arguments: [
    (
      "DROP TABLE page; CREATE VIEW page AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 "
        + "FROM t) SELECT x AS name, x AS text, x AS changed FROM t", "a view ‘page’"
    ),
    ("CREATE TRIGGER evil AFTER UPDATE ON run BEGIN DELETE FROM chunk; END", "a trigger ‘evil’"),
    (
      "DROP TRIGGER runUpdate; CREATE TRIGGER runUpdate AFTER UPDATE ON run BEGIN SELECT 1; END",
      "a trigger ‘runUpdate’"
    ),
    ("DROP TRIGGER runDelete", "no trigger runDelete"),
    ("ALTER TABLE run ADD COLUMN big TEXT AS (zeroblob(900000000))", "columns that are computed"),
    ("DROP TABLE event", "no table event"),
    ("ALTER TABLE event RENAME COLUMN json TO text", "table event has no column json"),
    ("PRAGMA user_version = 0", "its format is 0"),
  ])
  func `tables of somebody else are not worked on: ours are made again`(
    sql: String, problem: String
  ) throws {
    try withClosedNotebook { folder, file in
      try Notebook.alter(file.path, sql)
      try expectMadeAgain(folder, problem)
    }
  }

  @Test func `tables and indexes that somebody added do no harm`() throws {
    try withClosedNotebook { folder, file in
      try Notebook.alter(
        file.path, "CREATE TABLE mine (a); CREATE INDEX byName ON run (name); ANALYZE")
      let notebook = try Notebook.open(folder: folder)
      #expect(try notebook.runs().map(\.name) == ["one", "two"] && notebook.notices.isEmpty)
    }
  }

  @Test(arguments: [
    ("run", "progress", "'{'"), ("run", "created", "1e300"), ("run", "name", "x'ff'"),
    ("run", "state", "'dancing'"), ("source", "reading", "'{'"), ("source", "reading", "5"),
    ("source", "isOpen", "'maybe'"), ("source", "journalSize", "-5"), ("run", "starred", "'x'"),
    ("run", "tags", "NULL"), ("change", "version", "9223372036854775807"),
  ])
  func `a value that nobody wrote is made right or left out, and never ends the program`(
    table: String, column: String, value: String
  ) throws {
    try withClosedNotebook { folder, file in
      try? Notebook.alter(file.path, "UPDATE \(table) SET \(column) = \(value)")
      do {
        let notebook = try Notebook.open(folder: folder)
        defer { try? notebook.close() }
        for run in try notebook.runs() {
          _ = (run.progress, try notebook.events(run.id))
          try notebook.setNote(run.id, "x")
        }
      } catch is NotebookError {
        // Said, and not the end of the program.
      }
      _ = try Notebook.readAgain(folder: folder)
      #expect(try Notebook.open(folder: folder).runs().map(\.name) == ["one", "two"])
    }
  }

  @Test func `a sound notebook has no complaints`() throws {
    try withNotebook { notebook in
      _ = try notebook.enqueue(Experiment())
      #expect(try notebook.integrityComplaints().isEmpty)
    }
  }

  @Test func `a missing notebook is made, or an error for those who only read`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a/b").path
      expectNotebookError(.missing, path, "no notebook") {
        _ = try Notebook.open(folder: path, mode: .readOnly)
      }
      expectNotebookError(.missing) {
        _ = try Notebook.open(folder: path, create: false)
      }
      #expect(!FileManager.default.fileExists(atPath: path))
      let made = try Notebook.open(folder: path)
      #expect(try made.runs().isEmpty)
    }
  }

  @Test func `an empty file becomes an index`() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: folder.appending(path: "notebook.sqlite"))
      let made = try Notebook.open(folder: folder.path)
      #expect(try made.runs().isEmpty)
    }
  }

  @Test func `a folder that is a file, or cannot be made, is said so`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data("x".utf8).write(to: file)
      expectNotebookError(.notAFolder, "a file, not a folder") {
        _ = try Notebook.open(folder: file.path)
      }
      // Nobody, not even the system's owner, makes folders in /proc.
      expectNotebookError(.readOnly, "/proc/primer", "cannot be made") {
        _ = try Notebook.open(folder: "/proc/primer")
      }
    }
  }

  @Test(.enabled(if: geteuid() != 0, "the system's owner may write everywhere"))
  func `a read-only folder is an error for writing, and can be read`() throws {
    try withClosedNotebook { folder, file in
      // What came after the index was made is read all the same, into another place.
      let log = folder + "/runs/2/run.jsonl"
      let line = "[\"set\",\"note\",\"later\",1764000000]\n"
      try (String(contentsOfFile: log, encoding: .utf8) + line)
        .write(toFile: log, atomically: true, encoding: .utf8)
      chmod(file.path, 0o444)
      chmod(folder, 0o555)
      defer { chmod(folder, 0o755) }
      let before = try Data(contentsOf: file)
      expectNotebookError(.readOnly, "writ", "permissions") {
        _ = try Notebook.open(folder: folder)
      }
      let looking = try Notebook.openAsPossible(folder: folder)
      #expect(looking.obstacle?.kind == .readOnly)
      #expect(try looking.runs().map(\.note) == ["", "later"])
      expectNotebookError(.readOnly, "writ") { try looking.setNote(1, "x") }
      let reader = try Notebook.open(folder: folder, mode: .readOnly)
      #expect(try reader.runs().map(\.name) == ["one", "two"])
      #expect(try Data(contentsOf: file) == before)
    }
    try withTemporaryFolder { folder in
      chmod(folder.path, 0o555)
      defer { chmod(folder.path, 0o755) }
      expectNotebookError(.readOnly, "cannot be written") {
        _ = try Notebook.open(folder: folder.path)
      }
    }
  }

  @Test func `settings of another version are told of, and the rest is read`() throws {
    try withClosedNotebook { folder, file in
      unlink(file.path)
      for run in 1...2 {
        let plan = "\(folder)/runs/\(run)/experiment.toml"
        let text = try String(contentsOfFile: plan, encoding: .utf8)
        try text.replacing("reductionFactor = 16", with: "reductionFactoz = 99")
          .write(toFile: plan, atomically: true, encoding: .utf8)
      }
      let runs = try Notebook.open(folder: folder).runs()
      #expect(runs.map { $0.experiment[Settings.name] } == ["one", "two"])
      for run in runs {
        #expect(run.experimentProblem?.contains("adapter.reductionFactoz is not a setting") == true)
        #expect(run.experiment[Settings.adapterReductionFactor] == 16, "the default")
      }
    }
  }
}

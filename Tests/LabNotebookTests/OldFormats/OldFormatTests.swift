import Experiments
import Foundation
import LabNotebook
import NotebookSupport
import RunFolders
import TestSupport
import Testing

/// A notebook that a program of format 4 wrote, with what that program printed of it beside: five
/// runs of two languages a step, one stopped, one killed and resumed, two of a study, a page, tags.
@Suite struct OldFormatTests {
  private static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "Fixtures/Format4")
  /// Where the notebook lay when it was written.
  private static let home = "/srv/primer/book"

  /// A copy of the notebook that may be changed.
  private func withCopy(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let copy = folder.appending(path: "book")
      try FileManager.default.copyItem(at: Self.fixture.appending(path: "book"), to: copy)
      try body(copy.path)
    }
  }

  private func expected(_ name: String) throws -> Data {
    try Data(contentsOf: Self.fixture.appending(path: "expected/\(name)"))
  }

  /// Expects the same exports as the old program wrote, byte for byte.
  private func expectSameExports(
    _ notebook: Notebook, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for run: RunID in 1...3 {
      let record = try #require(try notebook.run(run), sourceLocation: sourceLocation)
      let measured = try Measurements(notebook, run: record)
      var text = ""
      measured.eachCSVLine { text += $0 + "\n" }
      #expect(
        try Data(text.utf8) == expected("\(run).csv"), "\(run).csv", sourceLocation: sourceLocation)
      guard run == 1 else { continue }
      var lines = ""
      try measured.eachJSONLine { lines += $0 + "\n" }
      #expect(
        try Data(withoutLaterSettings(lines).utf8) == expected("1.jsonl"),
        sourceLocation: sourceLocation)
      #expect(
        try EventFile(measured).data == expected("1.tfevents"), sourceLocation: sourceLocation)
    }
  }

  /// The settings that the old program did not have yet; a run of its has their defaults.
  private static let laterSettings = [
    ("data.types", ""), ("data.map", ""), ("data.tags", ""), ("data.badLines", "refuse"),
    ("data.devFromTrain", "0"), ("data.columns.word", "0"), ("data.columns.tag", "0"),
  ]

  /// Exported lines without the settings that were added later, each of which must be there once.
  private func withoutLaterSettings(_ lines: String) throws -> String {
    var lines = lines
    for (key, standard) in Self.laterSettings {
      let entry = "\"\(key)\":\"\(standard)\","
      let range = try #require(lines.range(of: entry), "\(entry)")
      lines.removeSubrange(range)
      #expect(!lines.contains("\"\(key)\""))
    }
    return lines
  }

  private struct Printed: Decodable {
    var id: RunID
    var name: String
    var state: RunState
    var note: String
    var starred: Bool
    var archived: Bool
    var folder: String
    var error: String?
    var fraction: Double?
    var meanF1: [String: Double]
    var created: Date
    var started: Date?
    var finished: Date?
  }

  /// What the old program printed of each run.
  private func printed() throws -> [Printed] {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try String(decoding: expected("runs.json"), as: UTF8.self).split(separator: "\n")
      .map { try decoder.decode(Printed.self, from: Data($0.utf8)) }
  }

  private func expectSameList(
    _ notebook: Notebook, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    func seconds(_ date: Date?) -> Int? { date.map { Int($0.timeIntervalSince1970) } }
    let runs = try notebook.runs()
    let printed = try printed()
    #expect(runs.map(\.id) == printed.map(\.id), sourceLocation: sourceLocation)
    for (run, old) in zip(runs, printed) {
      #expect(run.name == old.name && run.state == old.state && run.note == old.note)
      #expect(run.starred == old.starred && run.archived == old.archived)
      #expect(run.folder.replacing(notebook.folder, with: Self.home) == old.folder)
      #expect(run.error == old.error && run.progress?.fraction == old.fraction)
      #expect(seconds(run.created) == seconds(old.created))
      #expect(seconds(run.started) == seconds(old.started))
      #expect(seconds(run.finished) == seconds(old.finished))
      for (split, f1) in old.meanF1 { #expect(run.meanF1(split: split) == f1) }
      #expect(run.fault == nil && run.experimentProblem == nil)
    }
    #expect(runs[0].tags == ["baseline", "über"])
  }

  private func expectWhole(
    _ notebook: Notebook, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectSameList(notebook, sourceLocation: sourceLocation)
    try expectSameExports(notebook, sourceLocation: sourceLocation)
    #expect(
      try notebook.pages().map(\.text) == [
        "What was learnt: priming of *two* languages.\nA second line."
      ], sourceLocation: sourceLocation)
  }

  @Test func `it becomes run folders, and lists and exports the same`() throws {
    try withCopy { folder in
      let notebook = try Notebook.open(folder: folder)
      #expect(notebook.notices.contains { $0.contains("from format 4 to 5") })
      try expectWhole(notebook)
      #expect(
        try notebook.requests(of: 2).map(\.control)
          == [.set(key: "priming.outer.learningRate", value: .number(3e-5))],
        "asked and not carried out")
      try notebook.close()
      #expect(FileManager.default.fileExists(atPath: folder + "/notebook.sqlite.format-4"))
      let again = try Notebook.open(folder: folder)
      #expect(again.notices.isEmpty)
      try expectWhole(again)
      try again.setNote(1, "written by the new program")
      #expect(try again.run(1)?.tags == ["baseline", "über"])
    }
  }

  @Test func `without its file, or with a damaged one, the journals have it all`() throws {
    try withCopy { folder in
      try FileManager.default.removeItem(atPath: folder + "/notebook.sqlite")
      try expectWhole(Notebook.open(folder: folder))
    }
    try withCopy { folder in
      let file = URL(filePath: folder + "/notebook.sqlite")
      var data = try Data(contentsOf: file)
      data.replaceSubrange(8192..<data.count, with: repeatElement(0xA5, count: data.count - 8192))
      try data.write(to: file)
      let notebook = try Notebook.open(folder: folder)
      #expect(notebook.notices.contains { $0.contains("damaged") }, "\(notebook.notices)")
      try expectSameList(notebook)
    }
  }

  /// What makes a file of format 4 one that an older program would have written.
  private static let older: [(format: Int, sql: String)] = [
    (3, "DROP TRIGGER resultInsert; PRAGMA user_version = 3"),
    (
      2,
      "DROP TRIGGER runInsert; DROP TRIGGER runUpdate; DROP TRIGGER runDelete; "
        + "DROP TRIGGER progressInsert; DROP TRIGGER progressUpdate; DROP TRIGGER progressDelete; "
        + "DROP TABLE chunk; DROP TABLE change; DROP TABLE journal; "
        + "ALTER TABLE run DROP COLUMN scores; PRAGMA user_version = 2"
    ),
  ]

  @Test(arguments: [3, 2])
  func `older formats, of which the last has no journals, become the same`(format: Int) throws {
    try withCopy { folder in
      for (number, sql) in Self.older where number >= format {
        try Notebook.alter(folder + "/notebook.sqlite", sql)
      }
      if format == 2 {
        for run in 1...5 { unlink("\(folder)/runs/\(run)/journal.jsonl") }
        unlink(folder + "/pages.jsonl")
      }
      let notebook = try Notebook.open(folder: folder)
      #expect(notebook.notices.contains { $0.contains("from format \(format) to 5") })
      try expectWhole(notebook)
    }
  }

  @Test func `format 1, which knew no tags, studies and pages, becomes the rest`() throws {
    try withCopy { folder in
      for (_, sql) in Self.older { try Notebook.alter(folder + "/notebook.sqlite", sql) }
      try Notebook.alter(
        folder + "/notebook.sqlite",
        """
        ALTER TABLE run DROP COLUMN rewinds; ALTER TABLE run DROP COLUMN position;
        ALTER TABLE run DROP COLUMN tags; ALTER TABLE run DROP COLUMN study;
        ALTER TABLE run DROP COLUMN deleted; DROP TABLE page; PRAGMA user_version = 1
        """)
      for run in 1...5 { unlink("\(folder)/runs/\(run)/journal.jsonl") }
      unlink(folder + "/pages.jsonl")
      let notebook = try Notebook.open(folder: folder)
      try expectSameExports(notebook)
      #expect(try notebook.runs().map(\.name) == printed().map(\.name))
      #expect(try notebook.runs().allSatisfy { $0.tags.isEmpty && $0.fault == nil })
    }
  }

  @Test func `a journal that is cut short is made whole from the old file`() throws {
    try withCopy { folder in
      let journal = URL(filePath: folder + "/runs/3/journal.jsonl")
      try Data(contentsOf: journal).prefix(20_000).write(to: journal)
      try expectWhole(Notebook.open(folder: folder))
    }
  }

  @Test func `it is not changed while an older engine works, and can be read`() throws {
    try withCopy { folder in
      let presence = open(folder + "/notebook.lock", O_RDWR | O_CREAT, 0o644)
      #expect(flock(presence, LOCK_SH) == 0)
      expectNotebookError(.busy, "has the notebook open") { _ = try Notebook.open(folder: folder) }
      let reader = try Notebook.openAsPossible(folder: folder)
      #expect(reader.obstacle?.kind == .busy)
      try expectSameList(reader)
      expectNotebookError(.busy) { try reader.setNote(1, "x") }
      #expect(!FileManager.default.fileExists(atPath: folder + "/runs/1/run.jsonl"))
      close(presence)
      try expectWhole(Notebook.open(folder: folder))
    }
  }

  @Test func `a bringing up that was broken off is begun again`() throws {
    try withCopy { folder in
      let whole = try Data(contentsOf: URL(filePath: folder + "/notebook.sqlite"))
      try Notebook.open(folder: folder).close()
      // Everything was written, but the old file has its name still.
      for name in ["notebook.sqlite", "notebook.sqlite.format-4"] { unlink("\(folder)/\(name)") }
      try whole.write(to: URL(filePath: folder + "/notebook.sqlite"))
      unlink(folder + "/runs/4/run.jsonl")
      let notebook = try Notebook.open(folder: folder)
      try expectWhole(notebook)
      #expect(try notebook.requests(of: 2).count == 1, "it is asked once")
    }
  }

  @Test func `runs of an archive of format 1 are taken in as they were`() throws {
    try withTemporaryFolder { folder in
      let to = try Notebook.open(folder: folder.path)
      let archive = try RunArchive(
        path: Self.fixture.appending(path: "expected/format1.primer").path)
      #expect(try archive.listing().map(\.id) == [1, 3])
      #expect(try to.takeIn(archive).map(\.run) == [1, 2])
      for (run, old) in [(1, 1), (2, 3)] as [(RunID, Int)] {
        var text = ""
        let record = try #require(try to.run(run))
        try Measurements(to, run: record).eachCSVLine { text += $0 + "\n" }
        #expect(try Data(text.utf8) == expected("\(old).csv"))
      }
      #expect(try to.run(1)?.tags == ["baseline", "über"])
      #expect(try to.takeIn(archive).allSatisfy(\.wasHere))
    }
  }
}

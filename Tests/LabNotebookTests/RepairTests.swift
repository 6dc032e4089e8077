import Foundation
import LabNotebook
import TestSupport
import Testing

/// A book that is damaged, and made again from the runs' journals.
@Suite struct RepairTests {
  /// A closed notebook with runs of every kind, what it has, and its file.
  private func withFilledNotebook(
    _ body: (_ folder: String, _ file: URL, _ lines: [String]) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      try fill(notebook)
      try notebook.setPage("Notebook", "# What was learnt\n\nnothing \u{2028} yet \"…\"")
      try notebook.setPage("A plan, über alles", "1. seeds\n2. sleep")
      try notebook.setPage("gone", "text")
      try notebook.setPage("gone", "")
      let lines = try everything(in: notebook)
      #expect(lines.count > 900)
      try notebook.close()
      try body(folder.path, folder.appending(path: "notebook.sqlite"), lines)
    }
  }

  private func everything(inFolder folder: String) throws -> [String] {
    let notebook = try Notebook.open(folder: folder)
    defer { try? notebook.close() }
    #expect(try notebook.integrityComplaints().isEmpty)
    return try everything(in: notebook)
  }

  /// Expects the same lines, and shows the first that differ.
  private func expectSame(
    _ again: [String], _ lines: [String], _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let missing = lines.filter { !again.contains($0) }
    let new = again.filter { !lines.contains($0) }
    #expect(
      again == lines,
      "\(what): \(missing.count) are gone: \(missing.prefix(2)); new: \(new.prefix(2))",
      sourceLocation: sourceLocation)
  }

  private func everything(in notebook: Notebook) throws -> [String] {
    try LabNotebookTests.everything(in: notebook)
      + notebook.pages().map {
        "page \($0.name) \($0.changed.timeIntervalSince1970) \($0.text)"
      }
  }

  /// Repairs, and expects that all is there again, and that nothing is left to repair.
  private func expectRepaired(
    _ folder: String, _ file: URL, _ lines: [String], _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let damaged = try? Data(contentsOf: file)
    let report = try NotebookRepair.carryOut(folder: folder)
    #expect(report.wasNeeded, "\(what)", sourceLocation: sourceLocation)
    #expect(report.runs == Array(1...7), "\(what)", sourceLocation: sourceLocation)
    #expect(report.pages == 2, "\(what)", sourceLocation: sourceLocation)
    #expect(report.losses.isEmpty && report.salvaged.isEmpty, sourceLocation: sourceLocation)
    if let damaged {
      let aside = try #require(report.setAside, sourceLocation: sourceLocation)
      #expect(aside.hasPrefix("notebook.sqlite.damaged-"), sourceLocation: sourceLocation)
      let kept = try Data(contentsOf: URL(filePath: folder + "/" + aside))
      #expect(kept == damaged, sourceLocation: sourceLocation)
    }
    let again = try everything(inFolder: folder)
    expectSame(again, lines, what, sourceLocation: sourceLocation)
    #expect(try !NotebookRepair.carryOut(folder: folder).wasNeeded, sourceLocation: sourceLocation)
  }

  @Test func `a sound notebook is left as it is`() throws {
    try withFilledNotebook { folder, file, _ in
      let before = try Data(contentsOf: file)
      let report = try NotebookRepair.carryOut(folder: folder)
      #expect(!report.wasNeeded && report.setAside == nil)
      #expect(try Data(contentsOf: file) == before)
    }
  }

  @Test func `whichever page is overwritten, all comes back`() throws {
    try withFilledNotebook { folder, file, lines in
      let whole = try Data(contentsOf: file)
      let pages = whole.count / 4096
      #expect(pages > 20)
      var noticed = 0
      for page in 0..<pages {
        var data = whole
        let begin = page * 4096 + (page == 0 ? 100 : 0)
        data.replaceSubrange(
          begin..<((page + 1) * 4096),
          with: repeatElement(
            UInt8(truncatingIfNeeded: page &* 37 &+ 0xA5), count: 4096 - begin % 4096))
        try data.write(to: file)
        let complaints = try? Notebook.open(folder: folder, mode: .readOnly).integrityComplaints()
        // A page that nothing is kept on may hold anything.
        if complaints?.isEmpty == true {
          expectSame(try everything(inFolder: folder), lines, "page \(page)")
          continue
        }
        noticed += 1
        expectNotebookError(.damaged, "primer repair") { _ = try Notebook.open(folder: folder) }
        try expectRepaired(folder, file, lines, "page \(page)")
      }
      #expect(noticed > pages / 2)
    }
  }

  @Test func `cut off anywhere, emptied, deleted, or written over from its first byte`() throws {
    try withFilledNotebook { folder, file, lines in
      let whole = try Data(contentsOf: file)
      for length in [0, 1, 99, 100, 4095, 4096, 8192, 20_000, whole.count / 2, whole.count - 4096] {
        try whole.prefix(length).write(to: file)
        #expect(throws: NotebookError.self, "\(length)") {
          _ = try Notebook.open(folder: folder).integrityComplaints().isEmpty
          _ = try Notebook.open(folder: folder)
        }
        try expectRepaired(folder, file, lines, "\(length) bytes")
      }
      try FileManager.default.removeItem(at: file)
      expectNotebookError(.missing, "gone", "primer repair") {
        _ = try Notebook.open(folder: folder)
      }
      try expectRepaired(folder, file, lines, "deleted")
      for length in [16, 100, 4096] {
        var data = try Data(contentsOf: file)
        data.replaceSubrange(0..<length, with: repeatElement(0x2A, count: length))
        try data.write(to: file)
        expectNotebookError(.notANotebook, "primer repair") {
          _ = try Notebook.open(folder: folder)
        }
        try expectRepaired(folder, file, lines, "\(length) bytes written over")
      }
    }
  }

  @Test func `once damage was seen nobody writes, and what can be read is read`() throws {
    try withFilledNotebook { folder, file, lines in
      // A page of points: the list of runs can still be read.
      let whole = try Data(contentsOf: file)
      let page = try #require(
        (1..<(whole.count / 4096)).first { page in
          var data = whole
          data.replaceSubrange(
            (page * 4096)..<((page + 1) * 4096), with: repeatElement(0x5A, count: 4096))
          try? data.write(to: file)
          defer { unlink(folder + "/notebook.damaged") }
          guard let book = try? Notebook.open(folder: folder, mode: .readOnly),
            (try? book.runs()) != nil, (try? book.metrics(1, series: "outer/loss")) == nil
          else { return false }
          return true
        })
      #expect(page > 1)
      let open = try Notebook.open(folder: folder)
      #expect(try !open.integrityComplaints().isEmpty)
      expectNotebookError(.damaged, "primer repair") { try open.setNote(1, "x") }
      try open.close()
      expectNotebookError(.damaged) { _ = try Notebook.open(folder: folder) }
      let reader = try Notebook.openAsPossible(folder: folder)
      #expect(reader.obstacle?.kind == .damaged)
      #expect(try reader.runs().map(\.id) == Array(1...7))
      expectNotebookError(.damaged, "primer repair") { try reader.setNote(1, "x") }
      expectNotebookError(.busy, "has the notebook open", "quit every primer") {
        _ = try NotebookRepair.carryOut(folder: folder)
      }
      try reader.close()
      try expectRepaired(folder, file, lines, "points")
      #expect(try Notebook.openAsPossible(folder: folder).obstacle == nil)
    }
  }

  @Test func `a repair that was broken off is begun again`() throws {
    try withFilledNotebook { folder, file, lines in
      let whole = try Data(contentsOf: file)
      try whole.prefix(10_000).write(to: file)
      // What a repair leaves that was killed while it wrote, or just before it took the place.
      try whole.prefix(5000).write(to: URL(filePath: folder + "/notebook.sqlite.new"))
      try Data("log".utf8).write(to: URL(filePath: folder + "/notebook.sqlite.new-wal"))
      try expectRepaired(folder, file, lines, "broken off")
      #expect(
        !exists(folder + "/notebook.sqlite.new") && !exists(folder + "/notebook.sqlite.new-wal"))
    }
  }

  @Test func `a journal that a power cut left without its end is read to there, and goes on`()
    throws
  {
    try withFilledNotebook { folder, file, lines in
      let journal = URL(filePath: folder + "/runs/7/journal.jsonl")
      var text = try Data(contentsOf: journal)
      text.append(Data("[\"m\",99999,\"outer/lo".utf8))
      try text.write(to: journal)
      try Data(contentsOf: file).prefix(10_000).write(to: file)
      try expectRepaired(folder, file, lines, "torn line")
      let notebook = try Notebook.open(folder: folder)
      try notebook.setNote(7, "after the cut")
      try notebook.close()
      #expect(try String(contentsOf: journal, encoding: .utf8).hasSuffix("\"after the cut\"]\n"))
      try Data(contentsOf: file).prefix(10_000).write(to: file)
      #expect(try NotebookRepair.carryOut(folder: folder).losses.isEmpty)
      #expect(try Notebook.open(folder: folder).run(7)?.note == "after the cut")
    }
  }

  @Test func `a damaged line of a journal costs that line alone, and is told`() throws {
    try withFilledNotebook { folder, file, lines in
      let path = folder + "/runs/2/journal.jsonl"
      var rows = try String(contentsOfFile: path, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
      let index = try #require(rows.firstIndex { $0.contains("\"outer/loss\",3,") })
      rows[index] = "[\"m\",12,\"outer/lo#####"
      try rows.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      try Data(contentsOf: file).prefix(10_000).write(to: file)
      let report = try NotebookRepair.carryOut(folder: folder)
      #expect(report.losses.count == 1)
      #expect(report.losses.first?.hasPrefix("\(path):\(index + 1): ") == true)
      let again = try everything(inFolder: folder)
      let gone = lines.filter { !again.contains($0) }
      #expect(gone.count == 1 && gone[0].hasPrefix("2 outer/loss "), "\(gone)")
    }
  }

  @Test func `a run without a journal is taken from the damaged file, or from its folder`() throws {
    try withFilledNotebook { folder, file, lines in
      for run in [1, 2] { unlink("\(folder)/runs/\(run)/journal.jsonl") }
      unlink("\(folder)/runs/3/journal.jsonl")
      unlink("\(folder)/runs/3/experiment.toml")
      // Somebody has seen damage, though not in what these runs have.
      try "an index is out of order".write(
        toFile: folder + "/notebook.damaged", atomically: true, encoding: .utf8)
      let report = try NotebookRepair.carryOut(folder: folder)
      #expect(report.wasNeeded)
      #expect(report.salvaged == [1, 2, 3])
      expectSame(try everything(inFolder: folder), lines, "salvaged")
      for run in [1, 2] { unlink("\(folder)/runs/\(run)/journal.jsonl") }
      unlink("\(folder)/runs/3/journal.jsonl")
      try FileManager.default.removeItem(at: file)
      let second = try NotebookRepair.carryOut(folder: folder)
      #expect(second.salvaged.isEmpty && second.runs == [1, 2, 4, 5, 6, 7])
      #expect(second.losses == ["\(folder)/runs/3: there is neither a journal nor an experiment"])
      let runs = try Notebook.open(folder: folder).runs()
      #expect(runs.first?.name == "finished" && runs.first?.state == .stopped)
    }
  }

  @Test func `a book of another program or of a newer one is not repaired`() throws {
    try withFilledNotebook { folder, file, _ in
      var data = try Data(contentsOf: file)
      data[63] = UInt8(Notebook.formatVersion + 1)
      try data.write(to: file)
      expectNotebookError(.newer) { _ = try NotebookRepair.carryOut(folder: folder) }
      data[63] = UInt8(Notebook.formatVersion)
      data[68] = 1
      try data.write(to: file)
      expectNotebookError(.notANotebook, "another program") {
        _ = try NotebookRepair.carryOut(folder: folder)
      }
      #expect(try Data(contentsOf: file) == data)
    }
    try withTemporaryFolder { folder in
      expectNotebookError(.missing) { _ = try NotebookRepair.carryOut(folder: folder.path) }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
    }
  }
}

import Foundation
import LabNotebook
import TestSupport
import Testing

/// The pages of the notebook, which survive the loss of its file as runs do.
@Suite struct PageJournalTests {
  private func path(_ folder: URL) -> String { folder.path + "/pages.jsonl" }

  private func text(_ folder: URL) throws -> String {
    try String(contentsOfFile: path(folder), encoding: .utf8)
  }

  /// A closed notebook without runs, with two pages.
  private func withPages(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let book = try Notebook.open(folder: folder.path)
      try book.setPage("Notebook", "# One")
      try book.setPage("Plan", "seeds\n1 to 5")
      try book.close()
      try body(folder)
    }
  }

  private func pages(_ folder: URL) throws -> [String] {
    let book = try Notebook.open(folder: folder.path)
    defer { try? book.close() }
    return try book.pages().map { "\($0.name): \($0.text)" }
  }

  @Test func `the journal has the pages that there are, a line each`() throws {
    try withPages { folder in
      let lines = try text(folder).split(separator: "\n")
      #expect(lines.count == 3 && lines[0] == "[\"pages\",1]")
      #expect(lines[1].hasPrefix("[\"page\",\"Notebook\",") && lines[1].hasSuffix(",\"# One\"]"))
      #expect(lines[2].hasSuffix(",\"seeds\\n1 to 5\"]"))
      let book = try Notebook.open(folder: folder.path)
      try book.setPage("Notebook", "")
      #expect(try text(folder).split(separator: "\n").count == 2)
      let before = try text(folder)
      #expect(try book.setPage("Plan", "mine", expecting: "theirs") == "seeds\n1 to 5")
      #expect(try text(folder) == before, "what was not written is not in it")
    }
  }

  @Test func `pages survive the loss of the file, with no run there at all`() throws {
    try withPages { folder in
      let before = try text(folder)
      unlink(folder.path + "/notebook.sqlite")
      expectNotebookError(.missing, "gone", "primer repair") {
        _ = try Notebook.open(folder: folder.path)
      }
      let report = try NotebookRepair.carryOut(folder: folder.path)
      #expect(report.wasNeeded && report.pages == 2 && report.losses.isEmpty)
      #expect(try pages(folder) == ["Notebook: # One", "Plan: seeds\n1 to 5"])
      #expect(try text(folder) == before)
    }
  }

  @Test func `a journal that is gone is written anew, by the next page or by a repair`() throws {
    try withPages { folder in
      let before = try text(folder)
      unlink(path(folder))
      let book = try Notebook.open(folder: folder.path)
      #expect(try book.completePageJournal())
      #expect(try text(folder) == before)
      #expect(try !book.completePageJournal(), "it is there")
      unlink(path(folder))
      try book.setPage("third", "x")
      #expect(try text(folder).split(separator: "\n").count == 4)
    }
  }

  @Test func `pages that are in no journal are taken from the damaged file, and get one`() throws {
    try withPages { folder in
      let before = try text(folder)
      unlink(path(folder))
      try "an index is out of order".write(
        toFile: folder.path + "/notebook.damaged", atomically: true, encoding: .utf8)
      #expect(try NotebookRepair.carryOut(folder: folder.path).pages == 2)
      #expect(try text(folder) == before)
    }
  }

  @Test func `a damaged line costs that page alone, is told, and is kept aside`() throws {
    try withPages { folder in
      let damaged =
        try text(folder) + "\n[\"page\",\"x\",1e99,\"y\"]\n[\"page\",\" x\",1,\"y\"]\n"
        + "[\"page\",\"a\",1,\"\"]\n[\"nonsense\"]\n[\"pages\",2]\n[\"page\",\"Plan\",5,\"later\"]\n{"
      try damaged.write(toFile: path(folder), atomically: true, encoding: .utf8)
      unlink(folder.path + "/notebook.sqlite")
      let report = try NotebookRepair.carryOut(folder: folder.path)
      let file = path(folder)
      #expect(
        report.losses.dropLast() == [
          "\(file):5: 1e+99 is no time", "\(file):6: ‘ x’ is no name of a page",
          "\(file):7: the page ‘a’ has no text", "\(file):8: it begins with ‘nonsense’",
          "\(file):9: a newer program wrote it (format 2)",
        ])
      #expect(report.losses.last?.hasPrefix("\(file):11: ") == true)
      #expect(try pages(folder) == ["Notebook: # One", "Plan: later"])
      #expect(try text(folder).split(separator: "\n").count == 3)
      let kept = try String(
        contentsOfFile: folder.path + "/pages.jsonl.damaged", encoding: .utf8)
      #expect(kept == damaged)
    }
  }

  @Test func `a page that cannot be written into the journal is not written at all`() throws {
    try withPages { folder in
      let book = try Notebook.open(folder: folder.path)
      // What is written first is a file beside it: here is a folder that cannot be removed.
      let obstacle = path(folder) + ".new/x"
      try FileManager.default.createDirectory(
        atPath: obstacle, withIntermediateDirectories: true)
      #expect(throws: NotebookError.self) { try book.setPage("Plan", "lost") }
      #expect(try book.pages().map(\.text) == ["# One", "seeds\n1 to 5"])
      try FileManager.default.removeItem(atPath: path(folder) + ".new")
      try book.setPage("Plan", "kept")
      #expect(try text(folder).contains("kept"))
    }
  }
}

import Foundation
import LabNotebook
import TestSupport
import Testing

/// The pages of the notebook, which have a file of their own.
@Suite struct PageFileTests {
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

  @Test func `the file has the pages that there are, a line each`() throws {
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

  @Test func `pages survive the loss of the index, with no run there at all`() throws {
    try withPages { folder in
      let before = try text(folder)
      unlink(folder.path + "/notebook.sqlite")
      #expect(try pages(folder) == ["Notebook: # One", "Plan: seeds\n1 to 5"])
      #expect(try text(folder) == before)
    }
  }

  @Test func `what another program writes into the file is seen at once`() throws {
    try withPages { folder in
      let book = try Notebook.open(folder: folder.path)
      let changed = try text(folder).replacing("# One", with: "# Two")
      try changed.write(toFile: path(folder), atomically: true, encoding: .utf8)
      try book.refresh(.open)
      #expect(try book.pages().map(\.text) == ["# Two", "seeds\n1 to 5"])
      #expect(try book.setPage("Notebook", "mine", expecting: "# One") == "# Two")
      unlink(path(folder))
      try book.setPage("third", "x")
      #expect(try book.pages().map(\.name) == ["third"])
    }
  }

  @Test func `a damaged line costs that page alone, and is told`() throws {
    try withPages { folder in
      let damaged =
        try text(folder) + "\n[\"page\",\"x\",1e99,\"y\"]\n[\"page\",\" x\",1,\"y\"]\n"
        + "[\"page\",\"a\",1,\"\"]\n[\"nonsense\"]\n[\"pages\",2]\n[\"page\",\"Plan\",5,\"later\"]\n{"
      try damaged.write(toFile: path(folder), atomically: true, encoding: .utf8)
      let report = try Notebook.readAgain(folder: folder.path)
      let file = path(folder)
      #expect(
        report.faults.dropLast() == [
          "\(file):5: 1e+99 is not a valid time", "\(file):6: ‘ x’ is not a valid page name",
          "\(file):7: the page ‘a’ has no text", "\(file):8: it begins with ‘nonsense’",
          "\(file):9: a newer program wrote it (format 2)",
        ])
      #expect(report.faults.last?.hasPrefix("\(file):11: ") == true)
      #expect(try pages(folder) == ["Notebook: # One", "Plan: later"])
      #expect(try text(folder) == damaged, "it is left as it is until a page is written")
    }
  }

  @Test func `lines that cannot be read stay when a page is written`() throws {
    try withPages { folder in
      let rest = "[\"nonsense\"]\n[\"page\",\" x\",1,\"y\"]\n{\"half"
      try (text(folder) + rest).write(toFile: path(folder), atomically: true, encoding: .utf8)
      let book = try Notebook.open(folder: folder.path)
      for number in 1...3 {
        try book.setPage("Plan", "number \(number)")
        #expect(try text(folder).hasSuffix("\n" + rest + "\n"))
        #expect(try pages(folder) == ["Notebook: # One", "Plan: number \(number)"])
      }
    }
  }

  @Test func `no page is written over a file of a newer program, nor over one that is too long`()
    throws
  {
    try withPages { folder in
      let book = try Notebook.open(folder: folder.path)
      let newer = try text(folder).replacing("[\"pages\",1]", with: "[\"pages\",2]")
      try newer.write(toFile: path(folder), atomically: true, encoding: .utf8)
      expectNotebookError(.newer, "newer program") { try book.setPage("Plan", "lost") }
      #expect(try text(folder) == newer)
      #expect(truncate(path(folder), 65 << 20) == 0)
      expectNotebookError(.damaged, "too long") { try book.setPage("Plan", "lost") }
      #expect(try Data(contentsOf: URL(filePath: path(folder))).count == 65 << 20)
      let long = String(repeating: "x", count: 2 << 20)
      expectNotebookError(.other, "the page has 2097152 bytes") { try book.setPage("x", long) }
    }
  }

  @Test func `where the file belongs is a folder: no page is written, and none is lost`() throws {
    try withPages { folder in
      let book = try Notebook.open(folder: folder.path)
      unlink(path(folder))
      try FileManager.default.createDirectory(
        atPath: path(folder), withIntermediateDirectories: true)
      #expect(throws: NotebookError.self) { try book.setPage("Plan", "lost") }
      try FileManager.default.removeItem(atPath: path(folder))
      try book.setPage("Plan", "kept")
      #expect(try text(folder).contains("kept"))
    }
  }
}

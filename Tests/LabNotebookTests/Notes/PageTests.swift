import Experiments
import LabNotebook
import Testing

/// Pages of the notebook, and notes that two people write at once.
@Suite struct PageTests {
  @Test func `pages are kept by name, and one without text is none`() throws {
    try withNotebook { book in
      #expect(try book.pages().isEmpty)
      try book.setPage("Notebook", "# One")
      try book.setPage("A plan", "text")
      try book.setPage("Notebook", "# Two")
      #expect(try book.pages().map(\.name) == ["A plan", "Notebook"])
      #expect(try book.pages().map(\.text) == ["text", "# Two"])
      try book.setPage("A plan", "")
      #expect(try book.pages().map(\.name) == ["Notebook"])
    }
  }

  @Test func `what somebody else wrote meanwhile is not written over`() throws {
    try withNotebook { book in
      try book.setPage("Notebook", "theirs")
      #expect(try book.setPage("Notebook", "mine", expecting: "") == "theirs")
      #expect(try book.pages().map(\.text) == ["theirs"])
      #expect(try book.setPage("Notebook", "mine", expecting: "theirs") == nil)
      let run = try book.enqueue(Experiment())
      try book.setNote(run, "theirs")
      #expect(try book.setNote(run, "mine", expecting: "") == "theirs")
      #expect(try book.setNote(run, "theirs", expecting: "") == nil, "the same is no conflict")
      #expect(try book.setNote(run, "mine", expecting: "theirs") == nil)
      #expect(try book.run(run)?.note == "mine")
    }
  }

  @Test(arguments: ["", " x", "x ", "a\nb", String(repeating: "x", count: 81)])
  func `a name of a page is a line of at most 80 characters`(name: String) throws {
    try withNotebook { book in
      expectNotebookError(.other, "is not a valid page name") { try book.setPage(name, "text") }
    }
  }
}

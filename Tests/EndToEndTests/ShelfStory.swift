import Foundation
import LabNotebook
import TestSupport
import Testing

/// What one does with corpora, encoders and notes, in a real terminal, with the built program.
@Suite(.serialized) struct ShelfStory {
  private func withHome(_ body: (URL, [String: String]) throws -> Void) throws {
    try withTemporaryFolder { home in
      let environment = [
        "HOME": home.path, "XDG_DATA_HOME": home.path, "XDG_STATE_HOME": home.path,
        "PRIMER_HOME": packageFolder.path,
      ]
      try body(home, environment)
    }
  }

  @Test func `a corpus is looked through, its sentences searched, and it is used`() throws {
    try withHome { home, environment in
      let corpus = home.appending(path: "my corpus")
      for (name, text) in [
        ("en/train", "en:Ada\tB-PER\nen:saw\tO\nen:Rome\tB-LOC\n\nen:It\tO\nen:rained\tO\n"),
        ("en/dev", "en:Oslo\tB-LOC\n"), ("hi/train", "hi:दिल्ली\tB-LOC\nhi:broken\n"),
      ] {
        let file = corpus.appending(path: name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      let screen = try Tmux(
        PrimerProgram.path, width: 160, height: 48, environment: environment)
      defer { screen.close() }
      try screen.wait(for: "A new notebook")
      try screen.press("L")
      try screen.wait(for: "sample-data/panx")
      try screen.wait(for: "18 languages")
      try screen.press("o")
      try screen.wait(for: "another folder")
      try screen.type("another")
      try screen.press("Enter")
      // What is typed before the prompt is there would come with the line end, as a paste does.
      try screen.wait("the prompt") { !$0.contains("another folder") }
      try screen.type("\(home.path)/my")
      try screen.wait(for: "my corpus/")
      try screen.press("Tab", "Enter")
      try screen.wait(for: "2 languages")
      let broken = try screen.wait(for: "1 file not read")
      #expect(broken.contains("hi/train:2: there is no tab"))
      try screen.press("Enter")
      try screen.wait(for: "[PER Ada] saw [LOC Rome]")
      try screen.press("/")
      try screen.type("rain")
      try screen.wait(for: "1 of 1 found")
      try screen.press("Enter", "v")
      try screen.wait(for: "Nothing matches")
      try screen.press("q")
      try screen.wait(for: "[LOC Oslo]")
      try screen.press("e")
      try screen.wait(for: "my corpus; u takes it back")
    }
  }

  @Test func `encoders are looked at, and one that is typed is added`() throws {
    try withHome { home, environment in
      let screen = try Tmux(PrimerProgram.path, environment: environment)
      defer { screen.close() }
      try screen.wait(for: "A new notebook")
      try screen.press("E")
      try screen.wait(for: "4 layers × 128", seconds: 120)
      try screen.wait("the languages", seconds: 120) {
        $0.contains("100.0") && $0.contains("sentences of a language")
      }
      try screen.press("o")
      try screen.type(home.path)
      try screen.press("Enter")
      try screen.wait(for: "unreadable", seconds: 120)
      try screen.press("g", "e")
      try screen.wait(for: "encoder.path is sample-data/encoder")
    }
  }

  @Test func `a note is written; a killed terminal loses none of it; two primers keep both texts`()
    throws
  {
    try withHome { home, environment in
      let book = home.appending(path: "primer").path
      let first = try Tmux(PrimerProgram.path, environment: environment)
      defer { first.close() }
      try first.wait(for: "A new notebook")
      try first.press("W")
      try first.wait(for: "The notebook's own note")
      try first.press("Enter")
      try first.wait(for: "Markdown")
      try first.type("# Plan")
      try first.wait(for: "kept as a draft")
      try first.kill()

      let second = try Tmux(PrimerProgram.path, environment: environment)
      defer { second.close() }
      try second.wait(for: "was not saved when primer ended")
      try second.press("W", "Enter")
      try second.wait(for: "# Plan")
      try second.press("End")
      try second.type(": seeds")
      try second.press("C-s")
      try second.wait(for: "is written")
      let notebook = try Notebook.open(folder: book)
      #expect(try notebook.pages().map(\.text) == ["# Plan: seeds"])
      // Somebody else writes the page while this one goes on.
      try second.type(" and steps")
      #expect(try notebook.setPage("Notebook", "theirs", expecting: "# Plan: seeds") == nil)
      try second.wait(for: "changed elsewhere")
      try second.press("C-s")
      try second.wait(for: "both texts are here")
      try second.press("C-s")
      try second.wait(for: "is written")
      #expect(try notebook.pages().map(\.text) == ["theirs\n\n---\n\n# Plan: seeds and steps"])
      try second.press("Escape")
      try second.wait(for: "All notes")
      try second.press("q", "q")
      try second.wait("the end") { $0.contains("Pane is dead") || !$0.contains("Note") }
      let left = try FileManager.default.contentsOfDirectory(atPath: book + "/drafts")
      #expect(left.filter { $0.hasSuffix(".json") }.isEmpty, "\(left)")
    }
  }
}

import Foundation
import LabNotebook
import RunFolders
import NotebookScreens
import NotebookSession
import TerminalUI
import TestSupport
import Testing

/// Screens without a terminal, and how fast they are with one.
@Suite struct ScreenshotCommandTests {
  @Test func `a screen is written as text and as a picture, after what is typed`() throws {
    try withPrimer { primer in
      try primer.record(.finding("first & best", ["nl": [1, 2]]), .finding("other", ["nl": [3]]))
      let list = try primer.onBook("screenshot", "--size", "80x24")
      #expect(list.status == 0 && list.output.contains("first & best"), "\(list.errors)")
      var capture = try ScreenCapture(try primer.book(), width: 80, height: 24)
      #expect(list.output == capture.picture().text() + "\n")
      let run = try primer.onBook(
        "screenshot", "--size", "80x24", "--type", ":open 1", "--press", "Enter")
      try capture.type(":open 1\r")
      #expect(run.output == capture.picture().text() + "\n")

      let picture = try primer.onBook("screenshot", "--out", "list.svg", "--theme", "light")
      #expect(picture.status == 0 && picture.output.isEmpty, "\(picture.errors)")
      let svg = try String(contentsOf: primer.folder.appending(path: "list.svg"), encoding: .utf8)
      #expect(svg.hasPrefix("<svg ") && svg.contains("fill=\"#ffffff\""))
      for word in ["first", "&amp;", "best"] { #expect(svg.contains(">\(word)</text>")) }
      #expect(try primer.book().runs().count == 2)
    }
  }

  @Test func `corpora, encoders and notes are shown when all that they show was read`() throws {
    try withPrimer { primer in
      try primer.record(.finding("first", ["nl": [1]]))
      let written = try primer.onBook(
        "notes", "--page", "Plan", "--write", "# Next\n\n- more seeds")
      #expect(written.status == 0, "\(written.errors)")
      for language in ["af", "nl"] {
        let path = primer.folder.appending(path: "corpus/\(language)")
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        let rows = [
          "Ada\tB-PER", "went\tO", "to\tO", "Bern\tB-LOC", "", "Acme\tB-ORG", "rests\tO", "",
        ]
        try rows.map { $0.isEmpty ? "\n" : "\(language):\($0)\n" }.joined()
          .write(to: path.appending(path: "train"), atomically: true, encoding: .utf8)
      }
      func shot(_ keys: String, _ presses: String...) throws -> String {
        let shot = try primer.run(
          ["screenshot", "--notebook", "book", "--size", "100x30", "--type", keys]
            + presses.flatMap { ["--press", $0] })
        #expect(shot.status == 0, "\(keys): \(shot.errors)")
        return shot.output
      }
      let corpora = try shot(":corpora corpus", "Enter")
      #expect(corpora.contains("Corpora  corpus") && corpora.contains("2 languages  4 sentences"))
      #expect(corpora.contains("Words in a sentence") && !corpora.contains("reading"))
      let language = try shot(":corpora corpus", "Enter", "Enter")
      #expect(language.contains("[PER Ada] went to [LOC Bern]"), "\(language)")
      let search = ["Enter", "Enter", "/"] + "type:ORG".map(String.init) + ["Enter"]
      let found = try primer.run(
        ["screenshot", "--notebook", "book", "--type", ":corpora corpus"]
          + search.flatMap { ["--press", $0] })
      #expect(found.output.contains("1 of 1 found") && found.output.contains("[ORG Acme]"))
      let encoders = try shot(":corpora corpus", "Enter", "E")
      #expect(encoders.contains("sample-data/encoder") && encoders.contains("4 × 128"))
      #expect(encoders.contains("words of corpus") && !encoders.contains("cutting words"))
      #expect(encoders.contains("first 2 sentences of a language"), "\(encoders)")
      let notes = try shot("W", "G")
      #expect(notes.contains("Next") && notes.contains("more seeds"))
      let picture = try primer.onBook("screenshot", "--type", "W", "--out", "notes.svg")
      #expect(picture.status == 0, "\(picture.errors)")
      let svg = try String(contentsOf: primer.folder.appending(path: "notes.svg"), encoding: .utf8)
      #expect(svg.hasPrefix("<svg ") && svg.contains(">Plan</text>"))
    }
  }

  @Test(arguments: [
    (["--size", "10x10"], "columns and rows"), (["--press", "Hyper-x"], "“Hyper-x” is not a key"),
    (["--theme", "neon"], "there is no such theme"),
    (["--out", "/nowhere/x.svg"], "cannot be written"),
  ])
  func `wrong usage is told`(arguments: [String], text: String) throws {
    try withPrimer { primer in
      try primer.record(.finding("first", ["nl": [1]]))
      let outcome = try primer.run(["screenshot", "--notebook", "book"] + arguments)
      #expect(outcome.status != 0 && outcome.errors.contains(text), "\(outcome.errors)")
    }
  }

  @Test func `the feel of the screens is measured, key by key`() throws {
    try withPrimer { primer in
      let outcome = try primer(
        "feel", "--points", "300", "--runs", "3", "--rounds", "1", "--size", "80x24", "--json")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let report = try object(outcome.output)
      let keys = try #require(report["keys"] as? [[String: Any]])
      #expect(keys.count > 15)
      #expect(keys.contains { $0["key"] as? String == "Enter" })
      #expect(keys.allSatisfy { ($0["bytes"] as? Int ?? 0) > 0 })
      #expect(report["points"] as? Int == 300)
    }
  }
}

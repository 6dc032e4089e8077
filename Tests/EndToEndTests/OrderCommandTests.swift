import Foundation
import LabNotebook
import RunFolders
import TestSupport
import Testing

/// What the owner of a notebook does with its runs, as commands.
@Suite struct OrderCommandTests {
  private func withRuns(_ body: (PrimerProgram) throws -> Void) throws {
    try withPrimer { primer in
      try primer.record(
        .finding("one", ["hi": [1, 2]]), .finding("two", ["hi": [3]]),
        .finding("three", ["hi": [4]]))
      try body(primer)
    }
  }

  private func listed(_ primer: PrimerProgram, _ options: String...) throws -> [Int] {
    let json = try primer.run(["runs", "--json", "--notebook", "book"] + options).lines.map(object)
    return json.compactMap { $0["id"] as? Int }
  }

  @Test func `deleted runs are in the bin, come back as they were, or go for good`() throws {
    try withRuns { primer in
      let deleted = try primer.onBook("delete", "1", "#3")
      let book = primer.folder.appending(path: "book").path
      #expect(
        deleted.output
          == "#1, #3: in the bin. Restore: primer restore 1 3 --notebook \(book)\n")
      #expect(try listed(primer) == [2])
      #expect(try listed(primer, "--all") == [2])
      #expect(try listed(primer, "--bin") == [1, 3])
      #expect(try primer.onBook("restore", "3").output == "#3: listed again.\n")
      #expect(try listed(primer) == [2, 3])
      let not = try primer.onBook("restore", "1", "2")
      #expect(not.status == 1 && not.errors.contains("run #2 is not in the bin"))
      let early = try primer.onBook("delete", "--for-good", "1", "2")
      #expect(early.status == 1 && early.errors.contains("run #2 is not in the bin"))
      #expect(try listed(primer, "--bin") == [1])
      let gone = try primer.onBook("delete", "--for-good", "1")
      #expect(gone.output == "#1: deleted for good.\n", "\(gone.errors)")
      #expect(!FileManager.default.fileExists(atPath: primer.folder.path + "/book/runs/1"))
      #expect(try primer.onBook("runs", "--bin").output == "Nothing is deleted.\n")
    }
  }

  @Test func `tags, stars, names and the archive`() throws {
    try withRuns { primer in
      #expect(try primer.onBook("tag", "1", "baseline", "für-mia").status == 0)
      #expect(try primer.onBook("tag", "1").lines == ["baseline", "für-mia"])
      #expect(try primer.onBook("tag", "1", "new", "--remove", "baseline").status == 0)
      #expect(try primer.onBook("tag", "1").lines == ["für-mia", "new"])
      let missing = try primer.onBook("tag", "1", "--remove", "baseline")
      #expect(missing.status == 1 && missing.errors.contains("its tags are: für-mia, new"))
      #expect(try primer.onBook("tag", "1", "two words").status == 1)
      #expect(try primer.onBook("star", "1", "2").status == 0)
      #expect(try primer.onBook("star", "--undo", "2").status == 0)
      #expect(try primer.book().runs().map(\.starred) == [true, false, false])
      #expect(try primer.onBook("rename", "last", "third").status == 0)
      #expect(try primer.onBook("rename", "last", "").status == 64)
      #expect(try primer.book().run(3)?.name == "third")
      #expect(try primer.onBook("archive", "2", "3").output == "#2, #3: put away.\n")
      #expect(try listed(primer) == [1])
      #expect(try listed(primer, "--all") == [1, 2, 3])
      #expect(try primer.onBook("archive", "--undo", "2").output == "#2: listed again.\n")
      #expect(try listed(primer) == [1, 2])
    }
  }

  @Test func `runs go to another notebook in one file`() throws {
    try withRuns { primer in
      let out = try primer.onBook("export", "1", "3", "--format", "primer", "--out", "two.primer")
      #expect(out.status == 0, "\(out.errors)")
      #expect(out.output.hasPrefix("#1, #3 with "), "\(out.output)")
      let again = try primer.onBook("export", "1", "--format", "primer", "--out", "two.primer")
      #expect(again.status == 1 && again.errors.contains("--force"))
      let list = try primer("import", "two.primer", "--list", "--json")
      #expect(try list.lines.map(object).map { $0["name"] as? String } == ["one", "three"])
      #expect(!FileManager.default.fileExists(atPath: primer.folder.path + "/primer"))
      let taken = try primer("import", "two.primer", "--notebook", "other")
      #expect(taken.output == "#1 is now #1 one\n#3 is now #2 three\n", "\(taken.errors)")
      let twice = try primer("import", "two.primer", "3", "--notebook", "other")
      #expect(twice.output == "#3 is here already: #2 three\n")
      func table(_ notebook: String, _ run: String) throws -> String? {
        try primer("export", run, "--format", "csv", "--out", "-", "--notebook", notebook).output
      }
      #expect(try table("other", "1") == table("book", "1"))
      #expect(
        try primer("show", "2", "--types", "--notebook", "other").lines.suffix(3)
          == primer("show", "3", "--types", "--notebook", "book").lines.suffix(3),
        "its predictions came too")
      let none = try primer("import", "two.primer", "2", "--notebook", "other")
      #expect(none.status == 1 && none.errors.contains("It has #1, #3."))
      try primer.write("rubbish", to: "rubbish.primer")
      let refused = try primer("import", "rubbish.primer", "--notebook", "other")
      #expect(refused.status == 1 && refused.errors.contains("not an archive of runs"))
    }
  }

  @Test(arguments: [
    ["export", "1", "2", "--format", "csv", "--out", "x"], ["delete"], ["restore"], ["star"],
    ["export", "1", "--format", "primer", "--out", "-"], ["import"], ["archive"],
    ["export", "1", "--format", "csv", "--out", "x", "--without-checkpoints"], ["rename", "1"],
    ["export", "1", "--format", "primer", "--out", "x", "--language", "hi"], ["tag"],
    ["import", "x", "seven"],
  ])
  func `wrong usage is told`(arguments: [String]) throws {
    try withRuns { primer in
      let outcome = try primer.run(arguments)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
    }
  }

  @Test func `the shell completes runs and tags of the notebook that was named`() throws {
    try withRuns { primer in
      #expect(try primer.onBook("tag", "2", "good", "new").status == 0)
      #expect(try primer.onBook("delete", "1").status == 0)
      func completed(_ words: String...) throws -> [String] {
        let script = try primer("--generate-completion-script", "bash").output
        #expect(script.contains("primer"))
        return try primer.run(words).lines
      }
      let runs = try completed(
        "---completion", "show", "--", "positional@0", "3", "0", "primer", "show", "--notebook",
        "book")
      #expect(runs == ["last", "3", "2"])
      let tags = try completed(
        "---completion", "tag", "--", "--remove", "3", "0", "primer", "tag", "2", "--notebook",
        "book", "--remove")
      #expect(tags == ["good", "new"])
    }
  }
}

import Foundation
import LabNotebook
import RunFolders
import Testing

/// Runs named on the command line by what they are called.
@Suite struct RunNameTests {
  @Test func `a name stands for the only run that has it`() throws {
    try withPrimer { primer in
      try primer.record(.finding("a/b c", ["hi": [0]]), .finding("other", ["hi": [0, 1]]))
      let shown = try primer.onBook("show", "a/b c", "--json")
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(try object(shown.lines.first)["id"] as? Int == 1)
      let compared = try primer.onBook("compare", "other", "1")
      #expect(compared.status == 0, "\(compared.errors)")
      // The name has a slash itself; what follows it is a point.
      let points = try primer.onBook("fork", "a/b c/primed", "--detach")
      #expect(points.status == 1 && points.errors.contains("#1"), "\(points.errors)")
    }
  }

  @Test func `a name that several have, or none, tells which there are`() throws {
    try withPrimer { primer in
      try primer.record(.finding("twice", [:]), .finding("twice", [:]), .finding("once", [:]))
      let twice = try primer.onBook("show", "twice")
      #expect(twice.status == 1)
      #expect(twice.errors.contains("2 runs are called ‘twice’"), "\(twice.errors)")
      #expect(twice.errors.contains("#1 (finished), #2 (finished)"), "\(twice.errors)")
      #expect(try primer.onBook("delete", "1").status == 0)
      #expect(try primer.onBook("show", "twice").output.contains("#2 twice"))
      let none = try primer.onBook("show", "Onc")
      #expect(none.status == 1)
      #expect(none.errors.contains("no run is called ‘Onc’"), "\(none.errors)")
      #expect(none.errors.contains("#3 once"), "\(none.errors)")
      #expect(try primer.onBook("show", "#0").status == 64)
    }
  }

  @Test func `looking at a notebook that is not there makes none`() throws {
    try withPrimer { primer in
      for arguments in [
        ["runs"], ["show", "1"], ["notes"], ["queue"], ["stop", "1"], ["star", "1"],
        ["compare", "1", "2"], ["report", "1", "--out", "-"], ["follow", "1"],
      ] {
        let outcome = try primer.run(arguments + ["--notebook", "typo"])
        #expect(outcome.status == 1, "\(arguments)")
        #expect(outcome.errors.contains("there is no notebook"), "\(outcome.errors)")
        #expect(outcome.errors.contains("primer run FILE"), "\(outcome.errors)")
      }
      let path = primer.folder.appending(path: "typo").path
      #expect(!FileManager.default.fileExists(atPath: path))
      try primer.write("", to: "documents/letter.txt")
      for command in ["runs", "queue", "disk"] {
        let outcome = try primer(command, "--notebook", "documents")
        #expect(outcome.status == 1 && outcome.errors.contains("there is no notebook"))
      }
      let files = try FileManager.default.contentsOfDirectory(
        atPath: primer.folder.appending(path: "documents").path)
      #expect(files == ["letter.txt"])
    }
  }

  @Test func `a hint names the notebook where that is not the default one`() throws {
    try withPrimer { primer in
      try primer.record(RecordedRun(name: "stopped", state: .stopped))
      let outcome = try primer.onBook("delete", "1")
      let folder = primer.folder.appending(path: "book").path
      #expect(outcome.output.contains("primer restore 1 --notebook \(folder)"), "\(outcome.output)")
    }
  }

  @Test func `following ends with the run, and its status tells how that ended`() throws {
    try withPrimer { primer in
      try primer.record(
        .finding("done", ["hi": [0, 1]]), RecordedRun(name: "stopped", state: .stopped),
        RecordedRun(name: "failed", state: .failed), RecordedRun(name: "cut", state: .interrupted))
      let done = try primer.onBook("follow", "done")
      #expect(done.status == 0, "\(done.errors)")
      #expect(done.output.contains("hi test: F1") && done.output.contains("Run #1 finished"))
      let last = try primer.onBook("follow", "1", "--json").lines.last
      #expect(try object(last)["event"] as? String == "state")
      #expect(try primer.onBook("follow", "2").status == 3)
      #expect(try primer.onBook("follow", "3").status == 1)
      #expect(try primer.onBook("follow", "4").status == 4)
      let lines = try primer.onBook("follow", "1", "--json").lines.map { try object($0) }
      #expect(
        lines.contains {
          $0["event"] as? String == "evaluation" && $0["split"] as? String == "test"
        })
      #expect(
        lines.contains { $0["event"] as? String == "state" && $0["state"] as? String == "finished" }
      )
    }
  }
}

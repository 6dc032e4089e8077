import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import TestSupport
import Testing

/// The commands that look at runs and change them, on runs that nobody works on.
@Suite struct RunCommandsTests {
  @Test func `show tells what a run under way warned of last, as that it waits for room`() throws {
    try withPrimer { primer in
      try primer.record(RecordedRun(name: "waits for room", state: .queued))
      let recorder = try primer.book().recorder(for: 1)
      try recorder.record(.stateChanged(.running))
      for text in ["an older warning", "The disk is full: the run waits until there is room"] {
        try recorder.record(.log(.warning, text))
      }
      try recorder.record(.log(.info, "something else"))
      try recorder.flush()
      let shown = try primer("show", "1", "--notebook", "book").output
      #expect(shown.contains("Last warning") && shown.contains(": The disk is full: the run waits"))
      #expect(!shown.contains("an older warning"))
      try recorder.finish(state: .finished, error: nil)
      #expect(try !primer("show", "1", "--notebook", "book").output.contains("Last warning"))
    }
  }

  @Test func `an empty notebook has no runs`() throws {
    try withPrimer { primer in
      try primer.book().close()
      let text = try primer("runs", "--notebook", "book")
      #expect(text.status == 0, "\(text.errors)")
      #expect(text.output.hasPrefix("No run in "))
      let json = try primer("runs", "--notebook", "book", "--json")
      #expect(json.status == 0)
      #expect(json.output.isEmpty)
      let last = try primer("show", "last", "--notebook", "book")
      #expect(last.status == 1)
      #expect(last.errors.contains("there is no run in"))
    }
  }

  @Test func `queued runs are listed in order, and found by number, sign and last`() throws {
    try withPrimer { primer in
      try primer.enqueue(["first", "second"])
      let listed = try primer("runs", "--notebook", "book", "--json").lines.map(object)
      #expect(listed.map { $0["name"] as? String } == ["first", "second"])
      #expect(listed.map { $0["state"] as? String } == ["queued", "queued"])
      let settings = listed.first?["settings"] as? [String: Any]
      #expect(settings?["priming.inner.steps"] as? Int == 5)
      for reference in ["2", "#2", "last"] {
        let shown = try object(
          primer("show", reference, "--notebook", "book", "--json").lines.first)
        #expect(shown["name"] as? String == "second")
      }
      #expect(try primer("show", "1", "--notebook", "book").output.contains("#1 first"))
      #expect(try primer("show", "3", "--notebook", "book").status == 1)
    }
  }

  @Test func `the notebook may be named before the command or after it`() throws {
    try withPrimer { primer in
      try primer.enqueue(["only"])
      let before = try primer("--notebook", "book", "runs")
      #expect(before.output == (try primer("runs", "--notebook", "book").output))
      #expect(before.output.contains("only"))
    }
  }

  @Test func `a note is written, added to and printed`() throws {
    try withPrimer { primer in
      try primer.enqueue(["noted"])
      #expect(try primer("note", "1", "try", "more steps", "--notebook", "book").status == 0)
      #expect(
        try primer("note", "1", "--append", "-", "--notebook", "book", input: "x\ny\n").status == 0)
      #expect(try primer("note", "1", "--notebook", "book").output == "try more steps\nx\ny\n")
    }
  }

  @Test func `a queued run is stopped at once, and a stopped one cannot be paused`() throws {
    try withPrimer { primer in
      try primer.enqueue(["short"])
      #expect(try primer("stop", "last", "--notebook", "book").status == 0)
      let shown = try object(primer("show", "1", "--notebook", "book", "--json").lines.first)
      #expect(shown["state"] as? String == "stopped")
      let pause = try primer("pause", "1", "--notebook", "book")
      #expect(pause.status == 1)
      #expect(pause.errors.contains("run #1 is stopped: a run must be running to be paused"))
    }
  }

  @Test func `an experiment with an unknown setting is refused with the nearest`() throws {
    try withPrimer { primer in
      try primer.write("name = \"x\"\n\n[priming]\nstep = 3\n", to: "x.toml")
      let outcome = try primer("run", "x.toml", "--notebook", "book")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("x.toml"), "\(outcome.errors)")
      #expect(outcome.errors.contains("priming.steps"), "\(outcome.errors)")
    }
  }

  @Test func `an unknown setting on the command line is wrong usage`() throws {
    try withPrimer { primer in
      try primer.write("name = \"x\"\n", to: "x.toml")
      let outcome = try primer("run", "x.toml", "--set", "priming.step=3", "--notebook", "book")
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("priming.steps"), "\(outcome.errors)")
    }
  }

  @Test func `an experiment file that is not there is an error`() throws {
    try withPrimer { primer in
      let outcome = try primer("run", "nowhere.toml", "--notebook", "book")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("nowhere.toml"))
    }
  }
}

extension PrimerProgram {
  /// Writes runs of these names into the notebook `book`; nothing starts them.
  fileprivate func enqueue(_ names: [String]) throws {
    let notebook = try Notebook.open(folder: folder.appending(path: "book").path, mode: .readWrite)
    for name in names {
      var experiment = Experiment()
      try experiment.set("name", to: name)
      _ = try notebook.enqueue(experiment)
    }
  }
}

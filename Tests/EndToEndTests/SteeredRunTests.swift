import Processes
import Experiments
import Foundation
import LabNotebook
import RunQueue
import RunFolders
import NotebookSupport
import TestSupport
import Testing

/// Runs of the real engine that are steered from outside, and what goes wrong with them.
@Suite(.serialized) struct SteeredRunTests {
  private static let experiment: String = {
    let data = packageFolder.appending(path: "sample-data").path
    return """
      name = "steered"
      threads = 1
      encoder = { path = "\(data)/encoder" }
      data = { path = "\(data)/panx" }
      evaluation = { splits = ["test"], every = 0, sentences = 16 }
      checkpoint = { every = 100000 }
      [priming]
      languages = ["en", "de"]
      steps = 400
      inner = { steps = 1, batchSize = 4 }
      outer = { batchSize = 4, schedule = "constant" }
      [tuning]
      languages = ["nl"]
      sentences = 16
      epochs = 1
      """
  }()

  /// Waits until the run is as wanted, for a minute at most.
  private func wait(
    _ notebook: Notebook, _ what: String, until isThere: (RunRecord) throws -> Bool
  ) throws -> RunRecord {
    for _ in 0..<1200 {
      try notebook.refresh()
      if let run = try notebook.run(1), try isThere(run) { return run }
      usleep(50_000)
    }
    let run = try notebook.run(1)
    throw ProcessError(
      "no \(what): run #1 is \(String(describing: run?.state)) \(run?.error ?? "")")
  }

  private func outerSteps(_ notebook: Notebook) throws -> [Int] {
    try notebook.metrics(1, series: "outer/loss").map(\.step)
  }

  @Test func `pause, a changed setting, a checkpoint, stop and going on each do what they say`()
    throws
  {
    try withPrimer { primer in
      try primer.write(Self.experiment, to: "x.toml")
      let started = try primer("run", "x.toml", "--detach", "--notebook", "book")
      #expect(started.status == 0 && started.output == "#1\n", "\(started.errors)")
      let notebook = try Notebook.open(folder: primer.folder.appending(path: "book").path)
      _ = try wait(notebook, "third step") { _ in try outerSteps(notebook).count >= 3 }

      #expect(try primer("pause", "1", "--notebook", "book").status == 0)
      _ = try wait(notebook, "pause") { $0.state == .paused }
      let atPause = try outerSteps(notebook).count
      let change = try primer(
        "set", "1", "priming.outer.learningRate=0.00012", "--notebook", "book")
      #expect(change.status == 0, "\(change.errors)")
      #expect(try primer("checkpoint", "1", "--notebook", "book").status == 0)
      _ = try wait(notebook, "changed setting") { _ in
        try notebook.events(1).contains {
          if case .settingChanged(_, _, .number(0.00012), _, _) = $0.event { true } else { false }
        }
      }
      #expect(try outerSteps(notebook).count == atPause, "a paused run takes no step")
      #expect(try notebook.run(1)?.state == .paused)

      #expect(try primer("resume", "1", "--notebook", "book").status == 0)
      _ = try wait(notebook, "further steps") { _ in try outerSteps(notebook).count > atPause + 2 }
      #expect(try notebook.run(1)?.hasCheckpoint == true)
      #expect(try primer("stop", "1", "--notebook", "book").status == 0)
      _ = try wait(notebook, "stop") { $0.state == .stopped }
      let atStop = try outerSteps(notebook).count

      let resumed = try primer(
        "resume", "1", "--set", "priming.steps=\(atStop + 4)", "--notebook", "book")
      #expect(resumed.output.contains("to resume from its last checkpoint"), "\(resumed.errors)")
      let end = try wait(notebook, "end") { $0.state.isFinal && $0.state != .stopped }
      #expect(end.state == .finished, "\(end.error ?? String())")
      #expect(try outerSteps(notebook) == Array(1...(atStop + 4)), "none lost, none doubled")
      let rates = try notebook.metrics(1, series: "outer/learningRate").map(\.value)
      #expect(Set(rates.dropFirst(atPause)) == [0.00012])
      #expect(end.results.map(\.language) == ["nl"])
    }
  }

  @Test func `SIGTERM ends an engine with 75, and the resumed run has the same bytes`() throws {
    try withPrimer { primer in
      try primer.write(Self.experiment, to: "x.toml")
      let notebook = try Notebook.open(folder: primer.folder.appending(path: "book").path)
      let file = primer.folder.appending(path: "x.toml").path
      var experiment = try Experiment.load(path: file)
      try experiment.set("priming.steps", to: "60")
      let engine = try PrimerProgram.path + "-engine"
      func start(_ run: RunID) throws -> ChildProcess {
        try ChildProcess(
          engine, ["work", notebook.runFolder(run)],
          output: .appending(RunFolder(notebook.runFolder(run)).engineLog))
      }
      #expect(try notebook.enqueue(experiment, near: file) == 1)
      let process = try start(1)
      _ = try wait(notebook, "third step") { _ in try outerSteps(notebook).count >= 3 }
      process.send(SIGTERM)
      #expect(try process.finish() == .exited(75))
      try notebook.refresh()
      #expect(try notebook.run(1)?.state == .interrupted)
      let shown = try primer("show", "1", "--notebook", "book")
      #expect(
        shown.output.contains("The engine was asked to end (SIGTERM); it wrote a checkpoint."),
        "\(shown.output)")
      #expect(shown.output.contains("interrupted"))

      let resumed = try primer("resume", "1", "--notebook", "book")
      #expect(resumed.output.contains("to resume from its last checkpoint"), "\(resumed.errors)")
      _ = try wait(notebook, "end") { $0.state == .finished }
      #expect(try outerSteps(notebook) == Array(1...60), "none lost, none doubled")
      try TestSupport.wait { !Runner.isAlive(notebookFolder: notebook.folder) }

      #expect(try notebook.enqueue(experiment, near: file) == 2)
      #expect(try start(2).finish() == .exited(0))
      for name in [
        "primed/model.safetensors", "tuned/nl.safetensors", "predictions/nl.test.conll",
      ] {
        let paths = [RunID(1), 2].map { notebook.runFolder($0) + "/" + name }
        #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]), "\(name)")
      }
    }
  }

  @Test func `memory that is not to be had fails the run with what was asked for`() throws {
    try withPrimer { primer in
      let line = "one two three four five six seven eight nine ten\n"
      try primer.write(String(repeating: line, count: 120), to: "text/en.txt")
      try primer.write(
        """
        name = "too large"
        kind = "pretraining"
        threads = 1
        [pretraining]
        text = "text"
        hiddenSize = 4096
        intermediateSize = 16384
        attentionHeadCount = 8
        layerCount = 24
        """, to: "x.toml")
      let limited = PrimerProgram(
        folder: primer.folder, environment: primer.environment, copy: "/usr/bin/prlimit")
      let outcome = try limited(
        "--as=2000000000", try PrimerProgram.path, "run", "x.toml", "--notebook", "book")
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains(
          "Not enough memory: 268435456 bytes were asked for"), "\(outcome.errors)")
      let notebook = try Notebook.open(folder: primer.folder.appending(path: "book").path)
      let run = try #require(try notebook.run(1))
      #expect(run.state == .failed && run.error?.contains("268435456 bytes") == true)
      #expect(try notebook.integrityComplaints().isEmpty)
    }
  }
}

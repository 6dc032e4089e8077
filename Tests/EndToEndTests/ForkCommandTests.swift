import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookSupport
import TestSupport
import Testing

/// `primer fork` with the sample encoder: a run that begins where another one was.
@Suite(.serialized) struct ForkCommandTests {
  private static let experiment: String = {
    let data = packageFolder.appending(path: "sample-data").path
    return """
      name = "source"
      threads = 1
      encoder = { path = "\(data)/encoder" }
      data = { path = "\(data)/panx" }
      evaluation = { splits = ["test"], every = 2, sentences = 16 }
      checkpoint = { every = 0 }
      [priming]
      languages = ["en", "de"]
      steps = 4
      inner = { steps = 1, batchSize = 4 }
      outer = { batchSize = 4, schedule = "constant" }
      [tuning]
      languages = ["nl"]
      sentences = 16
      epochs = 1
      """
  }()

  @Test func `a run is forked from its points by the command line, and says so everywhere`() throws
  {
    try withPrimer { primer in
      try primer.write(Self.experiment, to: "x.toml")
      #expect(try primer.onBook("run", "x.toml").status == 0)

      let points = try primer.onBook("fork", "1", "--points")
      #expect(points.status == 0, "\(points.errors)")
      #expect(
        points.lines.map { $0.split(separator: " ").first.map(String.init) }
          == ["1/priming/2", "1/primed", "1/tuned/nl"], "\(points.output)")

      // Its settings with other ones, from the best checkpoint.
      let fork = try primer.onBook(
        "fork", "1/best", "--set", "priming.steps=3", "name=fork", "--json")
      #expect(fork.status == 0, "\(fork.errors)")
      let notebook = try primer.book()
      let run = try #require(try notebook.run(2))
      #expect(run.state == .finished && run.name == "fork")
      #expect(run.experiment[Settings.startCheckpoint] == "1/priming/2")
      #expect(try notebook.metrics(2, series: "outer/loss").map(\.step) == [1, 2, 3])
      let shown = try primer.onBook("show", "2")
      #expect(shown.output.contains("priming step 2 of #1 (source)"), "\(shown.output)")
      let json = try primer.onBook("show", "2", "--json")
      #expect(json.output.contains(#""startPoint":"1/priming/2""#), "\(json.output)")
      let table = try primer.onBook("export", "2", "--format", "markdown", "--out", "t.md")
      #expect(table.status == 0, "\(table.errors)")
      let text = try String(
        contentsOf: primer.folder.appending(path: "t.md"), encoding: .utf8)
      #expect(text.contains("began with priming step 2 of #1"), "\(text)")

      // Without priming its encoder is the one that it began with, also for those who ask it.
      let control = try primer.onBook(
        "fork", "1/primed", "--set", "priming.method=none", "tuning.start=primed",
        "tuning.epochs=0")
      #expect(control.status == 0, "\(control.errors)")
      #expect(
        FileManager.default.contentsEqual(
          atPath: notebook.runFolder(1) + "/primed/model.safetensors",
          andPath: notebook.runFolder(3) + "/primed/model.safetensors"))
      let answer = try primer.run(
        ["predict", "--run", "3", "--language", "nl", "--notebook", "book"],
        input: "Willem van Oranje")
      #expect(answer.status == 0 && !answer.output.isEmpty, "\(answer.errors)")
    }
  }

  @Test func `what cannot be begun from is told, and nothing is queued`() throws {
    try withPrimer { primer in
      try primer.write(Self.experiment, to: "x.toml")
      #expect(try primer.onBook("run", "x.toml", "--set", "priming.method=none").status == 0)
      for (arguments, status, told) in [
        (["1/primed"], 1, "run #1 has no point"),
        (["1/tuned/nl", "--set", "adapter.type=lora"], 1, "adapter.type is lora, and bottleneck"),
        (["1/tuned/nl", "--set", "tuning.start=fresh"], 1, "tuned adapter and head"),
        (["9"], 1, "there is no run #9"),
        (["1/bset"], 64, "12/priming/150"),
      ] {
        let outcome = try primer.run(["fork", "--notebook", "book"] + arguments)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(told), "\(arguments): \(outcome.errors)")
      }
      #expect(try primer.book().runs().count == 1)
    }
  }

  @Test func `the shell completes runs, and behind a slash their points`() throws {
    try withPrimer { primer in
      try primer.write(Self.experiment, to: "x.toml")
      #expect(try primer.onBook("run", "x.toml").status == 0)
      func completed(_ typed: String) throws -> [String] {
        try primer.run([
          "---completion", "fork", "--", "positional@0", "4", "\(typed.count)", "primer", "fork",
          "--notebook", "book", typed,
        ]).lines
      }
      #expect(try completed("") == ["last", "last/", "1", "1/"])
      #expect(
        try completed("1/") == ["1/priming/2", "1/primed", "1/tuned/nl", "1/best"])
    }
  }
}

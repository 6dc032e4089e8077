import Foundation
import LabNotebook
import RunFolders
import Testing

/// `primer runs` with a filter and an order, `primer disk`, `primer new`.
@Suite struct RunListTests {
  private func ids(_ outcome: PrimerProgram.Outcome) throws -> [Int?] {
    try outcome.lines.map { try object($0)["id"] as? Int }
  }

  /// The fields of a line of CSV, without their quotes.
  private func fields(_ line: String) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  @Test func `runs are filtered, sorted and limited`() throws {
    try withPrimer { primer in
      try primer.record(
        .finding("low", ["hi": [0]]), .finding("high", ["hi": Set(0..<9)]),
        .finding("middle", ["hi": Set(0..<5)], ["priming.method": "none"]),
        RecordedRun(name: "broken", state: .failed))
      #expect(try ids(primer.onBook("runs", "--json", "--sort", "f1")) == [2, 3, 1, 4])
      #expect(
        try ids(primer.onBook("runs", "--json", "--sort", "f1", "--reverse")) == [4, 1, 3, 2])
      #expect(try ids(primer.onBook("runs", "--json", "--sort", "name", "--limit", "2")) == [4, 2])
      #expect(try ids(primer.onBook("runs", "--json", "--limit", "2")) == [3, 4])
      let filter = "not failed f1>30 or method:none"
      #expect(try ids(primer.onBook("runs", "--json", "--filter", filter)) == [2, 3])
      let none = try primer.onBook("runs", "--filter", "nothing-like-it")
      #expect(none.status == 0 && none.output == "The filter applies to no run.\n")
    }
  }

  @Test(arguments: [
    ["--sort", "nonsense"], ["--sort", "loss"], ["--limit", "0"], ["--csv", "--json"],
    ["--filter", "nonsense:3"],
  ])
  func `an order or a filter that is none is wrong usage`(arguments: [String]) throws {
    try withPrimer { primer in
      try primer.record(.finding("one", [:]))
      let outcome = try primer.run(["runs"] + arguments + ["--notebook", "book"])
      #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome.errors)")
    }
  }

  @Test func `all runs are one table of CSV`() throws {
    try withPrimer { primer in
      try primer.record(
        .finding("with, a comma", ["hi": Set(0..<10), "af": [0]]),
        .finding("other", ["hi": []], ["seed": "7"]))
      let lines = try primer.onBook("runs", "--csv").lines
      let heading = fields(lines[0])
      #expect(lines.count == 3)
      #expect(heading.first == "id")
      for column in ["seed", "priming.inner.steps", "f1.test.af", "f1.test.hi", "f1.test.mean"] {
        #expect(heading.contains(column), "\(column)")
      }
      #expect(lines[1].contains(",\"with, a comma\","))
      let second = fields(lines[2])
      let hi = try #require(heading.firstIndex(of: "f1.test.hi"))
      let af = try #require(heading.firstIndex(of: "f1.test.af"))
      #expect(second.count == heading.count)
      #expect(second[hi] == "0.0" && second[af].isEmpty)
    }
  }

  @Test func `checkpoints of finished runs can go, and only these`() throws {
    try withPrimer { primer in
      try primer.record(
        .finding("finished", ["hi": [0]]), RecordedRun(name: "stopped", state: .stopped),
        .finding("starred", ["hi": [0]]))
      #expect(try primer.onBook("star", "3").status == 0)
      for run in 1...3 {
        try primer.write(
          String(repeating: "x", count: 100_000), to: "book/runs/\(run)/checkpoints/000001/model")
      }
      try primer.write("kept", to: "book/runs/1/primed/model.safetensors")
      let before = try primer.onBook("disk", "--json").lines.map { try object($0) }
      #expect(before.map { ($0["removable"] as? Int ?? -1) > 0 } == [true, false, false])
      let asked = try primer.onBook("disk", "--prune")
      #expect(asked.status == 64 && asked.errors.contains("--yes"), "\(asked.errors)")
      let pruned = try primer.onBook("disk", "--prune", "--yes")
      #expect(pruned.status == 0, "\(pruned.errors)")
      #expect(pruned.output.contains("Removed the checkpoints of 1 run"), "\(pruned.output)")
      func isThere(_ path: String) -> Bool {
        FileManager.default.fileExists(
          atPath: primer.folder.appending(path: "book/runs/\(path)").path)
      }
      #expect(!isThere("1/checkpoints") && isThere("1/primed/model.safetensors"))
      #expect(isThere("2/checkpoints/000001/model") && isThere("3/checkpoints/000001/model"))
      #expect(try primer.onBook("show", "1").status == 0)
    }
  }

  @Test func `a starter file is an experiment, or a study with its experiment`() throws {
    try withPrimer { primer in
      let made = try primer("new", "mine.toml")
      #expect(made.status == 0, "\(made.errors)")
      #expect(try primer("new", "mine.toml").status == 1)
      #expect(try primer("new", "mine.txt").status == 64)
      let study = try primer("new", "--preset", "study", "grid.toml")
      #expect(study.status == 0, "\(study.errors)")
      let table = try primer("study", "grid.toml", "--no-run", "--notebook", "book")
      #expect(table.status == 1 && table.errors.contains("there is no notebook"), "\(table.errors)")
      _ = try primer.book()
      #expect(try primer.onBook("study", "grid.toml", "--no-run").output.contains("multi-task"))
    }
  }

  @Test func `a run keeps the command that queued it and the state of git`() throws {
    try withPrimer { primer in
      let engine = try primer.copied(engine: "#!/bin/sh\nexit 1\n")
      try engine.write("name = \"x\"\n", to: "x.toml")
      let queued = try engine.onBook("run", "x.toml", "--set", "seed=3", "--detach")
      #expect(queued.status == 0, "\(queued.errors)")
      let shown = try object(engine.onBook("show", "1", "--json").lines.first)
      let origin = try #require(shown["origin"] as? [String: Any])
      #expect(
        origin["command"] as? [String]
          == ["primer", "run", "x.toml", "--set", "seed=3", "--detach", "--notebook", "book"])
      #expect(origin["git"] == nil)
      let text = try engine.onBook("show", "1").output
      #expect(text.contains("primer run x.toml --set seed=3 --detach --notebook book"), "\(text)")
    }
  }
}

import Foundation
import TestSupport
import Testing

/// A study of eight short runs through the built program.
@Suite struct StudyCommandTests {
  private func write(_ primer: PrimerProgram, match: String) throws {
    try primer.write(
      """
      threads = 1
      evaluation = { splits = ["test"], every = 0, sentences = 8 }
      [priming]
      languages = ["en", "de"]
      sentences = 40
      steps = 4
      inner = { steps = 1, batchSize = 4 }
      outer = { batchSize = 4 }
      [tuning]
      languages = ["nl"]
      sentences = 8
      epochs = 1
      """, to: "base.toml")
    try primer.write(
      """
      name = "tiny"
      base = "base.toml"
      control = "none"
      match = "\(match)"
      matchTo = "primed"
      [[method]]
      name = "none"
      set = { "priming.method" = "none" }
      [[method]]
      name = "multi"
      set = { "priming.method" = "multitask", "priming.steps" = 1 }
      [[method]]
      name = "primed"
      [[tuning]]
      name = "adapter"
      [[tuning]]
      name = "head"
      set = { "tuning.updates" = "head" }
      """, to: "study.toml")
  }

  @Test func `a study runs its grid, primes each encoder once and prints its table`() throws {
    try withPrimer { primer in
      try write(primer, match: "sentences")
      let first = try primer("study", "study.toml", "--notebook", "book", "--resamples", "200")
      #expect(first.status == 0, "\(first.errors) \(first.output)")
      let rows = first.lines.filter { $0.hasSuffix("1/1") }
      #expect(rows.count == 6, "\(first.output)")
      // 4 steps of 4 + 4 sentences are 8 steps of 4.
      #expect(first.lines.contains { $0.hasPrefix("multi") && $0.hasSuffix("sentences") })
      let budget = try #require(first.lines.first { $0.hasPrefix("multi ") && $0.contains("32") })
      #expect(budget.contains(" 8 "), "\(budget)")
      // The table again, in another format, without another run.
      let again = try primer(
        "study", "study.toml", "--notebook", "book", "--no-run", "--format", "markdown",
        "--resamples", "200")
      #expect(again.status == 0)
      #expect(again.lines.count { $0.hasPrefix("| primed |") } == 3)
      let log = try primer("show", "6", "--notebook", "book", "--json")
      #expect(log.output.contains("head"))
      let folder = primer.folder.appending(path: "book/runs")
      let runs = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(runs.count == 6)
      // Both tunings of a method have the very same primed file.
      let numbers = try ["4", "3", "6", "5"].map { run in
        try FileManager.default.attributesOfItem(
          atPath: folder.appending(path: "\(run)/primed/model.safetensors").path)[
            .systemFileNumber] as? Int
      }
      #expect(numbers[0] == numbers[1] && numbers[2] == numbers[3] && numbers[0] != numbers[2])
    }
  }

  @Test func `a study matched by time needs nobody to stay: its grid follows the timing runs`()
    throws
  {
    try withPrimer { primer in
      try write(primer, match: "time")
      let launched = try primer("study", "study.toml", "--notebook", "book", "--detach")
      #expect(launched.status == 0, "\(launched.errors)")
      #expect(launched.lines.first == "Queued: #1 #2", "\(launched.output)")
      // Two timing runs, and 3 methods × 2 tunings.
      try wait("the runs of the grid") {
        let runs = try primer("runs", "--notebook", "book", "--json").lines
        return runs.count { $0.contains("\"finished\"") } == 8
      }
      let table = try primer(
        "study", "study.toml", "--notebook", "book", "--no-run", "--resamples", "200")
      #expect(table.status == 0, "\(table.errors)")
      #expect(table.lines.count { $0.hasSuffix("1/1") } == 6, "\(table.output)")
    }
  }

  @Test(arguments: [
    (["study", "study.toml", "--split", "dev"], "does not evaluate on dev"),
    (["study", "study.toml", "--control", "me"], "no method me"),
    (["study", "study.toml", "--resamples", "3"], "at least 100"),
    (["study", "gone.toml"], "gone.toml"),
  ])
  func `wrong usage is told`(arguments: [String], text: String) throws {
    try withPrimer { primer in
      try write(primer, match: "none")
      let outcome = try primer.run(arguments + ["--notebook", "book"])
      #expect(outcome.status != 0)
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }
  }
}

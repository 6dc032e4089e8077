import Foundation
import TestSupport
import Testing

/// How the program answers the command line itself.
@Suite struct UsageTests {
  @Test(arguments: [
    ["runs", "--nonsense"], ["nonsense"], ["show", "#0"], ["set", "1", "seed"],
    ["set", "1", "seed=2"], ["describe", "priming.innerr.steps"], ["run"],
    ["run", "x.toml", "--set", "seed"], ["score", "a", "b"], ["queue", "move", "1", "up"],
    ["queue", "move", "1", "before"], ["queue", "cancel"], ["data", "x", "--format", "pdf"],
  ])
  func `wrong usage ends with 64, a word on standard error and none on output`(
    arguments: [String]
  ) throws {
    try withPrimer { primer in
      let outcome = try primer.run(arguments)
      #expect(outcome.status == 64, "\(arguments)")
      #expect(!outcome.errors.isEmpty)
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func `the version is printed`() throws {
    try withPrimer { primer in
      let outcome = try primer.run(["--version"])
      #expect(outcome.status == 0)
      #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }
  }

  @Test func `help lists each command`() throws {
    try withPrimer { primer in
      let help = try primer.run(["--help"])
      #expect(help.status == 0)
      for command in [
        "run", "study", "runs", "show", "compare", "pause", "resume", "stop", "set", "note",
        "queue", "jobs", "runner", "pretrain", "predict", "tokenize", "data", "score", "describe",
        "doctor", "repair", "verify", "tag", "star", "rename", "archive", "delete", "restore",
        "import", "report", "follow",
      ] {
        #expect(help.output.contains("\n  \(command) "), "\(command)")
      }
    }
  }

  @Test(arguments: [
    "run", "study", "runs", "show", "compare", "pause", "resume", "stop", "set", "note", "data",
    "score", "describe", "doctor", "queue", "jobs", "runner", "repair", "tag", "star", "rename",
    "archive",
    "delete", "restore", "import",
  ])
  func `each command explains itself`(command: String) throws {
    try withPrimer { primer in
      let help = try primer.run([command, "--help"])
      #expect(help.status == 0)
      #expect(help.output.contains("USAGE: primer \(command)"))
    }
  }
}

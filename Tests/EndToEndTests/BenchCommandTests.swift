import Foundation
import TestSupport
import Testing

@Suite struct BenchCommandTests {
  @Test(arguments: ["tune", "prime", "prime2", "predict"])
  func `a workload is measured and told in the yardstick's fields`(workload: String) throws {
    try withPrimer { primer in
      let data = packageFolder.appending(path: "sample-data").path
      let outcome = try primer(
        "bench", "--model", "\(data)/encoder", "--panx", "\(data)/panx", "--workload", workload,
        "--seconds", "0.01", "--threads", "1")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let result = try object(outcome.lines.last)
      #expect(result["workload"] as? String == workload)
      #expect(
        result["unit"] as? String
          == (workload.hasPrefix("prime") ? "outer steps/s" : "sentences/s"))
      #expect(result["threads"] as? Int == 1)
      let share = try #require(result["preparationShare"] as? Double)
      #expect(share > 0 && share < 1)
      for field in ["rate", "medianStepSeconds", "peakMiB", "firstStepSeconds"] {
        #expect((result[field] as? Double ?? 0) > 0, "\(field)")
      }
      #expect((result["torch"] as? String)?.isEmpty == false)
    }
  }

  /// The operations that a measurement says were computed in their plain form.
  private func plainOperations(_ primer: PrimerProgram, _ options: String...) throws -> [String]? {
    let data = packageFolder.appending(path: "sample-data").path
    let outcome = try primer.run(
      ["bench", "--model", "\(data)/encoder", "--panx", "\(data)/panx", "--workload", "prime2"]
        + ["--seconds", "0.01", "--threads", "1"] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try object(outcome.lines.last)["plain"] as? [String]
  }

  @Test func `the plain form of all operations, or of some, is measured and told`() throws {
    try withPrimer { primer in
      let usual = try plainOperations(primer)
      #expect(usual == nil)
      let all = try plainOperations(primer, "--plain")
      #expect(
        all == [
          "adamW", "attention", "dropout", "gelu", "linear", "residualNorm", "sumOfSquares",
        ])
      let some = try plainOperations(primer, "--plain-only", "gelu", "attention")
      #expect(some == ["attention", "gelu"])
    }
  }

  @Test func `the linear layers' rate is told as a share of the peak`() throws {
    try withPrimer { primer in
      let data = packageFolder.appending(path: "sample-data").path
      let outcome = try primer(
        "bench", "--model", "\(data)/encoder", "--panx", "\(data)/panx", "--workload", "linear",
        "--seconds", "0.01", "--threads", "1")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let result = try object(outcome.lines.last)
      #expect(result["unit"] as? String == "GFLOP/s")
      #expect((result["shareOfPeak"] as? Double ?? 0) > 0)
    }
  }

  @Test func `joined sentences fill the inputs`() throws {
    try withPrimer { primer in
      let data = packageFolder.appending(path: "sample-data").path
      func meanSubwords(_ options: String...) throws -> Double {
        let outcome = try primer.run(
          ["bench", "--model", "\(data)/encoder", "--panx", "\(data)/panx", "--workload", "tune"]
            + ["--seconds", "0.01", "--threads", "1", "--subwords", "40"] + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(object(outcome.lines.last)["meanSubwords"] as? Double)
      }
      let (plain, filled) = (try meanSubwords(), try meanSubwords("--fill"))
      #expect(plain < filled && filled <= 40)
    }
  }

  @Test func `two files are compared by medians and by pairs`() throws {
    try withPrimer { primer in
      func line(_ workload: String, _ rate: Double, _ memory: Int) -> String {
        """
        {"workload": "\(workload)", "rate": \(rate), "unit": "sentences/s", "medianStepSeconds": 1, \
        "peakMiB": \(memory), "torch": "x", "threads": 2}

        """
      }
      try primer.write(
        "# not a measurement\n" + line("tune", 90, 500) + line("tune", 100, 500)
          + line("tune", 120, 600) + line("predict", 10, 1), to: "ours.jsonl")
      try primer.write(
        line("tune", 50, 1000) + line("tune", 40, 1000) + line("tune", 48, 1000), to: "peer.jsonl")
      let outcome = try primer("bench", "--compare", "ours.jsonl", "peer.jsonl")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let rows = outcome.lines.map { $0.split(separator: " ").map(String.init) }
      // Medians 100 and 48; pairs 90/50, 100/40, 120/48.
      #expect(rows.count == 2)
      #expect(
        rows[1].prefix(7) == [
          "tune", "100.000", "48.000", "sentences/s", "2.08×", "1.80–2.50", "3",
        ])
      #expect(rows[1].contains("0.50"))
    }
  }

  @Test(arguments: [
    (["bench"], "--model and --panx are needed"), (["bench", "--compare", "a"], "takes two files"),
    (["bench", "--model", "m", "--panx", "p", "--seconds", "0"], "--seconds must be above 0"),
    (["bench", "--model", "m", "--panx", "p", "--workload", "swim"], "swim"),
    (["bench", "--model", "m", "--panx", "p", "--plain-only", "swim"], "swim"),
    (["bench", "--model", "m", "--panx", "p", "--plain", "--plain-only", "gelu"], "not both"),
  ])
  func `wrong usage is told`(arguments: [String], text: String) throws {
    try withPrimer { primer in
      let outcome = try primer.run(arguments)
      #expect(outcome.status == 64 && outcome.errors.contains(text), "\(outcome.errors)")
    }
  }

  @Test func `a file that is no measurement is named with its line`() throws {
    try withPrimer { primer in
      try primer.write("{\"workload\": 3}\n", to: "a")
      let outcome = try primer("bench", "--compare", "a", "a")
      #expect(outcome.status == 1 && outcome.errors.contains("a:1: it is not a measurement"))
    }
  }
}

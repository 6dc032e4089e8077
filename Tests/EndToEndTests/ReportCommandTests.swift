import Experiments
import Foundation
import LabNotebook
import RunFolders
import Testing

/// `primer report`, driven as a person does.
@Suite struct ReportCommandTests {
  private static let runs = [
    RecordedRun.finding("control", ["hi": [0, 1], "af": [0]], ["priming.method": "none"]),
    RecordedRun.finding("priming", ["hi": Set(0..<9), "af": [0]]),
  ]

  @Test func `runs are written as one file that is not written over by accident`() throws {
    try withPrimer { primer in
      try primer.record(Self.runs[0], Self.runs[1])
      let first = try primer.onBook("report", "2", "1", "--control", "1", "--out", "a.html")
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output == "Runs #1, #2: a.html\n")
      let file = primer.folder.appending(path: "a.html")
      let html = try String(contentsOf: file, encoding: .utf8)
      #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
      #expect(html.contains("#1 (control)"))
      let again = try primer.onBook("report", "1", "--out", "a.html")
      #expect(again.status == 1 && again.errors.contains("already exists; --force"))
      #expect(try String(contentsOf: file, encoding: .utf8) == html)
      let forced = try primer.onBook(
        "report", "2", "1", "--control", "1", "--out", "a.html", "--force")
      #expect(forced.status == 0)
      #expect(try String(contentsOf: file, encoding: .utf8) == html)
    }
  }

  @Test func `a study is reported by its name, with the page of that name`() throws {
    try withPrimer { primer in
      try primer.write("[tuning]\nlanguages = [\"hi\"]\n", to: "base.toml")
      try primer.write(
        """
        name = "does it pay?"
        base = "base.toml"
        seeds = [1]
        control = "priming"
        [[method]]
        name = "priming"
        [[tuning]]
        name = "adapter"

        """, to: "study.toml")
      let book = try primer.book()
      let path = primer.folder.appending(path: "study.toml").path
      try book.keep(try .load(path: path), near: path)
      try book.setPage("does it pay?", "# Hypothesis\nIt will.")
      let outcome = try primer.onBook("report", "does it pay?", "--out", "-")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("# Study: does it pay?\n"))
      #expect(outcome.output.contains("## Hypothesis\n\n> It will."))
      #expect(try primer.onBook("report", "study.toml", "--out", "-").output == outcome.output)
      let other = try primer.onBook("report", "does it", "--out", "-")
      #expect(other.status == 1)
      #expect(other.errors.contains("its studies are does it pay?"), "\(other.errors)")
    }
  }

  @Test(arguments: [
    ["1"], ["1", "--out", "x.pdf"], ["1", "1", "--out", "x.md"], ["--out", "x.md"],
    ["1", "--split", "dev", "--out", "x.md"], ["1", "--resamples", "3", "--out", "x.md"],
  ])
  func `what is no report is wrong usage`(arguments: [String]) throws {
    try withPrimer { primer in
      try primer.record(Self.runs[0])
      let outcome = try primer.run(["report"] + arguments + ["--notebook", "book"])
      #expect(outcome.status == 64, "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }
}

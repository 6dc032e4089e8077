import Foundation
import LabNotebook
import RunFolders
import TestSupport
import Testing

/// A notebook whose index is damaged or gone, as a person meets it.
@Suite struct RepairCommandTests {
  private func index(_ primer: PrimerProgram) -> URL {
    primer.folder.appending(path: "book/notebook.sqlite")
  }

  /// Ten thousand bytes of the index are left.
  private func cutOff(_ primer: PrimerProgram) throws {
    let book = try primer.book()
    try book.close()
    try Data(contentsOf: index(primer)).prefix(10_000).write(to: index(primer))
  }

  @Test func `a damaged index is made again by whichever command comes next, and told once`() throws
  {
    try withPrimer { primer in
      try primer.record(
        .finding("one", ["hi": [1, 2, 3]]), .finding("two", ["hi": [1], "af": [2, 5]]))
      #expect(try primer.onBook("note", "2", "before the damage").status == 0)
      let before = try primer.onBook("runs")
      try cutOff(primer)
      let written = try primer.onBook("tag", "1", "after")
      #expect(written.status == 0, "\(written.errors)")
      #expect(written.errors.contains("was made again from the run folders"), "\(written.errors)")
      #expect(written.errors.contains("notebook.sqlite.damaged-"), "\(written.errors)")
      let runs = try primer.onBook("runs")
      #expect(runs.output == before.output && runs.errors.isEmpty, "\(runs.errors)")
      #expect(try primer.onBook("note", "2").output == "before the damage\n")
      #expect(try primer.onBook("tag", "1").output == "after\n")
    }
  }

  @Test func `without its index the notebook has everything`() throws {
    try withPrimer { primer in
      try primer.record(.finding("one", ["hi": [1, 2, 3]]))
      let before = try primer.onBook("show", "1", "--json")
      try FileManager.default.removeItem(at: index(primer))
      let after = try primer.onBook("show", "1", "--json")
      #expect(after.output == before.output && after.errors.isEmpty, "\(after.errors)")
    }
  }

  @Test func `repair reads all folders again, and tells what cannot be read of them`() throws {
    try withPrimer { primer in
      try primer.record(
        .finding("one", ["hi": [1, 2, 3]]), .finding("two", ["hi": [1], "af": [2, 5]]))
      let sound = try primer.onBook("repair")
      #expect(sound.status == 0 && sound.output.hasPrefix("2 runs with "), "\(sound.output)")
      #expect(sound.errors.isEmpty, "\(sound.errors)")
      let journal = primer.folder.appending(path: "book/runs/2/journal.jsonl")
      let text = try String(contentsOf: journal, encoding: .utf8)
      try ("[\"exec\",\"rm -rf\"]\n" + text).write(to: journal, atomically: true, encoding: .utf8)
      let repaired = try primer.onBook("repair")
      #expect(repaired.status == 0)
      #expect(
        repaired.errors.contains("runs/2: journal.jsonl:1: it begins with ‘exec’"),
        "\(repaired.errors)")
      let shown = try primer.onBook("show", "2").output
      #expect(shown.contains("Cannot be read") && shown.contains("journal.jsonl:1"), "\(shown)")
      let json = try object(primer.onBook("repair", "--json").lines.first)
      #expect(json["runs"] as? Int == 2 && (json["faults"] as? [Any])?.count == 1)
      #expect(try primer.onBook("doctor").output.contains("run #2: journal.jsonl:1"))
    }
  }

  @Test func `what waits in the queue without a runner is told by every list`() throws {
    try withPrimer { primer in
      try primer.record(
        .finding("one", ["hi": [1]]), RecordedRun(name: "waits", state: .queued))
      for command in [["runs"], ["show", "2"], ["runs", "--json"]] {
        let outcome = try primer.run(command + ["--notebook", "book"])
        #expect(outcome.status == 0)
        #expect(
          outcome.errors.contains("#2 waits in the queue, and no runner works on it"),
          "\(command): \(outcome.errors)")
      }
      #expect(try primer.onBook("show", "1").errors.isEmpty)
    }
  }
}

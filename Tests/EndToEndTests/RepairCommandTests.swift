import Foundation
import LabNotebook
import TestSupport
import Testing

/// A damaged notebook as a person meets it.
@Suite struct RepairCommandTests {
  /// Ten thousand bytes of the book are left.
  private func cutOff(_ primer: PrimerProgram) throws {
    let file = primer.folder.appending(path: "book/notebook.sqlite")
    let book = try primer.book()
    try book.close()
    try Data(contentsOf: file).prefix(10_000).write(to: file)
  }

  @Test func `damage is told with what to do, and repair brings everything back`() throws {
    try withPrimer { primer in
      try primer.record(
        .finding("one", ["hi": [1, 2, 3]]), .finding("two", ["hi": [1], "af": [2, 5]]))
      #expect(try primer.onBook("note", "2", "before the damage").status == 0)
      let before = try primer.onBook("runs")
      #expect(try primer.onBook("repair").output == "The notebook is sound.\n")
      try cutOff(primer)
      let refused = try primer.onBook("note", "1", "x")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("damaged"), "\(refused.errors)")
      #expect(refused.errors.contains("primer repair"), "\(refused.errors)")
      let doctor = try primer.onBook("doctor")
      #expect(doctor.output.contains("primer repair"), "\(doctor.output)")
      let repaired = try primer.onBook("repair")
      #expect(repaired.status == 0, "\(repaired.errors)")
      #expect(repaired.output.contains("2 runs with "), "\(repaired.output)")
      #expect(repaired.output.contains("book/notebook.sqlite.damaged-"), "\(repaired.output)")
      #expect(try primer.onBook("runs").output == before.output)
      #expect(try primer.onBook("note", "2").output == "before the damage\n")
      let json = try object(primer.onBook("repair", "--json").lines.first)
      #expect((json["complaints"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func `a book that is only seen damaged is listed, and says that it is read only`() throws {
    try withPrimer { primer in
      try primer.record(.finding("one", ["hi": [1, 2, 3]]))
      try primer.write("row 7 is out of order\n", to: "book/notebook.damaged")
      let runs = try primer.onBook("runs")
      #expect(runs.status == 0 && runs.output.contains("one"))
      #expect(runs.errors.contains("Reading only."), "\(runs.errors)")
      #expect(runs.errors.contains("row 7 is out of order"), "\(runs.errors)")
      #expect(try primer.onBook("stop", "1").status == 1)
      #expect(try primer.onBook("repair").output.contains("Found: row 7 is out of order"))
      #expect(try primer.onBook("runs").errors.isEmpty)
    }
  }
}

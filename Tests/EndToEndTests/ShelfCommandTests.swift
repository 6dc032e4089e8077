import Experiments
import Foundation
import LabNotebook
import TestSupport
import Testing

/// Encoders, corpora and notes as commands.
@Suite struct ShelfCommandTests {
  private static let encoder = packageFolder.appending(path: "sample-data/encoder").path

  @Test func `encoders are told with their sizes and the languages they cover`() throws {
    try withPrimer { primer in
      try primer.write("en:Rome\tB-LOC\nen:the\tO\n\nen:\u{7}\tO\n", to: "c/en/train")
      try primer.write("xx:broken\n", to: "c/xx/dev")
      let outcome = try primer(
        "encoders", Self.encoder, "nowhere", "--corpus", "c", "--json")
      #expect(outcome.status == 1, "something could not be read")
      let rows = try outcome.lines.map { try object($0) }
      #expect(rows.map { $0["kind"] as? String } == ["encoder", "coverage", "problem", "problem"])
      // Those of config.json and of the tensors in the file: 8000 · 128 + 64 · 128 + 2 · 128 + 256.
      #expect(rows[0]["embeddingParameters"] as? Int == 8000 * 128 + 64 * 128 + 2 * 128 + 256)
      #expect(rows[0]["tokenizer"] as? String == "WordPiece")
      #expect(rows[0]["weightTypes"] as? [String] == ["float16"])
      #expect(rows[1]["words"] as? Int == 3)
      #expect(rows[1]["knownWords"] as? Int == 2, "nothing is left of a control character")
      #expect((rows[2]["problem"] as? String)?.contains("c/xx/dev:1") == true)
      #expect((rows[3]["problem"] as? String)?.contains("nowhere") == true)
      let text = try primer("encoders", Self.encoder, "--corpus", "c", "--sentences", "1")
      #expect(text.output.contains("4 layers × 128"))
      #expect(text.output.contains("en        train         2     100.0 %"))
      #expect(try primer("encoders", Self.encoder, "--coverage-only").status == 64)
    }
  }

  @Test func `models of the Hugging Face cache are listed, and found by their names`() throws {
    try withPrimer { primer in
      var cached = primer
      let hub = primer.folder.appending(path: "hub")
      cached.environment["HF_HUB_CACHE"] = hub.path
      #expect(try cached("encoders").errors.contains("no model in the Hugging Face cache"))
      let model = hub.appending(path: "models--ada--tiny")
      for folder in ["refs", "snapshots"] {
        try FileManager.default.createDirectory(
          at: model.appending(path: folder), withIntermediateDirectories: true)
      }
      try Data("abc".utf8).write(to: model.appending(path: "refs/main"))
      try FileManager.default.createSymbolicLink(
        atPath: model.path + "/snapshots/abc", withDestinationPath: Self.encoder)
      let listed = try cached("encoders")
      #expect(listed.status == 0, "\(listed.errors)")
      #expect(listed.output.contains("ada/tiny") && listed.output.contains("4 layers × 128"))
      #expect(try cached("encoders", "ada/tiny").status == 0)
      let missing = try cached("encoders", "ada/large")
      #expect(missing.status == 1 && missing.errors.contains("hf download ada/large"))
    }
  }

  @Test func `notes are written, searched and printed`() throws {
    try withPrimer { primer in
      let book = try primer.book()
      #expect(try primer.onBook("notes").output.isEmpty)
      let run = try book.enqueue(Experiment())
      try book.rename(run, "first")
      #expect(try primer.onBook("note", "1", "more", "steps").status == 0)
      #expect(try primer.onBook("note", "1", "--append", "and seeds").status == 0)
      #expect(try primer.onBook("notes", "--page", "Plan", "--write", "# Seeds").status == 0)
      #expect(
        try primer.onBook("notes", "--page", "Plan", "--write", "1 to 5", "--append").status == 0)
      #expect(try primer.onBook("notes", "--page", "Plan").output == "# Seeds\n1 to 5\n")
      #expect(
        try primer.onBook("notes").output
          == "Plan\n\n    # Seeds\n    1 to 5\n\n#1 first\n\n    more steps\n    and seeds\n")
      let found = try primer.onBook("notes", "STEPS", "--json")
      #expect(found.lines.count == 1)
      #expect(try object(found.lines.first)["run"] as? Int == 1)
      #expect(try primer.onBook("notes", "--page", "None").status == 1)
      #expect(try primer.onBook("notes", "--write", "x").status == 64)
    }
  }

  @Test func `a broken file is told after the counts of the others`() throws {
    try withPrimer { primer in
      try primer.write("en:Ada\tB-PER\n", to: "c/en/train")
      try primer.write("en:broken\n", to: "c/en/dev")
      let outcome = try primer("data", "c")
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("en        train          1"))
      #expect(outcome.errors.contains("c/en/dev:1: there is no tab"))
      #expect(try primer("data", "c", "--json").lines.count == 1)
    }
  }
}

import RunFolders
import Foundation
import Experiments
import LabNotebook
import RunFolders
import TestSupport
import Testing

/// A study from its file to a table in a paper, in a real terminal with the built program.
@Suite(.serialized) struct StudyStory {
  private func writeStudy(_ primer: PrimerProgram) throws {
    let data = packageFolder.appending(path: "sample-data").path
    try primer.write(
      """
      threads = 1
      encoder = { path = "\(data)/encoder" }
      data = { path = "\(data)/panx" }
      evaluation = { splits = ["test"], every = 0, sentences = 12 }
      [priming]
      languages = ["en", "de"]
      sentences = 40
      steps = 3
      inner = { steps = 1, batchSize = 4 }
      outer = { batchSize = 4 }
      [tuning]
      languages = ["nl"]
      sentences = 8
      epochs = 1
      """, to: "base.toml")
    try primer.write(
      """
      name = "small study"
      base = "base.toml"
      control = "no priming"
      seeds = [1, 2]
      [[method]]
      name = "no priming"
      set = { "priming.method" = "none" }
      [[method]]
      name = "primed"
      [[tuning]]
      name = "adapter"
      """, to: "study.toml")
  }

  @Test func `queue a study, watch its table fill in, compare, note, and write it up`() throws {
    try withPrimer { primer in
      try writeStudy(primer)
      let folder = primer.folder.path
      let terminal = try Tmux(
        "\(try PrimerProgram.path) --notebook \(folder)/book", width: 120, height: 40,
        environment: ["HOME": folder, "XDG_DATA_HOME": folder], folder: primer.folder)
      defer { terminal.close() }

      // The table of the study's file is empty; its runs are queued from there.
      try terminal.wait(for: "Primer")
      try terminal.type(":study study.toml")
      try terminal.press("Enter")
      try terminal.wait(for: "small study")
      try terminal.wait(for: "0/2")
      try terminal.press("s")
      try terminal.wait(for: "Queue 4 runs?")
      try terminal.press("y")

      // It fills in, cell by cell, while one looks at it.
      try terminal.wait("the first cell", seconds: 240) { $0.contains("1/2") || $0.contains("2/2") }
      let filled = try terminal.wait("all cells", seconds: 480) {
        $0.contains("4 of 4 finished") && $0.components(separatedBy: "2/2").count > 2
      }
      #expect(filled.contains("primed") && filled.contains("±"))

      // The primed runs beside the control's, and back.
      try terminal.press("j", "c")
      let compared = try terminal.wait(for: "Settings that differ")
      #expect(compared.contains("Compare") && compared.contains("#1"))
      try terminal.press("q")
      try terminal.wait(for: "Spent on")

      // A cell's run is opened from the table and has a note written.
      try terminal.press("Enter")
      try terminal.press("Enter")
      try terminal.wait(for: "after tuning")
      try terminal.press("N")
      try terminal.wait(for: "Note of #")
      try terminal.type("für Tabelle 2")
      try terminal.press("Enter")
      try terminal.press("q")
      try terminal.wait(for: "Spent on")

      // The table as Markdown and as LaTeX; over a file that is there only when told to.
      for (name, format) in [("table.md", "Markdown"), ("table.tex", "LaTeX")] {
        try terminal.press("e")
        try terminal.wait(for: "Export the table to:")
        try terminal.press("C-u")
        try terminal.type(name)
        try terminal.press("Enter")
        let path = "\(folder)/\(name)"
        for _ in 0..<1200 where !FileManager.default.fileExists(atPath: path) { usleep(50_000) }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains("primed") && text.contains("no priming"), "\(format): \(text)")
      }
      let markdown = try String(contentsOfFile: "\(folder)/table.md", encoding: .utf8)
      #expect(markdown.contains("| primed |"))
      #expect(
        try String(contentsOfFile: "\(folder)/table.tex", encoding: .utf8).contains(
          "\\begin{tabular}"))
      let book = try primer.book()
      #expect(try book.runs().contains { $0.note == "für Tabelle 2" })
      #expect(try book.runs().allSatisfy { $0.state == .finished && $0.study == "small study" })
      // Back to the table, to the list, and out.
      for _ in 0..<3 { try terminal.press("q") }
      try terminal.wait("the end") { !$0.contains("╭") }
    }
  }
}

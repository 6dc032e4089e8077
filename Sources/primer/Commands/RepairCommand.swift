import ArgumentParser
import Experiments
import Foundation
import LabNotebook

/// Makes a damaged notebook again from its journals.
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make a damaged notebook again from its journals.",
    discussion: """
      Each run keeps a journal in its folder, runs/N/journal.jsonl, with all that the notebook \
      knows of it, and the notebook's own notes are in pages.jsonl too. Where notebook.sqlite is \
      damaged or gone it is made again from them; the damaged file is kept under another name. \
      Stop the runs and quit every primer on the notebook first. A sound notebook is left as it is; \
      what is older than journals gets one.
      """)

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try NotebookRepair.carryOut(folder: notebook.folder)
    var written: [RunID] = []
    if !report.wasNeeded {
      let book = try Notebook.open(folder: notebook.folder, create: false)
      written = try book.completeJournals()
      try book.completePageJournal()
    }
    if output.json {
      try printJSON(report)
      return
    }
    for complaint in report.complaints.prefix(5) { print("Found: \(complaint)") }
    for loss in report.losses.prefix(50) { printError("Lost: \(loss)") }
    if report.losses.count > 50 { printError("Lost: \(report.losses.count - 50) more") }
    if !report.wasNeeded {
      let more = written.isEmpty ? "" : "; \(count(written.count, "older run")) got a journal"
      print("The notebook is sound\(more).")
      return
    }
    let (runs, points) = (count(report.runs.count, "run"), count(report.points, "point"))
    let notes = report.pages > 0 ? ", and \(count(report.pages, "note")) of the notebook," : ""
    print("\(runs) with \(points)\(notes) are there again.")
    if !report.salvaged.isEmpty {
      print("Without a journal, from the damaged file: \(list(report.salvaged))")
    }
    if let aside = report.setAside { print("The damaged file is \(notebook.folder)/\(aside)") }
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private func list(_ runs: [RunID]) -> String { runs.map { "#\($0)" }.joined(separator: " ") }
}

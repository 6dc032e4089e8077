import ArgumentParser
import Experiments
import Foundation
import LabNotebook

/// Makes the index of a notebook again from the run folders.
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make a notebook's index again from its run folders.",
    discussion: """
      Each run is its folder, runs/N, and the notebook's own notes are in pages.jsonl: \
      notebook.sqlite is an index of them, which loses nothing when it is gone. Primer makes it again \
      by itself where it is missing or damaged; this does so even if it looks sound, and tells what \
      cannot be read of the folders. The index as it was is kept under another name where it was \
      damaged. Quit every other primer on the notebook first.
      """)

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try Notebook.readAgain(folder: notebook.folder)
    if output.json {
      try printJSON(report)
      return
    }
    for notice in report.notices { printError(notice) }
    for fault in report.faults.prefix(50) { printError("Cannot be read: \(fault)") }
    if report.faults.count > 50 { printError("Cannot be read: \(report.faults.count - 50) more") }
    let notes = report.pages > 0 ? ", and \(count(report.pages, "note")) of the notebook," : ""
    print(
      "\(count(report.runs, "run")) with \(count(report.points, "point"))\(notes) "
        + "\(report.runs == 1 && notes.isEmpty ? "was" : "were") read again.")
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

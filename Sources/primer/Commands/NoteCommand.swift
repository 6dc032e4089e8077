import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders

/// Prints or replaces a run's note.
struct NoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Print a run's note, or rewrite it.",
    discussion: "With - as text the note is read from standard input.")

  @Argument(help: runHelp)
  var reference: RunReference

  @Argument(help: "The new note; without it the note is printed.")
  var text: [String] = []

  @Flag(help: "Add the text to the note instead of replacing it.")
  var append = false

  @OptionGroup var notebook: NotebookOptions

  func run() throws {
    let notebook = try text.isEmpty ? notebook.openToRead() : notebook.open()
    let run = try notebook.run(reference)
    if text.isEmpty {
      if !run.note.isEmpty { print(run.note) }
      return
    }
    var note = text.joined(separator: " ")
    if note == "-" {
      note = try StandardStreams.readAll()
        .trimmingCharacters(in: .newlines)
    }
    guard append else {
      try notebook.setNote(run.id, note)
      return
    }
    // Somebody else may be writing the note at the same time; what they write stays.
    var known = run.note
    while let theirs = try notebook.setNote(
      run.id, known.isEmpty ? note : known + "\n" + note, expecting: known)
    {
      known = theirs
    }
  }
}

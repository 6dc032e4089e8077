import ArgumentParser
import Experiments
import Foundation
import LabNotebook
import RunFolders

/// Prints, searches and writes the notes of the notebook and of its runs.
struct NotesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notes",
    abstract:
      "Print the notes of the notebook and of its runs, those with some words; write a page.",
    discussion: """
      The notebook's own notes are pages with a name; the first is called Notebook. With --page \
      one page is printed, and with --write written anew (- reads it from standard input), or \
      with --append added to. The note of a run is written with `primer note RUN`.
      """)

  @Argument(help: "Words that a note must have, in any case of letters.")
  var words: [String] = []

  @Option(help: ArgumentHelp("Only the page of this name.", valueName: "name"))
  var page: String?

  @Option(help: ArgumentHelp("Write the page; - reads standard input.", valueName: "text"))
  var write: String?

  @Flag(help: "Add the text to the page instead of replacing it.")
  var append = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var notebook: NotebookOptions

  func validate() throws {
    if write != nil, page == nil { throw ValidationError("--write needs --page NAME.") }
    if append, write == nil { throw ValidationError("--append needs --write TEXT.") }
    if page != nil, !words.isEmpty {
      throw ValidationError("Words look through all notes; with --page there are none.")
    }
  }

  private struct Note: Encodable {
    var run: RunID?
    var page: String?
    var title: String
    var text: String
  }

  func run() throws {
    if let page, let text = write {
      try write(text, to: page)
      return
    }
    let book = try notebook.openToRead()
    var notes = try book.pages().map { Note(page: $0.name, title: $0.name, text: $0.text) }
    if let page {
      notes = notes.filter { $0.page == page }
      if notes.isEmpty { throw CommandFailure("There is no page ‘\(page)’ in \(book.folder).") }
    } else {
      notes += try book.runs().reversed().filter { !$0.note.isEmpty && $0.deleted == nil }
        .map { Note(run: $0.id, title: "#\($0.id) \($0.name)", text: $0.note) }
    }
    let wanted = words.map { $0.lowercased() }
    notes = notes.filter { note in
      let all = "\(note.title)\n\(note.text)".lowercased()
      return wanted.allSatisfy { all.contains($0) }
    }
    for (index, note) in notes.enumerated() {
      if output.json {
        try printJSON(note)
      } else if page != nil {
        print(note.text)
      } else {
        print("\(index > 0 ? "\n" : "")\(note.title)\n")
        for line in note.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
          print(line.isEmpty ? "" : "    \(line)")
        }
      }
    }
  }

  private func write(_ text: String, to page: String) throws {
    let book = try notebook.openOrMake()
    var text = text
    if text == "-" {
      text = try StandardStreams.readAll()
        .trimmingCharacters(in: .newlines)
    }
    guard append else {
      try book.setPage(page, text)
      return
    }
    // Somebody else may be writing the page at the same time; what they write stays.
    var known = try book.pages().first { $0.name == page }?.text ?? ""
    while let theirs = try book.setPage(
      page, known.isEmpty ? text : known + "\n" + text, expecting: known)
    {
      known = theirs
    }
  }
}

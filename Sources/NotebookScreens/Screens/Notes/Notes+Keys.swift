import LabNotebook
package import TerminalUI

extension KeyContext {
  package static let notes = KeyContext("Notes")
  package static let note = KeyContext("A note being written")
}

extension Action {
  package static let notes = Action("notes")
  package static let note = Action("note")
  package static let newPage = Action("new-note")
  package static let deletePage = Action("delete-note")
  package static let openRun = Action("open-run")
  package static let preview = Action("preview")
}

/// The keys of the list of notes.
extension NotesScreen {
  package static let keys: [KeyTable.Binding] = [
    bind([.enter, c("e")], .edit, "Write", "Write the note.", .notes),
    bind([c("/")], .search, "Search", "Show only notes that have these words.", .notes),
    bind([c("n")], .newPage, "New", "Begin a note of the notebook (asks for its name).", .notes),
    bind([c("E")], .externalEditor, "Editor", "Write the note in $EDITOR.", .notes),
    bind([c("o")], .openRun, "Run", "Open the run that the note belongs to.", .notes),
    bind(
      [c("z")], .enlarge, "Enlarge", "Give the whole screen to the note, or take it back.", .notes),
    bind([c("d"), .delete], .deletePage, "Delete", "Delete the note (asks first).", .notes),
  ]

  package func availability(of action: Action, in app: AppState) -> Availability {
    switch action {
    case .edit, .open, .externalEditor:
      return Availability(unless: current(app) == nil ? "No note matches the search." : nil)
    case .deletePage:
      guard let current = current(app) else { return .unavailable("No note matches the search.") }
      return Availability(unless: current.text.isEmpty ? "The note is empty." : nil)
    case .openRun:
      if case .run? = current(app)?.subject { return .available }
      return .unavailable("This note belongs to no run.")
    default: return Self.keys.contains { $0.action == action } ? .available : .undecided
    }
  }

  package static func availabilityAnywhere(of action: Action, in app: AppState) -> Availability {
    switch action {
    case .note: Availability(unless: app.reasonForNoRun)
    case .newPage, .deletePage, .openRun, .preview:
      .unavailable("Open the notes (:notes) first.")
    default: .undecided
    }
  }

  package static let commands: [TypedCommand] = [
    TypedCommand("notes", "WORDS", "Show the notes that have these words.") { words, app in
      open(search: words, in: &app)
      return []
    },
    TypedCommand("note", "TEXT", "Write the run's note.") { text, app in
      guard let run = app.currentRun else {
        app.say(.warning, "There is no run here.")
        return []
      }
      return [.notebook(.saveNote(.run(run.id), text, expecting: run.note))]
    },
  ]
}

/// The keys of a note while it is written.
extension NoteEditor {
  package static let keys: [KeyTable.Binding] = [
    bind([.control("s")], .save, "Save", "Save the note and keep editing.", .note),
    bind([.escape], .confirm, "Done", "Save the note, and leave it.", .note),
    bind(
      [.control("x")], .cancel, "Throw away", "Leave the note as it was saved (asks first).", .note),
    KeyBinding(
      [KeyEvent(.function(6)), KeyEvent(.character("u"), .alt)], .undo, label: "Undo",
      help: "Take the last change back.",
      contexts: [.note]),
    KeyBinding(
      [KeyEvent(.function(7)), KeyEvent(.character("r"), .alt)], .redo, label: "Redo",
      help: "Redo what was taken back.", contexts: [.note]),
    bind([.control("t")], .preview, "Preview", "Show how the Markdown looks, or its text.", .note),
    bind([.control("o")], .externalEditor, "Editor", "Go on in $EDITOR.", .note),
    bind([.function(1)], .help, "Help", "Show all keys.", .note),
    bind(
      [.control("z")], .suspend, "Suspend", "Suspend the program; `fg` brings it back.", .note),
  ]

  package func availability(of action: Action, in app: AppState) -> Availability {
    Self.keys.contains { $0.action == action && $0.contexts == [.note] } ? .available : .undecided
  }
}

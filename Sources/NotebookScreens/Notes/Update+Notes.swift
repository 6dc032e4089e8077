import LabNotebook
import TerminalUI

/// Actions on the list of notes, and what comes of writing one.
extension AppState {
  /// Opens the notes, the cursor on that of the run at hand.
  mutating func openNotes() {
    var cursor: NoteSubject?
    if let run = currentRun, !run.note.isEmpty { cursor = .run(run.id) }
    stack.append(.notes(NotesScreenState(cursor: cursor)))
  }

  /// Writes the note of the run at hand: in a line, where it is one, else in the editor.
  mutating func writeNote() {
    guard let run = currentRun else { return }
    if run.note.contains(where: \.isNewline)
      || drafts.contains(where: { $0.subject == .run(run.id) })
    {
      openEditor(.run(run.id))
    } else {
      overlay = .prompt(Prompt(.note(run.id), text: run.note))
    }
  }

  /// Carries an action of the notes out.
  mutating func performInNotes(_ action: Action, _ screen: inout NotesScreenState) -> [Effect] {
    let rows = noteRows(screen.search)
    let index = rows.firstIndex { $0.subject == screen.cursor } ?? 0
    let page = max(height - 6, 1)
    func move(_ step: Int) {
      if screen.pane == .text || screen.isEnlarged {
        screen.offset = max(screen.offset + step, 0)
      } else if !rows.isEmpty {
        screen.cursor = rows[min(max(index + step, 0), rows.count - 1)].subject
        screen.offset = 0
      }
    }
    switch action {
    case .up: move(-1)
    case .down: move(1)
    case .pageUp: move(-page)
    case .pageDown: move(page)
    case .top: move(-1_000_000)
    case .bottom: move(1_000_000)
    case .nextPane, .previousPane: screen.pane = screen.pane == .list ? .text : .list
    case .enlarge: screen.isEnlarged.toggle()
    case .search: overlay = .prompt(Prompt(.noteSearch, text: screen.search))
    case .newPage: overlay = .prompt(Prompt(.pageName))
    case .edit, .open:
      guard rows.indices.contains(index) else { return [] }
      screen.cursor = rows[index].subject
      openEditor(rows[index].subject)
    case .externalEditor:
      guard rows.indices.contains(index) else { return [] }
      let (subject, text) = (rows[index].subject, rows[index].text)
      return [.edit(editorJob(subject, text: text, base: text))]
    case .deletePage:
      guard rows.indices.contains(index) else { return [] }
      overlay = .confirmation(
        Confirmation(
          title: "Delete the note?", text: "\(rows[index].title): \(rows[index].line)",
          effects: [
            .notebook(.saveNote(rows[index].subject, "", expecting: rows[index].text))
          ]))
    case .openRun:
      guard rows.indices.contains(index), case .run(let run) = rows[index].subject else {
        return []
      }
      stack.append(.run(RunScreenState(run)))
    default: break
    }
    return []
  }

  /// The note under the cursor, where one is listed.
  func currentNote(of screen: NotesScreenState) -> NoteRow? {
    let rows = noteRows(screen.search)
    return rows.first { $0.subject == screen.cursor } ?? rows.first
  }

  /// What keeps an action of the notes from being carried out.
  func reasonInNotes(_ action: Action, _ screen: NotesScreenState) -> String? {
    let current = currentNote(of: screen)
    switch action {
    case .edit, .open, .externalEditor: return current == nil ? "No note matches." : nil
    case .deletePage:
      guard let current else { return "No note matches." }
      return current.text.isEmpty ? "The note is empty." : nil
    case .openRun:
      if case .run? = current?.subject { return nil }
      return "This note belongs to no run."
    default: return nil
    }
  }

  /// A job for the user's own editor.
  func editorJob(_ subject: NoteSubject, text: String, base: String) -> EditorJob {
    let name: String
    switch subject {
    case .run(let run): name = "note-run-\(run).md"
    case .page(let page):
      let letters = page.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
      name = "note-\(letters.isEmpty ? "page" : letters).md"
    }
    return EditorJob(.note(subject, base: base), text: text, name: name, line: nil)
  }

  /// Takes a note that came back from the user's own editor.
  mutating func take(edited outcome: EditorOutcome, _ subject: NoteSubject, base: String)
    -> [Effect]
  {
    let text = NoteEditorState.saved(outcome.text)
    if case .note(var editor)? = stack.last, editor.subject == subject {
      editor.document.replaceAll(with: text)
      stack[stack.count - 1] = .note(editor)
      return [.notebook(.removeDraft(outcome.path))]
    }
    if text == base {
      say(.information, "The editor changed nothing.")
      return [.notebook(.removeDraft(outcome.path))]
    }
    editedNotes[subject] = outcome.path
    return [.notebook(.saveNote(subject, text, expecting: base))]
  }

  /// Takes what came of writing a note.
  mutating func take(_ outcome: NoteOutcome, of subject: NoteSubject) -> [Effect] {
    let place = stack.lastIndex {
      if case .note(let editor) = $0 { editor.subject == subject } else { false }
    }
    var effects: [Effect] = []
    switch outcome {
    case .failed(let reason):
      say(.error, reason)
      if let place, case .note(var editor) = stack[place] {
        (editor.isSaving, editor.closes) = (false, false)
        stack[place] = .note(editor)
      }
      return []
    case .saved(let text):
      remember(text, as: subject)
      let what =
        switch subject {
        case .run(let run): "The note of run #\(run)"
        case .page(let name): "The note ‘\(name)’"
        }
      say(.information, "\(what) is \(text.isEmpty ? "taken out" : "written").")
      if let place, case .note(var editor) = stack[place] {
        if let draft = editor.draft {
          effects.append(.notebook(.dropDraft(id: draft)))
        }
        (editor.base, editor.isSaving, editor.draft) = (text, false, nil)
        stack[place] = .note(editor)
        if editor.closes, !editor.isChanged {
          stack.remove(at: place)
          if editor.kept != nil { effects.append(.notebook(.dropNote(subject))) }
        }
      }
    case .conflict(let theirs, let mine):
      remember(theirs, as: subject)
      var editor: NoteEditorState
      if let place, case .note(let open) = stack[place] {
        editor = open
      } else {
        editor = NoteEditorState(subject, base: theirs)
        editor.document.replaceAll(with: mine)
      }
      editor.meet(theirs: theirs)
      if let place {
        stack[place] = .note(editor)
      } else {
        stack.append(.note(editor))
      }
      say(
        .warning,
        "Somebody else changed this note meanwhile: both texts are here, theirs first; "
          + "\(keys.name(of: .save, in: .note)) saves."
      )
    }
    if let path = editedNotes.removeValue(forKey: subject) {
      effects.append(.notebook(.removeDraft(path)))
    }
    return effects
  }

  /// Takes what was left behind by a session that ended without saving.
  mutating func take(_ drafts: [NoteDraft]) {
    self.drafts = drafts
    guard let first = drafts.first else { return }
    let key = keys.name(of: .notes, in: .runs)
    let what =
      switch first.subject {
      case .run(let run): "the note of run #\(run)"
      case .page(let name): "the note ‘\(name)’"
      }
    let more = drafts.count > 1 ? " and \(drafts.count - 1) more" : ""
    say(
      .warning, "What was typed into \(what)\(more) was not saved when primer ended; \(key) has it."
    )
  }

  // The notebook's own word of it comes a moment later.
  private mutating func remember(_ text: String, as subject: NoteSubject) {
    switch subject {
    case .run(let run):
      guard let index = runs.records.firstIndex(where: { $0.id == run }) else { return }
      runs.records[index].note = text
    case .page(let name):
      var known = (pages ?? []).filter { $0.name != name }
      if !text.isEmpty { known.append(Page(name: name, text: text, changed: now)) }
      pages = known.sorted { $0.name < $1.name }
    }
  }

  /// What is wrong with the name of a new page; nil when nothing is.
  func pageProblem(_ name: String) -> String? {
    if name.isEmpty { return nil }
    return Notebook.isPageName(name) ? nil : "a name has 1 to 80 characters, no space at its ends"
  }
}

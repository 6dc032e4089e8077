package import LabNotebook
package import TerminalUI

/// The screen of all notes: those of the notebook and those of runs.
package struct NotesScreenState: Hashable, Sendable {
  /// The parts of the screen that can have the keys.
  package enum Pane: Hashable, Sendable { case list, text }

  package var pane = Pane.list
  package var isEnlarged = false
  /// The note under the cursor; nil: the first.
  package var cursor: NoteSubject?
  package var search = ""
  /// How far the note is scrolled.
  package var offset = 0

  package init(cursor: NoteSubject? = nil) { self.cursor = cursor }
}

/// A note while it is being written.
package struct NoteEditorState: Hashable, Sendable {
  package let subject: NoteSubject
  package var document: TextDocument
  /// The note in the notebook, as far as this program knows.
  package var base: String
  /// Whether the program is writing it, and whether the screen closes then.
  package var isSaving = false
  package var closes = false
  /// Whether the Markdown is shown as it will look.
  package var showsPreview = false
  /// What was kept of it last, in case of a crash.
  package var kept: String?
  /// The draft of an earlier session that it began with.
  package var draft: String?

  package init(_ subject: NoteSubject, base: String) {
    self.subject = subject
    self.base = base
    document = TextDocument(base)
    document.moveCursor(to: .init(line: 0, column: 0))
  }

  /// The text as it will be saved: without white space at its end.
  package var text: String { Self.saved(document.text) }

  /// Whether there is something to save.
  package var isChanged: Bool { text != base }

  /// A text without white space at its end.
  static func saved(_ text: String) -> String {
    String(text.reversed().drop(while: \.isWhitespace).reversed())
  }
}

/// What came of writing a note.
package enum NoteOutcome: Hashable, Sendable {
  case saved(String)
  /// Somebody else changed it meanwhile; nothing was written.
  case conflict(theirs: String, mine: String)
  case failed(String)
}

/// A row of the list of notes.
package struct NoteRow: Hashable, Sendable {
  package var subject: NoteSubject
  package var title: String
  package var text: String
  /// Whether a draft of it was left behind.
  package var hasDraft: Bool
  /// The first line that has what was searched for, or the first of all.
  package var line: String
}

extension AppState {
  /// The note of a run or a page as it was last read.
  func note(of subject: NoteSubject) -> String {
    switch subject {
    case .run(let run): runs.record(run)?.note ?? ""
    case .page(let name): pages?.first { $0.name == name }?.text ?? ""
    }
  }

  /// What a note is called in titles.
  func title(of subject: NoteSubject) -> String {
    switch subject {
    case .run(let run): "#\(run) \(runs.record(run)?.name ?? "")"
    case .page(let name): name
    }
  }

  /// The notes that there are, the notebook's first, then those of runs, the newest run first; of
  /// these the ones that have every word of a search.
  package func noteRows(_ search: String) -> [NoteRow] {
    var names = (pages ?? []).map(\.name).filter { $0 != Notebook.frontPage }
    names.insert(Notebook.frontPage, at: 0)
    var subjects = names.map(NoteSubject.page)
    for draft in drafts {
      if case .page(let name) = draft.subject, !names.contains(name) {
        subjects.append(draft.subject)
      }
    }
    let drafted = Set(drafts.map(\.subject))
    for run in runs.records.reversed()
    where run.deleted == nil && (!run.note.isEmpty || drafted.contains(.run(run.id))) {
      subjects.append(.run(run.id))
    }
    let words = Self.words(of: search)
    return subjects.compactMap { subject in
      let (title, text) = (title(of: subject), note(of: subject))
      let all = (title + "\n" + text).lowercased()
      guard words.allSatisfy({ all.contains($0) }) else { return nil }
      let lines = text.split(whereSeparator: \.isNewline)
      let line =
        lines.first { line in
          let lower = line.lowercased()
          return words.contains { lower.contains($0) }
        } ?? lines.first ?? ""
      return NoteRow(
        subject: subject, title: title, text: text, hasDraft: drafted.contains(subject),
        line: String(line))
    }
  }

  /// The words of a search, in lower case.
  static func words(of search: String) -> [String] {
    search.lowercased().split(separator: " ").map(String.init)
  }
}

package import LabNotebook
import Experiments

/// The notebook's own notes, and what was typed and not saved.
package struct NotesState: Sendable {
  /// The notebook's own notes; nil before they were read.
  package var pages: [Page]?
  /// What was typed into notes and not saved when primer ended.
  package var drafts: [NoteDraft] = []
  /// The files of notes that came back from the user's editor, until they are saved.
  package var edited: [NoteSubject: String] = [:]

  package init() {}
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
    case .page(let name): notes.pages?.first { $0.name == name }?.text ?? ""
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
    var names = (notes.pages ?? []).map(\.name).filter { $0 != Notebook.frontPage }
    names.insert(Notebook.frontPage, at: 0)
    var subjects = names.map(NoteSubject.page)
    for draft in notes.drafts {
      if case .page(let name) = draft.subject, !names.contains(name) {
        subjects.append(draft.subject)
      }
    }
    let drafted = Set(notes.drafts.map(\.subject))
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

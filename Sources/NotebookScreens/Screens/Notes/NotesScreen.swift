import Experiments
package import LabNotebook
import RunFolders
package import TerminalUI

/// The screen of all notes: those of the notebook and those of runs.
package struct NotesScreen: Screen, Hashable {
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

  package static let keySections = [KeySection(.notes)]

  package func context(in app: AppState) -> KeyContext { .notes }

  package func run(in app: AppState) -> RunChoice {
    if case .run(let run)? = current(app)?.subject { return .run(run) }
    return .below
  }

  package func add(to interest: inout Interest) { interest.pages = true }

  package mutating func goBack(in app: inout AppState) -> Leaving {
    if isEnlarged {
      isEnlarged = false
    } else if pane == .text {
      pane = .list
    } else if !search.isEmpty {
      search = ""
    } else {
      return .leaves()
    }
    return .stays
  }

  /// The note under the cursor, where one is listed.
  func current(_ app: AppState) -> NoteRow? {
    let rows = app.noteRows(search)
    return rows.first { $0.subject == cursor } ?? rows.first
  }

  // MARK: Opening

  package static func performAnywhere(_ action: Action, in app: inout AppState) -> [Effect]? {
    switch action {
    case .notes: open(in: &app)
    case .note: writeNote(in: &app)
    default: return nil
    }
    return []
  }

  /// Opens the notes, the cursor on that of the run at hand.
  static func open(search: String = "", in app: inout AppState) {
    var screen = NotesScreen()
    if let run = app.currentRun, !run.note.isEmpty { screen.cursor = .run(run.id) }
    screen.search = search
    app.stack.open(screen)
  }

  /// Writes the note of the run at hand: in a line, where it is one, else in the editor.
  private static func writeNote(in app: inout AppState) {
    guard let run = app.currentRun else { return }
    if run.note.contains(where: \.isNewline)
      || app.notes.drafts.contains(where: { $0.subject == .run(run.id) })
    {
      NoteEditor.open(.run(run.id), in: &app)
    } else {
      app.overlay = Prompt(RunNotePrompt(run: run.id), text: run.note)
    }
  }

  // MARK: Actions

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let rows = app.noteRows(search)
    let index = rows.firstIndex { $0.subject == cursor } ?? 0
    let row = rows.indices.contains(index) ? rows[index] : nil
    let page = max(app.height - 6, 1)
    switch action {
    case .up: move(by: -1, from: index, rows)
    case .down: move(by: 1, from: index, rows)
    case .pageUp: move(by: -page, from: index, rows)
    case .pageDown: move(by: page, from: index, rows)
    case .top: move(by: -1_000_000, from: index, rows)
    case .bottom: move(by: 1_000_000, from: index, rows)
    case .nextPane, .previousPane: pane = pane == .list ? .text : .list
    case .enlarge: isEnlarged.toggle()
    case .search: app.overlay = Prompt(NoteSearchPrompt(), text: search)
    case .newPage: app.overlay = Prompt(PageNamePrompt())
    case .edit, .open:
      guard let row else { return [] }
      cursor = row.subject
      NoteEditor.open(row.subject, in: &app)
    case .externalEditor:
      guard let row else { return [] }
      return [.edit(EditorJob(note: row.subject, text: row.text, base: row.text))]
    case .deletePage:
      guard let row else { return [] }
      app.overlay = Confirmation(
        title: "Delete the note?", text: "\(row.title): \(row.line)",
        effects: [.notebook(.saveNote(row.subject, "", expecting: row.text))])
    case .openRun:
      guard case .run(let run)? = row?.subject else { return [] }
      app.stack.open(RunScreen(run))
    default: break
    }
    return []
  }

  private mutating func move(by step: Int, from index: Int, _ rows: [NoteRow]) {
    if pane == .text || isEnlarged {
      offset = max(offset + step, 0)
    } else if !rows.isEmpty {
      cursor = rows[min(max(index + step, 0), rows.count - 1)].subject
      offset = 0
    }
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    let layout = NotesLayout(body: body, isEnlarged: isEnlarged)
    if layout.rows.contains(x: mouse.x, y: mouse.y) {
      let rows = app.noteRows(search)
      let selected = rows.firstIndex { $0.subject == cursor } ?? 0
      let visible = max(layout.rows.height / 2, 1)
      let first = ListWindow.first(selected: selected, count: rows.count, visible: visible)
      let index = first + (mouse.y - layout.rows.y) / 2
      pane = .list
      if rows.indices.contains(index) { (cursor, offset) = (rows[index].subject, 0) }
    } else if layout.text.contains(x: mouse.x, y: mouse.y) {
      pane = .text
    }
    return isDouble ? .action(.edit) : .done()
  }

  // MARK: What becomes known

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .pages(let pages): app.notes.pages = pages
    case .drafts(let drafts): take(drafts, in: &app)
    default: break
    }
    return []
  }

  /// Takes what was left behind by a session that ended without saving.
  private static func take(_ drafts: [NoteDraft], in app: inout AppState) {
    app.notes.drafts = drafts
    guard let first = drafts.first else { return }
    let key = app.keys.name(of: .notes, in: .runs)
    let what =
      switch first.subject {
      case .run(let run): "the note of run #\(run)"
      case .page(let name): "the note ‘\(name)’"
      }
    let more = drafts.count > 1 ? " and \(drafts.count - 1) more" : ""
    app.say(
      .warning, "What was typed into \(what)\(more) was not saved when primer ended; \(key) has it."
    )
  }
}

/// The search among notes, which acts while it is typed.
struct NoteSearchPrompt: SearchPrompt {
  func preview(_ text: String, in app: inout AppState) -> [Effect] {
    app.stack.changeTop(NotesScreen.self) { ($0.search, $0.offset) = (text, 0) }
    return []
  }
}

/// The name of a new note of the notebook.
struct PageNamePrompt: PromptKind {
  let label = "Name of the new note:"

  func problem(with name: String, in app: AppState) -> String? {
    if name.isEmpty { return nil }
    return Notebook.isPageName(name) ? nil : "a name has 1 to 80 characters, no space at its ends"
  }

  func accept(_ name: String, original: String, in app: inout AppState) -> [Effect] {
    if !name.isEmpty { NoteEditor.open(.page(name), in: &app) }
    return []
  }
}

/// The note of a run, where it is one line.
struct RunNotePrompt: PromptKind {
  let run: RunID

  var label: String { "Note of #\(run):" }

  func accept(_ text: String, original: String, in app: inout AppState) -> [Effect] {
    [.notebook(.saveNote(.run(run), text, expecting: original))]
  }
}

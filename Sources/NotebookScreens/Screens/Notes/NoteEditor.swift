package import LabNotebook
package import TerminalUI

/// A note while it is being written.
package struct NoteEditor: Screen, Hashable {
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

/// Where the parts of the editor stand.
struct NoteEditorLayout {
  let text: Rect
  let preview: Rect

  init(body: Rect, showsPreview: Bool) {
    let nothing = Rect(x: 0, y: 0, width: 0, height: 0)
    if body.width >= 126 {
      let parts = body.columns([.fill, .fill])
      (text, preview) = (parts[0], parts[1])
    } else {
      (text, preview) = showsPreview ? (nothing, body) : (body, nothing)
    }
  }

  /// The cells that hold text.
  var area: Rect { text.inset(by: 1).inset(horizontal: 1, vertical: 0) }
}

/// Writing a note on the screen.
extension NoteEditor {
  package static let keySections = [KeySection(.note, .text)]

  package func context(in app: AppState) -> KeyContext { .note }

  package func add(to interest: inout Interest) { interest.pages = true }

  /// Opens a note to write it, with what was left behind of it where there is something.
  static func open(_ subject: NoteSubject, in app: inout AppState) {
    let base = app.note(of: subject)
    var editor = NoteEditor(subject, base: base)
    if let draft = app.notes.drafts.first(where: { $0.subject == subject }) {
      editor.draft = draft.id
      app.notes.drafts.removeAll { $0.id == draft.id }
      editor.document.replaceAll(with: draft.text)
      if draft.base != base { editor.meet(theirs: base) }
      app.say(
        .warning,
        "This was typed and not saved when primer ended; \(app.keys.name(of: .save, in: .note)) saves it, "
          + "\(app.keys.name(of: .cancel, in: .note)) throws it away.")
    }
    app.stack.open(editor)
  }

  // MARK: Typing

  private func area(in body: Rect) -> Rect {
    NoteEditorLayout(body: body, showsPreview: showsPreview).area
  }

  package mutating func type(_ key: KeyEvent, in app: inout AppState) -> [Effect] {
    let area = area(in: app.frame.body)
    if key.key == .tab {
      document.insert("  ")
    } else {
      _ = document.handle(key, width: max(area.width, 1), page: max(area.height - 1, 1))
    }
    return []
  }

  package mutating func paste(_ text: String, in app: inout AppState) -> [Effect]? {
    document.insert(text)
    return []
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    let place = TextArea(document).position(
      atColumn: mouse.x, row: mouse.y, in: area(in: body))
    if let place { document.moveCursor(to: place) }
    return .done()
  }

  package mutating func scroll(
    _ mouse: MouseEvent, in body: Rect, app: inout AppState
  ) -> Clicked? {
    let step = mouse.action == .scrollUp ? -3 : 3
    document.moveRows(by: step, width: max(area(in: body).width, 1))
    return .done()
  }

  // MARK: Actions

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    switch action {
    case .undo: document.undo()
    case .redo: document.redo()
    case .preview: showsPreview.toggle()
    case .externalEditor: return [.edit(EditorJob(note: subject, text: document.text, base: base))]
    case .save: return save(closes: false, in: &app)
    case .confirm: return save(closes: true, in: &app)
    case .cancel:
      guard isChanged || draft != nil else { return close(in: &app) }
      let dropped = draft.map { [Effect.notebook(.dropDraft(id: $0))] } ?? []
      app.overlay = Confirmation(
        title: "Throw away what was typed?", text: "The note stays as it was saved.",
        effects: [.notebook(.dropNote(subject))] + dropped, leavesScreen: true)
    default: break
    }
    return []
  }

  private mutating func save(closes: Bool, in app: inout AppState) -> [Effect] {
    guard isChanged else {
      if closes { return close(in: &app) }
      app.say(.information, "Nothing was changed.")
      return []
    }
    (isSaving, self.closes) = (true, closes)
    return [.notebook(.saveNote(subject, text, expecting: base))]
  }

  private func close(in app: inout AppState) -> [Effect] {
    app.stack.leave()
    var effects: [Effect] = []
    if let draft { effects.append(.notebook(.dropDraft(id: draft))) }
    return kept == nil ? effects : effects + [.notebook(.dropNote(subject))]
  }

  /// Has what is being typed kept on the disk, where it is not what was kept last.
  package static func refresh(_ app: inout AppState) -> [Effect] {
    var effects: [Effect] = []
    app.stack.changeAll(NoteEditor.self) { editor in
      let text = editor.document.text
      if editor.isChanged {
        guard text != editor.kept else { return }
        editor.kept = text
        effects.append(.notebook(.keepNote(editor.subject, text: text, base: editor.base)))
      } else if editor.kept != nil {
        editor.kept = nil
        effects.append(.notebook(.dropNote(editor.subject)))
      }
    }
    return effects
  }

  /// Puts a text that somebody else wrote meanwhile before one's own, as one change.
  fileprivate mutating func meet(theirs: String) {
    let mine = text
    base = theirs
    (isSaving, closes) = (false, false)
    // Who only added to the other's text has it already.
    if mine.hasPrefix(theirs) || theirs.isEmpty { return }
    let both = theirs.hasPrefix(mine) ? theirs : theirs + "\n\n---\n\n" + mine
    document.replaceAll(with: both)
  }

  // MARK: What came of it

  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    switch message {
    case .noteOutcome(let subject, let outcome): return take(outcome, of: subject, in: &app)
    case .edited(let outcome):
      guard case .note(let subject, let base) = outcome.subject else { return [] }
      return take(edited: outcome, subject, base: base, in: &app)
    default: return []
    }
  }

  /// Takes a note that came back from the user's own editor.
  private static func take(
    edited outcome: EditorOutcome, _ subject: NoteSubject, base: String, in app: inout AppState
  ) -> [Effect] {
    let text = saved(outcome.text)
    if app.stack.top(NoteEditor.self)?.subject == subject {
      app.stack.changeTop(NoteEditor.self) { $0.document.replaceAll(with: text) }
      return [.notebook(.removeDraft(outcome.path))]
    }
    if text == base {
      app.say(.information, "The editor changed nothing.")
      return [.notebook(.removeDraft(outcome.path))]
    }
    app.notes.edited[subject] = outcome.path
    return [.notebook(.saveNote(subject, text, expecting: base))]
  }

  /// Takes what came of writing a note.
  private static func take(
    _ outcome: NoteOutcome, of subject: NoteSubject, in app: inout AppState
  ) -> [Effect] {
    func isIt(_ editor: NoteEditor) -> Bool { editor.subject == subject }
    var effects: [Effect] = []
    switch outcome {
    case .failed(let reason):
      app.say(.error, reason)
      app.stack.changeNewest(NoteEditor.self, where: isIt) {
        ($0.isSaving, $0.closes) = (false, false)
      }
      return []
    case .saved(let text):
      app.remember(text, as: subject)
      let what =
        switch subject {
        case .run(let run): "The note of run #\(run)"
        case .page(let name): "The note ‘\(name)’"
        }
      app.say(.information, "\(what) is \(text.isEmpty ? "taken out" : "written").")
      let closes = app.stack.changeNewest(NoteEditor.self, where: isIt) { editor in
        if let draft = editor.draft { effects.append(.notebook(.dropDraft(id: draft))) }
        (editor.base, editor.isSaving, editor.draft) = (text, false, nil)
        let closes = editor.closes && !editor.isChanged
        if closes, editor.kept != nil { effects.append(.notebook(.dropNote(subject))) }
        return closes
      }
      if closes == true {
        app.stack.close(NoteEditor.self) { isIt($0) && $0.closes && !$0.isChanged }
      }
    case .conflict(let theirs, let mine):
      app.remember(theirs, as: subject)
      let isOpen: Void? = app.stack.changeNewest(NoteEditor.self, where: isIt) {
        $0.meet(theirs: theirs)
      }
      if isOpen == nil {
        var editor = NoteEditor(subject, base: theirs)
        editor.document.replaceAll(with: mine)
        editor.meet(theirs: theirs)
        app.stack.open(editor)
      }
      app.say(
        .warning,
        "Somebody else changed this note meanwhile: both texts are here, theirs first; "
          + "\(app.keys.name(of: .save, in: .note)) saves."
      )
    }
    if let path = app.notes.edited.removeValue(forKey: subject) {
      effects.append(.notebook(.removeDraft(path)))
    }
    return effects
  }
}

extension AppState {
  // The notebook's own word of it comes a moment later.
  fileprivate mutating func remember(_ text: String, as subject: NoteSubject) {
    switch subject {
    case .run(let run):
      guard let index = runs.records.firstIndex(where: { $0.id == run }) else { return }
      runs.records[index].note = text
    case .page(let name):
      var known = (notes.pages ?? []).filter { $0.name != name }
      if !text.isEmpty { known.append(Page(name: name, text: text, changed: now)) }
      notes.pages = known.sorted { $0.name < $1.name }
    }
  }
}

extension EditorJob {
  /// A note for the user's own editor.
  init(note subject: NoteSubject, text: String, base: String) {
    let name: String
    switch subject {
    case .run(let run): name = "note-run-\(run).md"
    case .page(let page):
      let letters = page.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
      name = "note-\(letters.isEmpty ? "page" : letters).md"
    }
    self.init(.note(subject, base: base), text: text, name: name, line: nil)
  }
}

import LabNotebook
import TerminalUI

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
extension AppState {
  /// Opens a note to write it, with what was left behind of it where there is something.
  mutating func openEditor(_ subject: NoteSubject) {
    let base = note(of: subject)
    var editor = NoteEditorState(subject, base: base)
    if let draft = drafts.first(where: { $0.subject == subject }) {
      editor.draft = draft.id
      drafts.removeAll { $0.id == draft.id }
      editor.document.replaceAll(with: draft.text)
      if draft.base != base { editor.meet(theirs: base) }
      say(
        .warning,
        "This was typed and not saved when primer ended; \(keys.name(of: .save, in: .note)) saves it, "
          + "\(keys.name(of: .cancel, in: .note)) throws it away.")
    }
    stack.append(.note(editor))
  }

  /// Gives a key to the note.
  mutating func typeInNote(_ key: KeyEvent) -> [Effect] {
    if let binding = keys.binding(for: key, in: .note) { return perform(binding.action) }
    guard case .note(var editor)? = stack.last else { return [] }
    let area = NoteEditorLayout(body: frameBody, showsPreview: editor.showsPreview).area
    if key.key == .tab {
      editor.document.insert("  ")
    } else {
      _ = editor.document.handle(key, width: max(area.width, 1), page: max(area.height - 1, 1))
    }
    stack[stack.count - 1] = .note(editor)
    return []
  }

  private var frameBody: Rect { ScreenFrame(width: width, height: height).body }

  /// Puts pasted text into the note.
  mutating func pasteInNote(_ text: String) {
    guard case .note(var editor)? = stack.last else { return }
    editor.document.insert(text)
    stack[stack.count - 1] = .note(editor)
  }

  /// Carries an action of the editor out.
  mutating func performInNote(_ action: Action, _ editor: inout NoteEditorState) -> [Effect] {
    switch action {
    case .undo: editor.document.undo()
    case .redo: editor.document.redo()
    case .preview: editor.showsPreview.toggle()
    case .externalEditor:
      return [.edit(editorJob(editor.subject, text: editor.document.text, base: editor.base))]
    case .save: return save(&editor, closes: false)
    case .confirm: return save(&editor, closes: true)
    case .cancel:
      guard editor.isChanged || editor.draft != nil else { return close(editor) }
      let draft = editor.draft.map { [Effect.notebook(.dropDraft(id: $0))] } ?? []
      overlay = .confirmation(
        Confirmation(
          title: "Throw away what was typed?", text: "The note stays as it was saved.",
          effects: [.notebook(.dropNote(editor.subject))] + draft, leavesScreen: true))
    default: break
    }
    return []
  }

  private mutating func save(_ editor: inout NoteEditorState, closes: Bool) -> [Effect] {
    guard editor.isChanged else {
      if closes { return close(editor) }
      say(.information, "Nothing was changed.")
      return []
    }
    (editor.isSaving, editor.closes) = (true, closes)
    return [.notebook(.saveNote(editor.subject, editor.text, expecting: editor.base))]
  }

  private mutating func close(_ editor: NoteEditorState) -> [Effect] {
    stack.removeLast()
    var effects: [Effect] = []
    if let draft = editor.draft {
      effects.append(.notebook(.dropDraft(id: draft)))
    }
    return editor.kept == nil ? effects : effects + [.notebook(.dropNote(editor.subject))]
  }

  /// Has what is being typed kept on the disk, where it is not what was kept last.
  mutating func keepDrafts() -> [Effect] {
    var effects: [Effect] = []
    for index in stack.indices {
      guard case .note(var editor) = stack[index] else { continue }
      let text = editor.document.text
      if editor.isChanged {
        guard text != editor.kept else { continue }
        editor.kept = text
        effects.append(.notebook(.keepNote(editor.subject, text: text, base: editor.base)))
      } else if editor.kept != nil {
        editor.kept = nil
        effects.append(.notebook(.dropNote(editor.subject)))
      } else {
        continue
      }
      stack[index] = .note(editor)
    }
    return effects
  }

  /// Puts the cursor of the note where it was clicked.
  mutating func clickNote(_ mouse: MouseEvent, _ editor: NoteEditorState, in body: Rect) {
    let layout = NoteEditorLayout(body: body, showsPreview: editor.showsPreview)
    var editor = editor
    let area = TextArea(editor.document)
    guard let place = area.position(atColumn: mouse.x, row: mouse.y, in: layout.area) else {
      return
    }
    editor.document.moveCursor(to: place)
    stack[stack.count - 1] = .note(editor)
  }
}

extension NoteEditorState {
  /// Puts a text that somebody else wrote meanwhile before one's own, as one change.
  mutating func meet(theirs: String) {
    let mine = text
    base = theirs
    (isSaving, closes) = (false, false)
    // Who only added to the other's text has it already.
    if mine.hasPrefix(theirs) || theirs.isEmpty { return }
    let both = theirs.hasPrefix(mine) ? theirs : theirs + "\n\n---\n\n" + mine
    document.replaceAll(with: both)
  }
}

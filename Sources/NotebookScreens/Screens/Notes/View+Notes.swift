import LabNotebook
package import TerminalUI

/// Where the parts of the notes' screen stand.
struct NotesLayout {
  let list: Rect
  let text: Rect

  init(body: Rect, isEnlarged: Bool) {
    if isEnlarged {
      (list, text) = (Rect(x: 0, y: 0, width: 0, height: 0), body)
    } else {
      let parts = body.columns([.fixed(body.width >= 126 ? 50 : body.width * 2 / 5), .fill])
      (list, text) = (parts[0], parts[1])
    }
  }

  /// The rows of the list; each note has two.
  var rows: Rect { list.inset(by: 1) }
}

extension NotesScreen {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(NotesView.init) { $0.paint(self, in: body) }
  }
}

/// All notes.
struct NotesView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ screen: NotesScreen, in body: Rect) {
    let rows = state.noteRows(screen.search)
    var right = StyledText("\(rows.count) note\(rows.count == 1 ? "" : "s")", .faint)
    if !screen.search.isEmpty { right = StyledText("/\(screen.search)  ", Style(.accent)) + right }
    paintTitle(StyledText("Notes", .title), right: right)
    let layout = NotesLayout(body: body, isEnlarged: screen.isEnlarged)
    let current = rows.first { $0.subject == screen.cursor } ?? rows.first
    if !layout.list.isEmpty { paintNoteList(rows, current, screen, in: layout.list) }
    let title = current.map(\.title) ?? "Note"
    let isFocused = screen.pane == .text || screen.isEnlarged
    let words = AppState.words(of: screen.search)
    let inner = layout.text.inset(by: 1).inset(horizontal: 1, vertical: 0)
    guard let current, !current.text.isEmpty, inner.width > 0 else {
      _ = paintBlock(StyledText(title, .title), isFocused: isFocused, in: layout.text)
      let text = current == nil ? "No note matches the search." : emptyNote(current?.subject)
      buffer.draw(Paragraph(text, style: .faint), in: inner)
      return
    }
    let view = MarkdownView(current.text, glyphs: glyphs)
    let count = view.rows(width: inner.width).count
    let offset = min(screen.offset, max(count - inner.height, 0))
    let footer =
      count > inner.height ? "\(offset + 1)-\(min(offset + inner.height, count)) of \(count)" : nil
    _ = paintBlock(
      StyledText(title, .title), footer: footer.map { StyledText($0, .faint) },
      isFocused: isFocused, in: layout.text)
    buffer.draw(
      MarkdownView(current.text, scroll: offset, glyphs: glyphs) {
        EntityText.marking(words, in: $0)
      }, in: inner)
  }

  private func emptyNote(_ subject: NoteSubject?) -> String {
    if case .page(Notebook.frontPage)? = subject {
      return "The notebook's own note: what it is about, what was learnt, what comes next. "
        + "\(state.keys.name(of: .edit, in: .notes)) writes it, in Markdown."
    }
    return "The note is empty. \(state.keys.name(of: .edit, in: .notes)) writes it, in Markdown."
  }

  /// More columns than a list has.
  private static let longestPreview = 400

  private mutating func paintNoteList(
    _ rows: [NoteRow], _ current: NoteRow?, _ screen: NotesScreen, in area: Rect
  ) {
    let inner = paintBlock("All notes", isFocused: screen.pane == .list, in: area)
    let selected = rows.firstIndex { $0.subject == current?.subject } ?? 0
    let visible = max(inner.height / 2, 1)
    let first = ListWindow.first(selected: selected, count: rows.count, visible: visible)
    let words = AppState.words(of: screen.search)
    for (line, row) in rows.dropFirst(first).prefix(visible).enumerated() {
      let y = inner.y + 2 * line
      let width = inner.width - 2
      var title = StyledText(row.title, Style(.text, on: nil, .bold))
      if row.hasDraft { title = StyledText("not saved: ", Style(.warning)) + title }
      buffer.write(title, truncatedTo: width, at: inner.x + 1, y)
      // As it reads, without its marks, in one row however long.
      let plain = MarkdownView(row.line, glyphs: glyphs).rows(width: Self.longestPreview).first
      let reading = plain?.spans.map(\.text).joined() ?? row.line
      let preview = StyledText(row.text.isEmpty ? "empty" : reading, .faint)
      if y + 1 < inner.bottom {
        buffer.write(
          EntityText.marking(words, in: preview), truncatedTo: width, at: inner.x + 1, y + 1)
      }
      if first + line == selected {
        let block = Rect(x: inner.x, y: y, width: inner.width, height: 2).intersection(inner)
        buffer.setBackground(
          screen.pane == .list ? .selection : .selectionInactive, in: block)
      }
    }
  }

}

extension NoteEditor {
  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(NoteEditorView.init) { $0.paint(self, in: body) }
  }
}

/// A note while it is written.
struct NoteEditorView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ editor: NoteEditor, in body: Rect) {
    var right = StyledText("saved", .faint)
    if editor.isSaving {
      right = StyledText("saving…", Style(.accent))
    } else if editor.isChanged {
      right = StyledText("not saved, kept as a draft", Style(.warning))
    }
    if state.note(of: editor.subject) != editor.base, !editor.isSaving {
      right = StyledText("changed elsewhere  ", Style(.error)) + right
    }
    paintTitle(
      StyledText(.init("Note  ", .title), .init(state.title(of: editor.subject))), right: right)
    let layout = NoteEditorLayout(body: body, showsPreview: editor.showsPreview)
    if !layout.text.isEmpty {
      let place = editor.document.cursor
      _ = paintBlock(
        StyledText("Markdown", .title),
        footer: StyledText("line \(place.line + 1), column \(place.column + 1)", .faint),
        isFocused: true, in: layout.text)
      buffer.draw(
        TextArea(
          editor.document, isFocused: state.overlay == nil,
          placeholder: "# A heading, **bold**, *emphasis*, - lists, `code`, [links](https://…)",
          style: Self.sourceStyle), in: layout.area)
    }
    guard !layout.preview.isEmpty else { return }
    let inner = paintBlock("As it looks", isFocused: layout.text.isEmpty, in: layout.preview)
      .inset(horizontal: 1, vertical: 0)
    let view = MarkdownView(editor.document.text, glyphs: glyphs)
    // What is being written is what is shown, as far as that can be told from the line.
    let count = view.rows(width: max(inner.width, 1)).count
    let share = Double(editor.document.cursor.line) / Double(max(editor.document.lines.count, 1))
    let offset = min(
      max(Int(share * Double(count)) - inner.height / 2, 0), max(count - inner.height, 0))
    buffer.draw(MarkdownView(editor.document.text, scroll: offset, glyphs: glyphs), in: inner)
  }

  /// How a line of Markdown looks while it is written.
  private static let sourceStyle: @Sendable (String) -> Style = { line in
    let text = line.drop { $0 == " " }
    if text.hasPrefix("#") { return Style(.title, on: nil, .bold) }
    if text.hasPrefix(">") { return .faint }
    if text.hasPrefix("```") { return Style(.keyName) }
    return .text
  }
}

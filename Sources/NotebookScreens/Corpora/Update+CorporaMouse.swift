import TerminalUI

/// Clicks on corpora, encoders and notes.
extension AppState {
  mutating func clickCorpora(
    _ mouse: MouseEvent, _ screen: CorporaScreenState, isDouble: Bool, in body: Rect
  ) -> [Effect] {
    guard let picture = library.pictures[screen.path] else { return [] }
    let count = picture.languages.count
    let layout = CorporaLayout(
      body: body, languageCount: count,
      problemCount: ScreenPainter.complaints(of: picture).count)
    guard let index = Self.row(mouse, in: layout.rows, selected: screen.cursor, count: count) else {
      return []
    }
    var screen = screen
    screen.cursor = index
    stack[stack.count - 1] = .corpora(screen)
    return isDouble ? perform(.open) : []
  }

  mutating func clickEncoders(
    _ mouse: MouseEvent, _ screen: EncodersScreenState, isDouble: Bool, in body: Rect
  ) -> [Effect] {
    let places = listedEncoders
    let layout = EncodersLayout(body: body, screen: screen, count: places.count)
    let selected = places.firstIndex { $0.path == screen.cursor } ?? 0
    guard
      let index = Self.row(mouse, in: layout.rows, selected: selected, count: places.count)
    else { return [] }
    var screen = screen
    (screen.cursor, screen.offset) = (places[index].path, 0)
    stack[stack.count - 1] = .encoders(screen)
    return isDouble ? perform(.enlarge) : []
  }

  mutating func clickSentences(
    _ mouse: MouseEvent, _ screen: SentencesScreenState, isDouble: Bool, in body: Rect
  ) {
    let layout = SentencesLayout(body: body, screen: screen)
    var screen = screen
    if layout.sentences.contains(x: mouse.x, y: mouse.y) {
      screen.pane = .sentences
    } else if layout.counts.contains(x: mouse.x, y: mouse.y) {
      screen.pane = .counts
    } else {
      return
    }
    if isDouble { screen.isEnlarged.toggle() }
    stack[stack.count - 1] = .sentences(screen)
  }

  mutating func clickNotes(
    _ mouse: MouseEvent, _ screen: NotesScreenState, isDouble: Bool, in body: Rect
  ) -> [Effect] {
    let layout = NotesLayout(body: body, isEnlarged: screen.isEnlarged)
    var screen = screen
    if layout.rows.contains(x: mouse.x, y: mouse.y) {
      let rows = noteRows(screen.search)
      let selected = rows.firstIndex { $0.subject == screen.cursor } ?? 0
      let visible = max(layout.rows.height / 2, 1)
      let first = ListWindow.first(selected: selected, count: rows.count, visible: visible)
      let index = first + (mouse.y - layout.rows.y) / 2
      screen.pane = .list
      if rows.indices.contains(index) {
        (screen.cursor, screen.offset) = (rows[index].subject, 0)
      }
    } else if layout.text.contains(x: mouse.x, y: mouse.y) {
      screen.pane = .text
    }
    stack[stack.count - 1] = .notes(screen)
    return isDouble ? perform(.edit) : []
  }

  /// The row of a list that was clicked.
  private static func row(_ mouse: MouseEvent, in rows: Rect, selected: Int, count: Int) -> Int? {
    guard rows.contains(x: mouse.x, y: mouse.y) else { return nil }
    let first = ListWindow.first(selected: selected, count: count, visible: rows.height)
    let index = first + mouse.y - rows.y
    return index < count ? index : nil
  }
}

package import LabNotebook
package import TerminalUI

/// The list of studies to choose from.
package struct StudyListScreen: Screen, Hashable {
  /// The studies; nil before they were looked for.
  package var studies: [StudyFile]?
  package var cursor = 0
  /// The study that is opened at once when it is found.
  package var wanted: String?

  package init(wanted: String? = nil) { self.wanted = wanted }
}

extension StudyListScreen {
  package static let keySections = [KeySection(.studies)]

  package static let keys: [KeyTable.Binding] = [
    bind([.enter], .open, "Open", "Open the study's table.", .studies)
  ]

  package func context(in app: AppState) -> KeyContext { .studies }

  /// Opens the study of the run under the cursor of the list of runs, or the list of studies.
  static func open(in app: inout AppState) -> [Effect] {
    let runs = app.runs
    let name =
      runs.underCursor?.study ?? (runs.grouping == .study ? runs.groupUnderCursor?.name : nil)
    app.stack.open(StudyListScreen(wanted: name.flatMap { $0.isEmpty ? nil : $0 }))
    return [.analyse(.studies)]
  }

  /// Takes the list of studies, and opens the one that was wanted.
  package static func take(_ message: Message, in app: inout AppState) -> [Effect] {
    guard case .studies(let studies) = message else { return [] }
    app.stack.replace(StudyListScreen.self) { list in
      list.wanted.flatMap { wanted in studies.first { $0.name == wanted } }
        .map { StudyScreen(path: $0.path) }
    }
    app.stack.changeAll(StudyListScreen.self) { ($0.studies, $0.wanted) = (studies, nil) }
    return []
  }

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let count = studies?.count ?? 0
    switch action {
    case .up, .pageUp: cursor -= action == .up ? 1 : app.height / 2
    case .down, .pageDown: cursor += action == .down ? 1 : app.height / 2
    case .top: cursor = 0
    case .bottom: cursor = count - 1
    case .open:
      guard let studies, studies.indices.contains(cursor) else { return [] }
      app.stack.open(StudyScreen(path: studies[cursor].path))
    default: return []
    }
    cursor = min(max(cursor, 0), max(count - 1, 0))
    return []
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked { .row(opens: isDouble ? .open : nil) }

  package func paint(on painter: inout ScreenPainter, in body: Rect) {
    painter.draw(StudyListView.init) { $0.paint(self, in: body) }
  }
}

/// The list of studies.
private struct StudyListView: ScreenView {
  var painter: ScreenPainter

  mutating func paint(_ screen: StudyListScreen, in body: Rect) {
    paintTitle("Studies", right: "")
    let inner = paintBlock("Studies", isFocused: true, in: body)
    guard let studies = screen.studies, screen.wanted == nil else {
      buffer.draw(Paragraph("Looking for studies…", style: .faint), in: inner.inset(by: 1))
      return
    }
    guard !studies.isEmpty else {
      let text =
        "There is no study yet: `primer study FILE` queues one and keeps its plan here, and "
        + ":study PATH opens its table."
      buffer.draw(Paragraph(text, style: .faint), in: inner.inset(by: 1))
      return
    }
    let counts = state.runs.records.reduce(into: [String: Int]()) { counts, run in
      if run.deleted == nil { counts[run.study, default: 0] += 1 }
    }
    let rows = studies.map { study in
      let count = counts[study.name] ?? 0
      return [
        StyledText(study.name), StyledText(count == 0 ? "" : "\(count) runs", .faint),
        StyledText(study.path, .faint),
      ]
    }
    let first = ListWindow.first(
      selected: screen.cursor, count: rows.count, visible: max(inner.height - 1, 0))
    buffer.draw(
      Table(
        columns: [
          .init("Study", width: .fraction(0.4)), .init("Runs", width: .fixed(8)),
          .init("File", width: .fill),
        ], rows: rows, selected: screen.cursor, offset: first, glyphs: glyphs), in: inner)
  }
}

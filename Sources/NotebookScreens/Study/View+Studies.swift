import LabNotebook
import TerminalUI

/// The list of studies.
extension ScreenPainter {
  mutating func paintStudies(_ list: StudyListState, in body: Rect) {
    paintTitle("Studies", right: "")
    let inner = paintBlock("Studies", isFocused: true, in: body)
    guard let studies = list.studies, list.wanted == nil else {
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
    let rows = studies.map { study in
      let count = state.runs.records.count { $0.study == study.name && $0.deleted == nil }
      return [
        StyledText(study.name), StyledText(count == 0 ? "" : "\(count) runs", .faint),
        StyledText(study.path, .faint),
      ]
    }
    let first = ListWindow.first(
      selected: list.cursor, count: rows.count, visible: max(inner.height - 1, 0))
    buffer.draw(
      Table(
        columns: [
          .init("Study", width: .fraction(0.4)), .init("Runs", width: .fixed(8)),
          .init("File", width: .fill),
        ], rows: rows, selected: list.cursor, offset: first, glyphs: glyphs), in: inner)
  }
}

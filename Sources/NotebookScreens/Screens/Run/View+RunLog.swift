import LabNotebook
import TerminalUI

/// The pane of the log, with what is searched in it.
extension RunView {
  mutating func paintLog(_ history: RunHistory, _ screen: RunScreen, in area: Rect) {
    let count = history.events.count
    let inner = paintBlock(
      "Log", footer: logFooter(history, screen).map { StyledText($0, .faint) },
      isFocused: screen.pane == .log, in: area
    ).inset(horizontal: 1, vertical: 0)
    guard count > 0 else {
      buffer.draw(Paragraph("No messages yet.", style: .faint), in: inner)
      return
    }
    var end = max(count - min(max(screen.logOffset, 0), max(count - inner.height, 0)), 0)
    // However low the pane is, the match is in it.
    if let match = screen.logMatch.flatMap({ id in history.events.firstIndex { $0.id == id } }) {
      end = min(max(end, match + 1), match + inner.height)
    }
    let shown = history.events[max(end - inner.height, 0)..<end]
    // From the newest up, so that a long line that is wrapped does not hide the newest.
    var lines: [(text: StyledText, isMatch: Bool)] = []
    for logged in shown.reversed() where lines.count < inner.height {
      let line = EventText.line(logged, zone: state.timeZone, glyphs: glyphs)
      let isMatch = logged.id == screen.logMatch
      let rows = screen.isEnlarged ? wrapped(line, to: inner.width) : [line]
      lines += rows.reversed().map { ($0, isMatch) }
    }
    for (row, line) in lines.prefix(inner.height).reversed().enumerated() {
      let y = inner.y + row
      buffer.write(line.text, truncatedTo: inner.width, at: inner.x, y)
      highlight(screen.logSearch, in: Rect(x: inner.x, y: y, width: inner.width, height: 1))
      if line.isMatch {
        buffer.setBackground(
          .selection, in: Rect(x: inner.x, y: y, width: inner.width, height: 1))
      }
    }
  }

  private func logFooter(_ history: RunHistory, _ screen: RunScreen) -> String? {
    let count = history.events.count
    guard !screen.logSearch.isEmpty else {
      return screen.logOffset > 0 ? "\(count - screen.logOffset) of \(count)" : nil
    }
    let matches = history.events(containing: screen.logSearch)
    guard !matches.isEmpty else { return "“\(screen.logSearch)”: no match" }
    let position = screen.logMatch.flatMap { id in
      matches.firstIndex { history.events[$0].id == id }
    }
    let place = position.map { "\($0 + 1) of \(matches.count)" } ?? "\(matches.count) matches"
    let keys = [Action.nextMatch, .previousMatch].map { state.keys.name(of: $0, in: .runLog) }
    return "“\(screen.logSearch)” \(place)  \(keys.joined(separator: " "))"
  }

  /// A line in rows; those after the first are moved in, below the text.
  private func wrapped(_ line: StyledText, to width: Int) -> [StyledText] {
    guard line.width > width, width > 20, let clock = line.spans.first else { return [line] }
    let indent = TextWidth.width(of: clock.text)
    let style = line.spans.last?.style ?? .text
    var rows: [StyledText] = []
    var row = ""
    var used = 0
    for character in line.spans.dropFirst().map(\.text).joined() {
      let next = TextWidth.width(of: character)
      if used + next > width - indent {
        rows.append(StyledText(row, style))
        (row, used) = ("", 0)
      }
      row.append(character)
      used += next
    }
    rows.append(StyledText(row, style))
    let margin = StyledText(String(repeating: " ", count: indent))
    return rows.enumerated().map { index, text in
      (index == 0 ? StyledText(clock.text, clock.style) : margin) + text
    }
  }

  /// Underlines what is searched, where it stands in a row of the screen.
  private mutating func highlight(_ text: String, in row: Rect) {
    let wanted = Array(text.lowercased())
    guard !wanted.isEmpty, row.width >= wanted.count else { return }
    for start in 0...(row.width - wanted.count) {
      let isHere = wanted.indices.allSatisfy { index in
        String(buffer[row.x + start + index, row.y].text).lowercased() == String(wanted[index])
      }
      guard isHere else { continue }
      buffer.setBackground(
        nil, in: Rect(x: row.x + start, y: row.y, width: wanted.count, height: 1),
        adding: [.underline, .bold])
    }
  }
}

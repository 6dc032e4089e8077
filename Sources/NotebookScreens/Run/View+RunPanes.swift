import TerminalUI

/// The list of the run screen's panes, in front of it.
extension ScreenPainter {
  mutating func paintPanes(_ list: PanesState) {
    guard case .run(let screen) = state.stack.last else { return }
    let arrangement = state.arrangement
    let seen = state.runLayout(of: screen, in: frame.body).panes
    let area = frame.body.centered(width: 58, height: arrangement.order.count + 5)
    buffer.fill(area)
    let inner = paintBlock(
      "Panes", footer: StyledText(paneHints), isFocused: true, in: area)
    let parts = inner.rows([.fill, .fixed(1), .fixed(1)])
    let rows = arrangement.order.map { pane in
      let isHidden = arrangement.hidden.contains(pane)
      let mark = isHidden ? (glyphs == .ascii ? "-" : "·") : glyphs == .ascii ? "x" : "✓"
      let note = isHidden ? "hidden" : seen.contains(pane) ? "on the screen" : "no room here"
      return [
        StyledText(mark, Style(isHidden ? .faint : .success)),
        StyledText(pane.title, isHidden ? .faint : .text), StyledText(note, .faint),
      ]
    }
    let table = Table(
      columns: [
        .init("", width: .fixed(1)), .init("", width: .fill), .init("", width: .fixed(13)),
      ], rows: rows, selected: arrangement.order.firstIndex(of: list.cursor), showsHeader: false,
      glyphs: glyphs)
    buffer.draw(table, in: parts[0])
    let text =
      "The first ones have room first. \(state.keys.name(of: .nextPane, in: .run)) goes to those without."
    buffer.write(
      StyledText(text, .faint), truncatedTo: parts[2].width - 2, at: parts[2].x + 1, parts[2].y)
  }

  private var paneHints: String {
    func key(_ action: Action) -> String { state.keys.name(of: action, in: .panes) }
    return "\(key(.mark)) shows or hides  \(key(.paneEarlier)) \(key(.paneLater)) move  "
      + "\(key(.resetPanes)) resets"
  }
}

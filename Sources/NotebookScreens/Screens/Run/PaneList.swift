package import TerminalUI

/// The list of the run screen's panes: which are shown, and in which order.
package struct PaneList: Overlay, Hashable {
  /// The pane under the cursor.
  package var cursor: RunPane

  /// A list with the cursor on a pane.
  package init(cursor: RunPane) { self.cursor = cursor }

  package var context: KeyContext { .panes }

  package mutating func perform(_ action: Action, in app: inout AppState) -> [Effect] {
    let order = app.arrangement.order
    let index = order.firstIndex(of: cursor) ?? 0
    switch action {
    case .cancel: app.overlay = nil
    case .up: cursor = order[max(index - 1, 0)]
    case .down: cursor = order[min(index + 1, order.count - 1)]
    case .mark:
      let effects = app.rearrange { $0.toggle(cursor) }
      if effects.isEmpty { app.say(.warning, "The last pane stays.") }
      // The keys go to a pane that is there.
      let arrangement = app.arrangement
      app.stack.changeTop(RunScreen.self) { screen in
        if arrangement.hidden.contains(screen.pane) {
          screen.pane = arrangement.shown.first ?? .chart
        }
      }
      return effects
    case .paneEarlier: return app.rearrange { $0.move(cursor, by: -1) }
    case .paneLater: return app.rearrange { $0.move(cursor, by: 1) }
    case .resetPanes:
      return app.rearrange { arrangement in
        let fresh = RunArrangement()
        (arrangement.order, arrangement.hidden) = (fresh.order, fresh.hidden)
      }
    default: break
    }
    return []
  }

  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked { .row(opens: isDouble ? .mark : nil) }

  package func paint(on painter: inout ScreenPainter) {
    let (state, glyphs) = (painter.state, painter.glyphs)
    guard let screen = state.stack.top(RunScreen.self) else { return }
    let arrangement = state.arrangement
    let seen = screen.layout(in: state, body: painter.frame.body).panes
    let area = painter.frame.body.centered(width: 58, height: arrangement.order.count + 5)
    painter.buffer.fill(area)
    func key(_ action: Action) -> String { state.keys.name(of: action, in: .panes) }
    let hints =
      "\(key(.mark)) shows or hides  \(key(.paneEarlier)) \(key(.paneLater)) move  "
      + "\(key(.resetPanes)) resets"
    let inner = painter.paintBlock(
      "Panes", footer: StyledText(hints), isFocused: true, in: area)
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
      ], rows: rows, selected: arrangement.order.firstIndex(of: cursor), showsHeader: false,
      glyphs: glyphs)
    painter.buffer.draw(table, in: parts[0])
    let text =
      "The first ones have room first. \(state.keys.name(of: .nextPane, in: .run)) goes to those without."
    painter.buffer.write(
      StyledText(text, .faint), truncatedTo: parts[2].width - 2, at: parts[2].x + 1, parts[2].y)
  }
}

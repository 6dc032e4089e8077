package import TerminalUI

/// The mouse on the probe: a click puts the cursor or chooses a row, the wheel scrolls.
extension ProbeScreen {
  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    let layout = ProbeLayout(body: body, self)
    if layout.textFrame.contains(x: mouse.x, y: mouse.y) {
      pane = .text
      let area = TextArea(document, ordersText: app.ordersText)
      if let place = area.position(atColumn: mouse.x, row: mouse.y, in: layout.text) {
        document.moveCursor(to: place)
      }
    } else if let clicked = layout.tableFrames.first(where: {
      $0.frame.contains(x: mouse.x, y: mouse.y)
    }) {
      if listing != clicked.listing { (listing, row) = (clicked.listing, 0) }
      pane = .entities
      let inner = ProbeLayout.inner(clicked.frame)
      let rows = table.rowCount
      let first = ListWindow.first(selected: row, count: rows, visible: inner.height - 1)
      let place = first + mouse.y - inner.y - 1
      if mouse.y > inner.y, (0..<rows).contains(place) { row = place }
    }
    return .done()
  }

  package mutating func scroll(
    _ mouse: MouseEvent, in body: Rect, app: inout AppState
  ) -> Clicked? {
    let step = mouse.action == .scrollUp ? -1 : 1
    let layout = ProbeLayout(body: body, self)
    if layout.textFrame.contains(x: mouse.x, y: mouse.y) {
      document.moveRows(by: step, width: layout.text.width)
    } else if layout.resultFrames.contains(where: { $0.contains(x: mouse.x, y: mouse.y) }) {
      scroll(byHalfPages: step, in: app)
    } else {
      row = min(max(row + 3 * step, 0), max(table.rowCount - 1, 0))
    }
    return .done()
  }
}

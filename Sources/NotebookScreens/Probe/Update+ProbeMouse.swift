import TerminalUI

/// The mouse on the probe: a click puts the cursor or chooses a row, the wheel scrolls.
extension AppState {
  mutating func clickProbe(_ mouse: MouseEvent, _ screen: ProbeScreenState, in body: Rect) {
    var probe = screen
    let layout = ProbeLayout(body: body, probe)
    if layout.textFrame.contains(x: mouse.x, y: mouse.y) {
      probe.pane = .text
      let area = TextArea(probe.document, ordersText: ordersText)
      if let place = area.position(atColumn: mouse.x, row: mouse.y, in: layout.text) {
        probe.document.moveCursor(to: place)
      }
    } else if let table = layout.tableFrames.first(where: {
      $0.frame.contains(x: mouse.x, y: mouse.y)
    }) {
      if probe.listing != table.listing { (probe.listing, probe.row) = (table.listing, 0) }
      probe.pane = .entities
      let inner = ProbeLayout.inner(table.frame)
      let rows = probe.table.rowCount
      let first = ListWindow.first(selected: probe.row, count: rows, visible: inner.height - 1)
      let row = first + mouse.y - inner.y - 1
      if mouse.y > inner.y, (0..<rows).contains(row) { probe.row = row }
    }
    stack[stack.count - 1] = .probe(probe)
  }

  mutating func wheelProbe(_ mouse: MouseEvent, _ screen: ProbeScreenState, in body: Rect) {
    var probe = screen
    let step = mouse.action == .scrollUp ? -1 : 1
    let layout = ProbeLayout(body: body, probe)
    if layout.textFrame.contains(x: mouse.x, y: mouse.y) {
      probe.document.moveRows(by: step, width: layout.text.width)
    } else if layout.resultFrames.contains(where: { $0.contains(x: mouse.x, y: mouse.y) }) {
      scrollProbe(step, &probe)
    } else {
      probe.row = min(max(probe.row + 3 * step, 0), max(probe.table.rowCount - 1, 0))
    }
    stack[stack.count - 1] = .probe(probe)
  }
}

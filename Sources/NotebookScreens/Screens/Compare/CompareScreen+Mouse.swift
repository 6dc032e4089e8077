package import TerminalUI

/// The mouse on a comparison: a click gives a pane the keys and reads the curves, a double click
/// enlarges, the wheel zooms the curves where the mouse is, and scrolls elsewhere.
extension CompareScreen {
  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    let layout = layout(in: app, body: body)
    let panes = Pane.allCases
    if layout.tabs.contains(x: mouse.x, y: mouse.y) {
      let tabs = Tabs(panes.map(\.title), selected: 0)
      pane = tabs.index(atColumn: mouse.x, in: layout.tabs).map { panes[$0] } ?? pane
    } else if let clicked = layout.pane(atX: mouse.x, y: mouse.y) {
      pane = clicked
      if isDouble {
        isEnlarged.toggle()
      } else if clicked == .curves {
        cursor = place(under: mouse, layout, in: app) ?? cursor
      }
    }
    return .done()
  }

  package mutating func scroll(
    _ mouse: MouseEvent, in body: Rect, app: inout AppState
  ) -> Clicked? {
    let layout = layout(in: app, body: body)
    pane = layout.pane(atX: mouse.x, y: mouse.y) ?? pane
    guard pane == .curves else { return nil }
    if let x = place(under: mouse, layout, in: app) { cursor = x }
    return .action(mouse.action == .scrollUp ? .zoomIn : .zoomOut)
  }

  private func layout(in app: AppState, body: Rect) -> CompareLayout {
    let records = runs.compactMap(app.runs.record)
    let count = ComparedSettings(records, app.histories).lines.count
    return CompareLayout(body: body, screen: self, settingCount: count)
  }

  /// The step of the curves that is under the mouse.
  private func place(
    under mouse: MouseEvent, _ layout: CompareLayout, in app: AppState
  ) -> Double? {
    let curves = CompareCurves(runs, app.histories)
    guard let area = layout.panes[.curves]?.inset(by: 1), let name = curves.shown(series)
    else { return nil }
    return curves.chart(name, self, columns: area.width * 2, glyphs: .braille)
      .x(atColumn: mouse.x, in: area)?.rounded()
  }
}

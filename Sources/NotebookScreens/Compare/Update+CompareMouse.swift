import TerminalUI

/// The mouse on a comparison: a click gives a pane the keys and reads the curves, a double click
/// enlarges, the wheel zooms the curves where the mouse is, and scrolls elsewhere.
extension AppState {
  mutating func clickComparison(
    _ mouse: MouseEvent, _ screen: CompareScreenState, isDouble: Bool, in body: Rect
  ) {
    let layout = compareLayout(screen, in: body)
    var screen = screen
    let panes = CompareScreenState.Pane.allCases
    if layout.tabs.contains(x: mouse.x, y: mouse.y) {
      let tabs = Tabs(panes.map(\.title), selected: 0)
      screen.pane = tabs.index(atColumn: mouse.x, in: layout.tabs).map { panes[$0] } ?? screen.pane
    } else if let pane = layout.pane(atX: mouse.x, y: mouse.y) {
      screen.pane = pane
      if isDouble {
        screen.isEnlarged.toggle()
      } else if pane == .curves {
        screen.cursor = place(under: mouse, screen, layout) ?? screen.cursor
      }
    }
    stack[stack.count - 1] = .compare(screen)
  }

  mutating func wheelComparison(
    _ mouse: MouseEvent, _ screen: CompareScreenState, in body: Rect
  ) -> [Effect] {
    let isUp = mouse.action == .scrollUp
    let layout = compareLayout(screen, in: body)
    var screen = screen
    screen.pane = layout.pane(atX: mouse.x, y: mouse.y) ?? screen.pane
    if screen.pane == .curves, let x = place(under: mouse, screen, layout) { screen.cursor = x }
    stack[stack.count - 1] = .compare(screen)
    if screen.pane == .curves { return perform(isUp ? .zoomIn : .zoomOut) }
    for _ in 0..<3 { _ = perform(isUp ? .up : .down) }
    return []
  }

  private func compareLayout(_ screen: CompareScreenState, in body: Rect) -> CompareLayout {
    let records = screen.runs.compactMap(runs.record)
    let count = ComparedSettings(records, histories).lines.count
    return CompareLayout(body: body, screen: screen, settingCount: count)
  }

  /// The step of the curves that is under the mouse.
  private func place(
    under mouse: MouseEvent, _ screen: CompareScreenState, _ layout: CompareLayout
  ) -> Double? {
    let curves = CompareCurves(screen.runs, histories)
    guard let area = layout.panes[.curves]?.inset(by: 1), let name = curves.shown(screen.series)
    else { return nil }
    return curves.chart(name, screen, columns: area.width * 2, glyphs: .braille)
      .x(atColumn: mouse.x, in: area)?.rounded()
  }
}

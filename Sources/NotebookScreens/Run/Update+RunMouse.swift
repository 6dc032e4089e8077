import TerminalUI

/// The mouse on an opened run: a click gives a pane the keys and reads the chart, a double click
/// enlarges, dragging moves a zoomed chart, the wheel zooms where the mouse is or scrolls.
extension AppState {
  mutating func clickRun(
    _ mouse: MouseEvent, _ screen: RunScreenState, isDouble: Bool, in body: Rect
  ) {
    let layout = runLayout(of: screen, in: body)
    guard let pane = pane(at: mouse, layout) else { return }
    var screen = screen
    screen.pane = pane
    screen.held = nil
    if isDouble {
      screen.isEnlarged.toggle()
    } else if pane.isChart, let x = place(under: mouse, screen, layout) {
      screen.chart.cursor = x
      screen.held = x
    }
    stack[stack.count - 1] = .run(screen)
  }

  mutating func dragRun(_ mouse: MouseEvent, _ screen: RunScreenState, in body: Rect) {
    var screen = screen
    if mouse.action == .release {
      screen.held = nil
    } else if let held = screen.held, let range = screen.chart.range,
      let x = place(under: mouse, screen, runLayout(of: screen, in: body)),
      let extent = runChart(of: screen, pane: screen.activeChart)?.extent
    {
      // What was under the mouse when it was pressed stays under it.
      let width = range.upperBound - range.lowerBound
      screen.chart.show(range.lowerBound + held - x, width: width, within: extent)
    }
    stack[stack.count - 1] = .run(screen)
  }

  mutating func wheelRun(
    _ mouse: MouseEvent, _ screen: RunScreenState, in body: Rect
  ) -> [Effect] {
    let isUp = mouse.action == .scrollUp
    let layout = runLayout(of: screen, in: body)
    var screen = screen
    screen.pane = pane(at: mouse, layout) ?? screen.pane
    stack[stack.count - 1] = .run(screen)
    guard screen.pane.isChart else { return perform(isUp ? .up : .down) }
    guard let chart = runChart(of: screen, pane: screen.pane), let extent = chart.extent,
      let x = place(under: mouse, screen, layout)
    else { return [] }
    screen.chart.zoom(
      by: isUp ? 0.8 : 1.25, around: x, within: extent, isWhole: chart.axis == .step)
    stack[stack.count - 1] = .run(screen)
    return []
  }

  /// The place on the x axis of the active chart that is under the mouse.
  private func place(
    under mouse: MouseEvent, _ screen: RunScreenState, _ layout: RunLayout
  ) -> Double? {
    guard let chart = runChart(of: screen, pane: screen.activeChart) else { return nil }
    let area = layout[screen.activeChart].inset(by: 1)
    guard let x = chart.make(columns: area.width).x(atColumn: mouse.x, in: area) else { return nil }
    return chart.axis == .step && chart.set != .inner ? x.rounded() : x
  }

  private func pane(at mouse: MouseEvent, _ layout: RunLayout) -> RunPane? {
    layout.panes.first { layout[$0].contains(x: mouse.x, y: mouse.y) }
  }
}

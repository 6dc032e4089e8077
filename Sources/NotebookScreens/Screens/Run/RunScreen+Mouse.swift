package import TerminalUI

/// The mouse on an opened run: a click gives a pane the keys and reads the chart, a double click
/// enlarges, dragging moves a zoomed chart, the wheel zooms where the mouse is or scrolls.
extension RunScreen {
  package mutating func click(
    _ mouse: MouseEvent, isDouble: Bool, in body: Rect, app: inout AppState
  ) -> Clicked {
    let layout = layout(in: app, body: body)
    guard let pane = Self.pane(at: mouse, layout) else { return .done() }
    self.pane = pane
    held = nil
    if isDouble {
      isEnlarged.toggle()
    } else if pane.isChart, let x = place(under: mouse, layout, in: app) {
      chart.cursor = x
      held = x
    }
    return .done()
  }

  package mutating func drag(_ mouse: MouseEvent, in body: Rect, app: inout AppState) {
    if mouse.action == .release {
      held = nil
    } else if let held, let range = chart.range,
      let x = place(under: mouse, layout(in: app, body: body), in: app),
      let extent = chart(of: activeChart, in: app)?.extent
    {
      // What was under the mouse when it was pressed stays under it.
      let width = range.upperBound - range.lowerBound
      chart.show(range.lowerBound + held - x, width: width, within: extent)
    }
  }

  package mutating func scroll(
    _ mouse: MouseEvent, in body: Rect, app: inout AppState
  ) -> Clicked? {
    let isUp = mouse.action == .scrollUp
    let layout = layout(in: app, body: body)
    pane = Self.pane(at: mouse, layout) ?? pane
    guard pane.isChart else { return .action(isUp ? .up : .down) }
    guard let shown = chart(of: pane, in: app), let extent = shown.extent,
      let x = place(under: mouse, layout, in: app)
    else { return .done() }
    chart.zoom(by: isUp ? 0.8 : 1.25, around: x, within: extent, isWhole: shown.axis == .step)
    return .done()
  }

  /// The place on the x axis of the active chart that is under the mouse.
  private func place(
    under mouse: MouseEvent, _ layout: RunLayout, in app: AppState
  ) -> Double? {
    guard let shown = chart(of: activeChart, in: app) else { return nil }
    let area = layout[activeChart].inset(by: 1)
    guard let x = shown.make(columns: area.width).x(atColumn: mouse.x, in: area) else { return nil }
    return shown.axis == .step && shown.set != .inner ? x.rounded() : x
  }

  private static func pane(at mouse: MouseEvent, _ layout: RunLayout) -> RunPane? {
    layout.panes.first { layout[$0].contains(x: mouse.x, y: mouse.y) }
  }
}

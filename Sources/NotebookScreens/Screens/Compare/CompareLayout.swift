import TerminalUI

/// Where the parts of a comparison stand; an empty area is not shown.
struct CompareLayout {
  private static let nothing = Rect(x: 0, y: 0, width: 0, height: 0)

  /// The list of the runs.
  private(set) var runs = nothing
  /// The names of the panes, where only one of them is shown.
  private(set) var tabs = nothing
  private(set) var panes: [CompareScreen.Pane: Rect] = [:]

  /// All panes side by side from 126 columns and 34 rows on, else one at a time.
  init(body: Rect, screen: CompareScreen, settingCount: Int) {
    let count = screen.runs.count
    if screen.isEnlarged {
      panes[screen.pane] = body
      return
    }
    guard body.width >= 126, body.height >= 34 else {
      let parts = body.rows([.fixed(count), .fixed(1), .fill])
      (runs, tabs) = (parts[0], parts[1])
      panes[screen.pane] = parts[2]
      return
    }
    let halves = body.columns([.fill, .fill])
    let left = halves[0].rows([.fixed(count + 2), .fraction(0.38), .fill])
    runs = left[0]
    panes[.curves] = left[1]
    panes[.sentences] = left[2]
    let settings = min(max(settingCount, 1) + 3, body.height / 3)
    let right = halves[1].rows([.fill, .fixed(settings)])
    panes[.scores] = right[0]
    panes[.settings] = right[1]
  }

  /// The pane at a cell, for the mouse.
  func pane(atX x: Int, y: Int) -> CompareScreen.Pane? {
    panes.first { $0.value.contains(x: x, y: y) }?.key
  }
}

import TerminalUI

/// Where the parts of the probe stand: the text above, what each run finds in it (side by side where
/// there is room), and the table below.
struct ProbeLayout {
  /// The frames, and what they enclose.
  let textFrame, text: Rect
  let resultFrames, results: [Rect]
  /// The frame of the listing that has the keys, and that of the other where both are shown.
  let tableFrames: [(listing: ProbeScreen.Listing, frame: Rect)]
  let table: Rect

  init(_ state: AppState, _ probe: ProbeScreen) {
    self.init(body: ScreenFrame(width: state.width, height: state.height).body, probe)
  }

  init(body: Rect, _ probe: ProbeScreen) {
    let isWide = body.width >= 120
    let rows = probe.rowCount(width: Self.inner(body).width)
    let textHeight = min(max(rows, 1), max(body.height / 4, 1)) + 2
    let left = max(body.height - textHeight, 0)
    let count = probe.slots.count
    let isStacked = count > 1 && !isWide
    // As much as the text needs with its marks, but for the table's share.
    let width = Self.inner(body).width / (isWide ? count : 1)
    let wanted = (probe.rowCount(width: width) * 5 / 4 + 4) * (isStacked ? count : 1)
    let most = isStacked ? max(left * 3 / 5, min(left, 6)) : max(left / 2, min(left, 3))
    var resultHeight = min(max(wanted, left / 3), most)
    // In a low terminal what has the keys goes before a table without a row, or text without one.
    if left - resultHeight < 4 || (isStacked && resultHeight < 8) {
      resultHeight = probe.pane == .text ? left : 0
    }
    let parts = body.rows([.fixed(textHeight), .fixed(resultHeight), .fill])
    textFrame = parts[0]
    text = Self.inner(parts[0])
    let shares = Array(repeating: Constraint.fill, count: count)
    resultFrames = isStacked ? parts[1].rows(shares) : parts[1].columns(shares)
    results = resultFrames.map(Self.inner)
    if isWide {
      let halves = parts[2].columns([.fill, .fill])
      tableFrames = [(.entities, halves[0]), (.words, halves[1])]
    } else {
      tableFrames = [(probe.listing, parts[2])]
    }
    table = Self.inner(tableFrames.first { $0.listing == probe.listing }?.frame ?? parts[2])
  }

  static func inner(_ frame: Rect) -> Rect {
    frame.inset(by: 1).inset(horizontal: 1, vertical: 0)
  }
}

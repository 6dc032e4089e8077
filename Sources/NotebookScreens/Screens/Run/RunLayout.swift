import TerminalUI

/// Where the panes of the run screen stand.
///
/// The arrangement is a list; here each place in it gets room, as far as there is any. In a narrow
/// terminal panes stand in pairs with the fifth across the bottom, in a wide one in three columns:
///
///     1  2        1      2  3
///     3  4        6  9   4  8
///      5          5      7  10
struct RunLayout {
  /// The area of each pane that is on the screen.
  private(set) var areas: [RunPane: Rect] = [:]
  /// The panes on the screen, in the arrangement's order.
  private(set) var panes: [RunPane] = []

  private let wishes: (RunPane) -> Int

  /// - Parameter scoreRows: The lines of the pane of scores.
  init(
    body: Rect, screen: RunScreen, arrangement: RunArrangement, scoreRows: Int,
    typeRows: Int = 4
  ) {
    wishes = { Self.wish(of: $0, scoreRows: scoreRows, typeRows: typeRows) }
    if screen.isEnlarged {
      panes = [screen.pane]
      areas = [screen.pane: body]
      return
    }
    let isWide = body.width >= 150 && body.height >= 30
    panes = arrangement.shown
    let room = isWide ? 10 : Self.narrowPlaces(body.height)
    if panes.count > room {
      let missing = panes[room...]
      panes = Array(panes[..<room])
      // A pane with the keys is always seen: it takes the place of one like it.
      if missing.contains(screen.pane) {
        let place = panes.firstIndex(of: screen.pane.understudy) ?? panes.count - 1
        panes[place] = screen.pane
      }
    }
    if isWide { arrangeWide(body) } else { arrangeNarrow(body) }
    areas = areas.filter { $0.value.height >= 3 && $0.value.width >= 10 }
    panes = panes.filter { areas[$0] != nil }
  }

  /// The area of a pane; empty when it is not on the screen.
  subscript(pane: RunPane) -> Rect { areas[pane] ?? Rect(x: 0, y: 0, width: 0, height: 0) }

  private static func narrowPlaces(_ height: Int) -> Int {
    height >= 52 ? 9 : height >= 34 ? 7 : 5
  }

  /// How many rows a pane would like to have; charts take what is left.
  private static func wish(of pane: RunPane, scoreRows: Int, typeRows: Int) -> Int {
    switch pane {
    case .progress: 9
    case .measured: 12
    case .scores: scoreRows + 2
    case .types: typeRows + 3
    case .settings: 16
    case .log: 8
    case .chart, .secondChart, .scoreCurves, .inner: 12
    }
  }

  // MARK: Narrow

  private mutating func arrangeNarrow(_ body: Rect) {
    let places = panes
    var rows: [[RunPane]] = []
    for (first, second) in [(0, 1), (2, 3), (5, 6), (7, 8)] {
      let row = [first, second].filter(places.indices.contains).map { places[$0] }
      if !row.isEmpty { rows.append(row) }
    }
    var rest = body
    if places.count > 4 {
      let wanted = body.height >= 30 ? body.height / 5 : min(4, max(body.height - 14, 3))
      let parts = body.rows([.fill, .fixed(wanted)])
      (rest, areas[places[4]]) = (parts[0], parts[1])
    }
    let heights = narrowHeights(rows, total: rest.height)
    for (row, area) in zip(rows, rest.rows(heights.map { .fixed($0) })) {
      guard row.count > 1 else {
        areas[row[0]] = area
        continue
      }
      let side = min(max(body.width * 2 / 5, 30), 46)
      let parts = area.columns([.fill, .fixed(side)])
      (areas[row[0]], areas[row[1]]) = (parts[0], parts[1])
    }
  }

  /// The first row has what the others leave; each of them has what it needs, but not too much.
  private func narrowHeights(_ rows: [[RunPane]], total: Int) -> [Int] {
    guard rows.count > 1 else { return rows.map { _ in total } }
    var heights = [total]
    for row in rows.dropFirst() {
      let wanted = max(row.map(wishes).max() ?? 7, 7)
      let share = max(total * 2 / (2 * rows.count + 1), 7)
      let height = min(wanted, share, total / rows.count)
      heights.append(height)
      heights[0] -= height
    }
    return heights
  }

  // MARK: Wide

  private mutating func arrangeWide(_ body: Rect) {
    func present(_ places: [Int]) -> [RunPane] {
      places.filter(panes.indices.contains).map { panes[$0] }
    }
    let right = present([2, 7, 9])
    let middle = present([1, 3, 6])
    let left = present([0])
    let below = present([5, 8])
    let columns = body.columns([
      .fill, .fixed(right.isEmpty ? 0 : min(body.width * 3 / 10, 64)),
    ])
    var main = columns[0]
    if let bottom = present([4]).first {
      let parts = main.rows([.fill, .fixed(max(body.height / 5, 6))])
      (main, areas[bottom]) = (parts[0], parts[1])
    }
    let halves = main.columns([.fill, .fixed(middle.isEmpty ? 0 : 44)])
    let charts = halves[0].rows([.fill, .fraction(below.isEmpty ? 0 : left.isEmpty ? 1 : 0.4)])
    if let chart = left.first { areas[chart] = charts[0] }
    for (pane, area) in zip(below, charts[1].columns(below.map { _ in .fill })) {
      areas[pane] = area
    }
    stack(middle, in: halves[1])
    stack(right, in: columns[1])
  }

  /// Panes one below the other, each as high as it likes; the charts, or else the last one, share
  /// what is left.
  private mutating func stack(_ column: [RunPane], in area: Rect) {
    let charts = column.filter(\.isChart)
    let growing = charts.isEmpty ? Array(column.suffix(1)) : charts
    let fixed = column.filter { !growing.contains($0) }
    let room = area.height - growing.count * 8
    let wanted = fixed.reduce(0) { $0 + wishes($1) }
    let constraints = column.map { pane -> Constraint in
      guard !growing.contains(pane) else { return .fill }
      guard wanted > max(room, 0), wanted > 0 else { return .fixed(wishes(pane)) }
      return .fixed(max(room, 0) * wishes(pane) / wanted)
    }
    for (pane, part) in zip(column, area.rows(constraints)) { areas[pane] = part }
  }
}

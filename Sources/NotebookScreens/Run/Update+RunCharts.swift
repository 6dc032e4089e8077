import LabNotebook
import TerminalUI

/// Actions on the charts of an opened run.
extension AppState {
  /// Carries an action on the active chart out.
  mutating func performOnChart(_ action: Action, _ screen: inout RunScreenState) -> [Effect] {
    guard let chart = runChart(of: screen, pane: screen.activeChart) else { return [] }
    if let index = action.seriesIndex {
      toggleSeries(index, of: chart, in: &screen)
      return []
    }
    switch action {
    case .smooth: return smooth(arrangement.smoothing.next, chart.set)
    case .xAxis: return count(arrangement.axis.next, &screen, chart)
    case .curves, .previousCurves:
      let available = catalog(of: chart.run).available
      let index = available.firstIndex(of: chart.set) ?? -1
      guard !available.isEmpty else { return [] }
      let step = action == .curves ? 1 : available.count - 1
      var look = ChartState()
      look.chosen = available[(max(index, 0) + step) % available.count]
      look.hidden = chart.look.hidden
      look.isLogarithmic = chart.look.isLogarithmic
      screen.chart = look
    case .logScale: screen.chart.isLogarithmic.toggle()
    case .fit: (screen.chart.range, screen.chart.cursor) = (nil, nil)
    case .exportChart:
      overlay = .prompt(Prompt(.exportPath(screen.id), text: "\(chart.fileName).svg"))
    default:
      guard let extent = chart.extent else { return [] }
      let places = RunMarks(chart, curves: chart.shownCurves).places
      let before = screen.chart
      defer {
        if before == screen.chart, action == .nextMark || action == .previousMark {
          say(.information, "No event further on is marked on this chart.")
        }
      }
      screen.chart.move(action, within: extent, events: places, isWhole: chart.axis == .step)
    }
    return []
  }

  private func toggleSeries(_ index: Int, of chart: RunChart, in screen: inout RunScreenState) {
    let curves = catalog(of: chart.run).curves(of: chart.set, hidden: chart.look.hidden)
    guard curves.indices.contains(index) else { return }
    let key = curves[index].series
    if screen.chart.hidden.remove(key) == nil { screen.chart.hidden.insert(key) }
  }

  /// Smooths the curves as asked, and says what that does where it cannot be seen.
  mutating func smooth(_ smoothing: Smoothing, _ set: RunCurves?) -> [Effect] {
    let effects = rearrange { $0.smoothing = smoothing }
    let seen = set?.isSmoothed == false ? " (losses and gradient norms; not these curves)" : ""
    switch smoothing {
    case .off: say(.information, "Smoothing is off: curves are drawn as measured.")
    case .automatic: say(.information, "Smoothing follows the length of a series\(seen).")
    case .weight(let weight):
      say(
        .information,
        "Smoothing: an exponential moving average of weight \(SettingText.number(weight))\(seen).")
    }
    return effects
  }

  /// Puts something else on the x axis, and shows all of every chart.
  private mutating func count(
    _ axis: RunArrangement.Axis, _ screen: inout RunScreenState, _ chart: RunChart
  ) -> [Effect] {
    screen.fitAll()
    switch axis {
    case .step: say(.information, "Along the x axis: steps.")
    case .epoch:
      say(
        .information,
        chart.set.isOfTuning
          ? "Along the x axis: epochs."
          : "Along the x axis: epochs of tuning; \(chart.set.title) has none, and keeps steps.")
    case .time: say(.information, "Along the x axis: wall time since the run began.")
    }
    return rearrange { $0.axis = axis }
  }

  /// Puts something else on the x axis, by name.
  mutating func count(named name: String) -> [Effect] {
    guard let axis = RunArrangement.Axis(rawValue: name) else {
      say(.error, "There is no x axis \(name); there are step, epoch and time.")
      return []
    }
    guard case .run(var screen) = stack.last,
      let chart = runChart(of: screen, pane: screen.activeChart)
    else {
      say(.warning, "Open a run first.")
      return []
    }
    let effects = count(axis, &screen, chart)
    stack[stack.count - 1] = .run(screen)
    return effects
  }

  /// Writes the active chart to a file: as SVG when its name says so, else as text.
  mutating func exportChart(to path: String, overwrites: Bool) -> [Effect] {
    guard case .run(let screen) = stack.last,
      let chart = runChart(of: screen, pane: screen.activeChart)
    else {
      say(.warning, "Open a run first: :export-chart writes the chart that is shown.")
      return []
    }
    let isPicture = path.lowercased().hasSuffix(".svg")
    let text =
      isPicture
      ? chart.make(columns: 800).svg(title: chart.title)
      : "\(chart.title)\n\n" + chart.make(columns: width).text(columns: width, rows: height - 4)
    return [.notebook(.export(text, path: path, overwrites: overwrites))]
  }

  // MARK: What is on the screen

  /// The chart of a pane, as it is looked at; nil when it shows none.
  func runChart(
    of screen: RunScreenState, pane: RunPane, glyphs: Glyphs = .braille
  ) -> RunChart? {
    guard let run = runs.record(screen.id) else { return nil }
    let catalog = catalog(of: run)
    let panes = RunPane.allCases.filter { $0.isChart }
    guard let set = catalog.sets(for: screen, among: panes)[pane] else { return nil }
    return RunChart(
      set: set, run: run, history: histories[run.id] ?? RunHistory(), look: screen[chart: pane],
      arrangement: arrangement, isNumbered: pane == screen.activeChart, glyphs: glyphs)
  }

  private func catalog(of run: RunRecord) -> CurveCatalog {
    CurveCatalog(
      run: run, history: histories[run.id] ?? RunHistory(), axis: arrangement.axis)
  }

  /// Where the panes of a run stand.
  func runLayout(of screen: RunScreenState, in body: Rect) -> RunLayout {
    let history = histories[screen.id] ?? RunHistory()
    let scores = runs.record(screen.id).map { ScoreRows(run: $0, history: history).lines.count }
    return RunLayout(
      body: body, screen: screen, arrangement: arrangement, scoreRows: scores ?? 0,
      typeRows: TypeRows(history: history).rows.count)
  }
}

extension ChartState {
  /// Zooms, pans, or moves the cursor, never beyond what was measured.
  mutating func move(
    _ action: Action, within extent: ClosedRange<Double>, events: [Double], isWhole: Bool
  ) {
    let shown = range ?? extent
    let width = shown.upperBound - shown.lowerBound
    switch action {
    case .zoomIn, .zoomOut:
      zoom(
        by: action == .zoomIn ? 0.5 : 2,
        around: cursor ?? (shown.lowerBound + shown.upperBound) / 2, within: extent,
        isWhole: isWhole)
    case .panLeft where range != nil:
      show(shown.lowerBound - width / 4, width: width, within: extent)
    case .panRight where range != nil:
      show(shown.lowerBound + width / 4, width: width, within: extent)
    case .left, .right:
      let step = isWhole ? max((width / 60).rounded(), 1) : width / 60
      let start = cursor ?? (action == .left ? shown.upperBound + step : shown.lowerBound - step)
      let moved = start + (action == .left ? -step : step)
      cursor = min(max(moved, shown.lowerBound), shown.upperBound)
    case .top: cursor = shown.lowerBound
    case .bottom: cursor = shown.upperBound
    case .nextMark, .previousMark:
      let inside = events.filter(extent.contains)
      let place =
        action == .nextMark
        ? inside.first { $0 > (cursor ?? -.infinity) }
        : inside.last { $0 < (cursor ?? .infinity) }
      guard let place else { return }
      cursor = place
      if !shown.contains(place) { show(place - width / 2, width: width, within: extent) }
    default: break
    }
  }

  /// Zooms so that a place stays where it is.
  mutating func zoom(
    by factor: Double, around place: Double, within extent: ClosedRange<Double>, isWhole: Bool
  ) {
    let shown = range ?? extent
    let width = shown.upperBound - shown.lowerBound
    let smallest = isWhole ? 1 : (extent.upperBound - extent.lowerBound) / 1e5
    let newWidth = max(width * factor, smallest)
    let share = width > 0 ? (place - shown.lowerBound) / width : 0.5
    show(place - newWidth * share, width: newWidth, within: extent)
  }

  /// Shows a part of what was measured; all of it when the part would be as large.
  mutating func show(_ start: Double, width: Double, within extent: ClosedRange<Double>) {
    let whole = extent.upperBound - extent.lowerBound
    guard width < whole else {
      range = nil
      return
    }
    let low = min(max(start, extent.lowerBound), extent.upperBound - width)
    range = low...(low + width)
    if let cursor { self.cursor = min(max(cursor, low), low + width) }
  }
}

extension RunChart {
  /// The curves that are drawn.
  var shownCurves: [Curve] {
    CurveCatalog(run: run, history: history, axis: arrangement.axis)
      .curves(of: set, hidden: look.hidden).filter(\.isShown)
  }

  /// What it is called outside of the screen.
  var title: String { "#\(run.id) \(run.name): \(set.title)" }

  /// The name of a file for it: `run-7-loss`.
  var fileName: String { "run-\(run.id)-\(set.rawValue)" }
}

import Experiments
import LabNotebook
import TerminalUI

/// Actions on the charts of an opened run.
extension RunScreen {
  /// Carries an action on the active chart out.
  mutating func performOnChart(_ action: Action, in app: inout AppState) -> [Effect] {
    guard let shown = chart(of: activeChart, in: app) else { return [] }
    if let index = action.seriesIndex {
      toggleSeries(index, of: shown, in: app)
      return []
    }
    switch action {
    case .smooth: return Self.smooth(app.arrangement.smoothing.next, shown.set, in: &app)
    case .xAxis: return count(app.arrangement.axis.next, shown, in: &app)
    case .curves, .previousCurves:
      let available = app.catalog(of: shown.run).available
      let index = available.firstIndex(of: shown.set) ?? -1
      guard !available.isEmpty else { return [] }
      let step = action == .curves ? 1 : available.count - 1
      var look = ChartState()
      look.chosen = available[(max(index, 0) + step) % available.count]
      look.hidden = shown.look.hidden
      look.isLogarithmic = shown.look.isLogarithmic
      chart = look
    case .logScale: chart.isLogarithmic.toggle()
    case .fit: (chart.range, chart.cursor) = (nil, nil)
    case .exportChart:
      app.overlay = Prompt(ChartExportPrompt(run: id), text: "\(shown.fileName).svg")
    default:
      guard let extent = shown.extent else { return [] }
      let places = RunMarks(shown, curves: shown.shownCurves).places
      let before = chart
      chart.move(action, within: extent, events: places, isWhole: shown.axis == .step)
      if before == chart, action == .nextMark || action == .previousMark {
        app.say(.information, "No event further on is marked on this chart.")
      }
    }
    return []
  }

  private mutating func toggleSeries(_ index: Int, of shown: RunChart, in app: AppState) {
    let curves = app.catalog(of: shown.run).curves(of: shown.set, hidden: shown.look.hidden)
    guard curves.indices.contains(index) else { return }
    let key = curves[index].series
    if chart.hidden.remove(key) == nil { chart.hidden.insert(key) }
  }

  /// Smooths the curves as asked, and says what that does where it cannot be seen.
  static func smooth(
    _ smoothing: Smoothing, _ set: RunCurves?, in app: inout AppState
  ) -> [Effect] {
    let effects = app.rearrange { $0.smoothing = smoothing }
    let seen = set?.isSmoothed == false ? " (losses and gradient norms; not these curves)" : ""
    switch smoothing {
    case .off: app.say(.information, "Smoothing is off: curves are drawn as measured.")
    case .automatic: app.say(.information, "Smoothing follows the length of a series\(seen).")
    case .weight(let weight):
      app.say(
        .information,
        "Smoothing: an exponential moving average of weight \(SettingText.number(weight))\(seen).")
    }
    return effects
  }

  /// Puts something else on the x axis, and shows all of every chart.
  mutating func count(
    _ axis: RunArrangement.Axis, _ shown: RunChart, in app: inout AppState
  ) -> [Effect] {
    fitAll()
    switch axis {
    case .step: app.say(.information, "Along the x axis: steps.")
    case .epoch:
      app.say(
        .information,
        shown.set.isOfTuning
          ? "Along the x axis: epochs."
          : "Along the x axis: epochs of tuning; \(shown.set.title) has none, and keeps steps.")
    case .time: app.say(.information, "Along the x axis: wall time since the run began.")
    }
    return app.rearrange { $0.axis = axis }
  }

  /// Writes the active chart to a file: as SVG when its name says so, else as text.
  static func exportChart(
    to path: String, overwrites: Bool, in app: inout AppState
  ) -> [Effect] {
    guard let screen = app.stack.top(RunScreen.self),
      let shown = screen.chart(of: screen.activeChart, in: app)
    else {
      app.say(.warning, "Open a run first: :export-chart writes the chart that is shown.")
      return []
    }
    let isPicture = path.lowercased().hasSuffix(".svg")
    let text =
      isPicture
      ? shown.make(columns: 800).svg(title: shown.title)
      : "\(shown.title)\n\n"
        + shown.make(columns: app.width).text(columns: app.width, rows: app.height - 4)
    return [.notebook(.export(text, path: path, overwrites: overwrites))]
  }

  // MARK: What is on the screen

  /// The chart of a pane, as it is looked at; nil when it shows none.
  func chart(of pane: RunPane, in app: AppState, glyphs: Glyphs = .braille) -> RunChart? {
    guard let run = app.runs.record(id) else { return nil }
    let panes = RunPane.allCases.filter { $0.isChart }
    guard let set = app.catalog(of: run).sets(for: self, among: panes)[pane] else { return nil }
    return RunChart(
      set: set, run: run, history: app.histories[run.id] ?? RunHistory(), look: self[chart: pane],
      arrangement: app.arrangement, isNumbered: pane == activeChart, glyphs: glyphs)
  }

  /// Where the panes stand.
  func layout(in app: AppState, body: Rect) -> RunLayout {
    let history = app.histories[id] ?? RunHistory()
    let scores = app.runs.record(id).map { ScoreRows(run: $0, history: history).lines.count }
    return RunLayout(
      body: body, screen: self, arrangement: app.arrangement, scoreRows: scores ?? 0,
      typeRows: TypeRows(history: history).rows.count)
  }
}

extension AppState {
  /// Which curves a run has.
  fileprivate func catalog(of run: RunRecord) -> CurveCatalog {
    CurveCatalog(
      run: run, history: histories[run.id] ?? RunHistory(), axis: arrangement.axis)
  }
}

/// Where a chart is written to.
struct ChartExportPrompt: PromptKind {
  let run: RunID
  let label = "Write the chart to (.svg or .txt):"

  func accept(_ path: String, original: String, in app: inout AppState) -> [Effect] {
    path.isEmpty ? [] : RunScreen.exportChart(to: path, overwrites: false, in: &app)
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

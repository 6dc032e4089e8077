import Experiments
import LabNotebook
import TerminalUI

/// One chart of a run, made from the state for one frame.
struct RunChart {
  let set: RunCurves
  let run: RunRecord
  let history: RunHistory
  let look: ChartState
  let arrangement: RunArrangement
  /// Whether the keys 1 to 8 are about this chart: then its curves are numbered.
  let isNumbered: Bool
  let glyphs: Glyphs

  /// How many tasks the chart of the inner loop averages over, at most.
  static let profiledTasks = 32

  private var catalog: CurveCatalog {
    CurveCatalog(run: run, history: history, axis: arrangement.axis)
  }

  /// What the x axis is, for this set of curves.
  var axis: RunArrangement.Axis { catalog.axis(of: set) }

  /// What all that is shown spans.
  var extent: ClosedRange<Double>? { catalog.extent(of: set, hidden: look.hidden) }

  /// The chart for a space of so many columns.
  func make(columns: Int) -> LineChart {
    let curves = catalog.curves(of: set, hidden: look.hidden)
    let range = (look.range ?? extent).map(widened)
    let marks = RunMarks(self, curves: curves.filter(\.isShown))
    return LineChart(
      set == .inner
        ? innerSeries
        : set == .languageInner ? languageSeries(curves) : series(curves, range, columns),
      xRange: range,
      yScale: look.isLogarithmic ? .logarithmic : .linear, xLabel: xLabel, xUnit: xUnit,
      marks: range.map { marks.marks(in: $0, columns: columns) } ?? [], cursor: look.cursor,
      notes: range.map { marks.notes(at: look.cursor, in: $0, columns: columns) } ?? [],
      absence: catalog.absence(of: set, hidden: look.hidden), glyphs: glyphs)
  }

  private var xLabel: String {
    switch axis {
    case .step: set.stepName
    case .epoch: "epoch"
    case .time: "wall time"
    }
  }

  private var xUnit: ChartUnit {
    switch axis {
    case .step: .wholeNumber
    case .epoch: .number
    case .time: .seconds
    }
  }

  private func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    range.lowerBound < range.upperBound ? range : (range.lowerBound - 1)...(range.upperBound + 1)
  }

  // MARK: Curves

  private func series(
    _ curves: [Curve], _ range: ClosedRange<Double>?, _ columns: Int
  ) -> [LineChart.Series] {
    guard let range else { return [] }
    return curves.enumerated().compactMap { index, curve in
      guard curve.isShown, let values = history.series[curve.series] else { return nil }
      let measured = points(of: values, curve, range, columns)
      var series = LineChart.Series(
        name: isNumbered ? "\(index + 1) \(curve.label)" : curve.label, points: measured,
        role: curve.role, marker: .series(index))
      if let smooth = smooth(curve, range, columns) {
        series.points = smooth
        series.raw = measured
      }
      series.gaps = values.gaps(on: curve.axis, idle: history.timeline.idle)
      series.hasSymbols = set == .f1
      return series
    }
  }

  private var factor: Double { self.set == .f1 ? 100 : 1 }

  // The value under the cursor is among the points, whatever the reduction left out: what is read
  // out was measured at that very place.
  private func points(
    of values: SeriesHistory, _ curve: Curve, _ range: ClosedRange<Double>, _ columns: Int
  ) -> [LineChart.Point] {
    var points = values.reduced(to: range, columns: columns * 2, on: curve.axis)
      .map { LineChart.Point(x: $0.x, y: $0.y * factor) }
    guard let cursor = look.cursor, let exact = values.value(atOrBefore: cursor, on: curve.axis)
    else { return points }
    let index = points.firstIndex { $0.x >= exact.x } ?? points.count
    points.insert(.init(x: exact.x, y: exact.value * factor), at: index)
    return points
  }

  private func smooth(
    _ curve: Curve, _ range: ClosedRange<Double>, _ columns: Int
  ) -> [LineChart.Point]? {
    guard set.isSmoothed, arrangement.smoothing != .off,
      let values = history.series[curve.series], !values.smoothed.isEmpty
    else { return nil }
    return values.reduced(to: range, columns: columns * 2, on: curve.axis, smoothed: true)
      .map { LineChart.Point(x: $0.x, y: $0.y) }
  }

  // MARK: Within the task

  /// The mean losses before each inner step, of the newest tasks and of the first ones, and the
  /// query loss after the last one.
  private var innerSeries: [LineChart.Series] {
    let steps = history.inner.stepsPerTask
    let all = (history.series[.innerLoss]?.count ?? 0) / steps
    let count = min(Self.profiledTasks, max(all / 2, 1))
    guard let newest = history.innerProfile(tasks: count, newest: true) else { return [] }
    var result = [line("last \(newest.taskCount) tasks", newest, .innerLoss, .solid)]
    if all > 1, let first = history.innerProfile(tasks: count, newest: false) {
      result.append(line("first \(first.taskCount) tasks", first, .series(3), .dashed))
    }
    if let query = queryLoss(tasks: count) {
      var series = LineChart.Series(
        name: "query", points: [.init(x: Double(steps), y: query)], role: .outerLoss,
        marker: .dashDotted)
      series.hasSymbols = true
      result.append(series)
    }
    return result
  }

  /// The same of each language: its newest tasks, and its first ones dashed.
  private func languageSeries(_ curves: [Curve]) -> [LineChart.Series] {
    curves.enumerated().flatMap { index, curve -> [LineChart.Series] in
      guard curve.isShown, let language = curve.language,
        let newest = history.innerProfile(
          tasks: Self.profiledTasks, newest: true, language: language)
      else { return [] }
      let name = isNumbered ? "\(index + 1) \(language)" : language
      var lines = [line(name, newest, curve.role, .solid)]
      if let first = history.innerProfile(
        tasks: Self.profiledTasks, newest: false, language: language), first != newest
      {
        lines.append(
          line("\(language) first \(first.taskCount)", first, curve.role, .dashed))
      }
      return lines
    }
  }

  private func line(
    _ name: String, _ profile: InnerProfile, _ role: Role, _ marker: LineMarker
  ) -> LineChart.Series {
    let points = profile.losses.enumerated().map { LineChart.Point(x: Double($0), y: $1) }
    var series = LineChart.Series(name: name, points: points, role: role, marker: marker)
    series.hasSymbols = points.count <= 12
    return series
  }

  /// The mean of the newest outer losses, where these are query losses after the last inner step.
  private func queryLoss(tasks: Int) -> Double? {
    guard !run.isPretraining, run.experiment[Settings.primingMethod] == .maml,
      run.experiment[Settings.outerLosses] == .last,
      let outer = history.series[.outerLoss], !outer.isEmpty
    else { return nil }
    let steps = (tasks + history.inner.tasksPerStep - 1) / history.inner.tasksPerStep
    let newest = outer.recent(max(steps, 1))
    return newest.reduce(0, +) / Double(newest.count)
  }
}

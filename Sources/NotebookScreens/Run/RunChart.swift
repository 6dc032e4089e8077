import LabNotebook
import TerminalUI

/// The chart of a set of curves, made from the state for one frame.
enum RunChart {
  /// The chart for a space of so many columns.
  static func make(
    _ set: RunScreenState.Curves, run: RunRecord, history: RunHistory, screen: RunScreenState,
    columns: Int, isMain: Bool, glyphs: Glyphs
  ) -> LineChart {
    let catalog = CurveCatalog(run: run, history: history)
    let curves = catalog.curves(of: set, hidden: isMain ? screen.hidden : [])
    let shown = curves.filter(\.isShown)
    let range = (isMain ? screen.range : nil) ?? catalog.extent(of: shown)
    let cursor = isMain ? screen.cursor : nil
    let series = curves.enumerated().compactMap { index, curve -> LineChart.Series? in
      guard curve.isShown, let range, let values = history.series[curve.series] else { return nil }
      let points = points(of: values, curve, range, columns: columns, cursor: cursor)
      let name = isMain ? "\(index + 1) \(curve.label)" : curve.label
      let factor = set == .f1 ? 100.0 : 1
      return LineChart.Series(
        name: name, points: points.map { .init(x: $0.x, y: $0.y * factor) }, role: curve.role,
        marker: LineMarker.series(index))
    }
    let isLogarithmic = isMain && screen.isLogarithmic
    return LineChart(
      series, xRange: range.map(widened), yScale: isLogarithmic ? .logarithmic : .linear,
      xLabel: set == .f1 || set == .loss ? "outer step" : "step",
      marks: isMain ? marks(for: set, history: history, in: range) : [], cursor: cursor,
      glyphs: glyphs)
  }

  // The value under the cursor is among the points, whatever the reduction left out: what is read
  // out was measured at that very step.
  private static func points(
    of values: SeriesHistory, _ curve: Curve, _ range: ClosedRange<Double>, columns: Int,
    cursor: Double?
  ) -> [SeriesHistory.Point] {
    var points = values.reduced(to: range, columns: columns, scale: curve.scale)
    guard let cursor, let exact = values.value(atOrBefore: cursor, scale: curve.scale) else {
      return points
    }
    let x = Double(exact.step) * curve.scale
    guard range.contains(x) else { return points }
    let index = points.firstIndex { $0.x >= x } ?? points.count
    points.insert(.init(x: x, y: exact.value), at: index)
    return points
  }

  private static func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    range.lowerBound < range.upperBound ? range : (range.lowerBound - 1)...(range.upperBound + 1)
  }

  /// Changes of live settings, drawn where they happened.
  private static func marks(
    for set: RunScreenState.Curves, history: RunHistory, in range: ClosedRange<Double>?
  ) -> [LineChart.Mark] {
    guard set != .tuning, let range else { return [] }
    return history.events.compactMap { logged in
      guard case .settingChanged(let key, _, let new, let step, _) = logged.event,
        !key.hasPrefix("tuning."), range.contains(Double(step))
      else { return nil }
      let name = key.split(separator: ".").last.map(String.init) ?? key
      return LineChart.Mark(x: Double(step), label: "\(name) \(new)")
    }
  }
}

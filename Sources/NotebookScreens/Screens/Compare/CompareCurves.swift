import Experiments
import LabNotebook
package import RunFolders
import TerminalUI

/// The curves of several runs, one series at a time.
package struct CompareCurves {
  private let histories: [RunHistory]
  private let runs: [RunID]

  init(_ runs: [RunID], _ histories: [RunID: RunHistory]) {
    self.runs = runs
    self.histories = runs.map { histories[$0] ?? RunHistory() }
  }

  /// The series that any of the runs has, the most telling first.
  var available: [SeriesKey] {
    let keys = Set(histories.flatMap { $0.series.filter { !$0.value.isEmpty }.keys })
    let ranked = keys.sortedByName().compactMap { key in Self.rank(key).map { (key, $0) } }
    return (0...4).flatMap { rank in ranked.filter { $0.1 == rank }.map(\.0) }
  }

  /// The series to show: the chosen one, while there is one; else the one that most runs have.
  func shown(_ chosen: SeriesKey?) -> SeriesKey? {
    let available = available
    if let chosen, available.contains(chosen) { return chosen }
    func count(_ key: SeriesKey) -> Int {
      histories.count { !($0.series[key]?.isEmpty ?? true) }
    }
    let most = available.map(count).max()
    return available.first { count($0) == most }
  }

  /// Whether the comparison reads a series of the notebook at all.
  package static func isCompared(_ key: SeriesKey) -> Bool { rank(key) != nil }

  private static func rank(_ key: SeriesKey) -> Int? {
    switch key.series {
    case .outerLoss: 0
    case .trainingLoss(.pretraining): 1
    case .f1: 2
    case .trainingLoss(.tuning): 3
    case .outerGradientNorm: 4
    default: nil
    }
  }

  /// What a series is called above its chart.
  static func title(_ key: SeriesKey) -> String {
    let language = key.language ?? ""
    switch key.series {
    case .outerLoss: return "Loss in priming"
    case .trainingLoss(.pretraining): return "Loss in pretraining"
    case .f1(let split): return "F1 of \(language) \(split) while priming"
    case .trainingLoss: return "Loss in tuning \(language)"
    default: return "Gradient norm in priming"
    }
  }

  /// The steps that the drawn runs span together.
  func extent(of key: SeriesKey, hidden: Set<RunID>) -> ClosedRange<Double>? {
    var range: ClosedRange<Double>?
    for (run, history) in zip(runs, histories) where !hidden.contains(run) {
      guard let steps = history.series[key]?.steps, let first = steps.first, let last = steps.last
      else { continue }
      let own = Double(first)...Double(max(first, last))
      range =
        range.map {
          min($0.lowerBound, own.lowerBound)...max($0.upperBound, own.upperBound)
        } ?? own
    }
    return range
  }

  /// The chart of a series for a space of so many columns of dots.
  ///
  /// - Parameter names: What the curves of runs are called; without, their numbers.
  func chart(
    _ key: SeriesKey, _ screen: CompareScreen, columns: Int, glyphs: Glyphs,
    names: [RunID: String] = [:]
  ) -> LineChart {
    let range = screen.range ?? extent(of: key, hidden: screen.hidden)
    let factor = Self.rank(key) == 2 ? 100.0 : 1
    let series = zip(runs, histories).enumerated().compactMap { index, pair -> LineChart.Series? in
      let (run, history) = pair
      guard let values = history.series[key], !values.isEmpty, !screen.hidden.contains(run),
        let range
      else { return nil }
      var points = values.reduced(to: range, columns: columns)
      // What is read out under the cursor was measured at that very step.
      if let cursor = screen.cursor, let exact = values.value(atOrBefore: cursor),
        range.contains(Double(exact.step))
      {
        let x = Double(exact.step)
        points.insert(
          .init(x: x, y: exact.value), at: points.firstIndex { $0.x >= x } ?? points.count)
      }
      var curve = LineChart.Series(
        name: names[run] ?? "#\(run)", points: points.map { .init(x: $0.x, y: $0.y * factor) },
        role: .series(index), marker: .series(index))
      curve.hasSymbols = Self.rank(key) == 2
      return curve
    }
    let shown = range.map { range in
      range.lowerBound < range.upperBound
        ? range : (range.lowerBound - 1)...(range.upperBound + 1)
    }
    return LineChart(
      series, xRange: shown, yScale: screen.isLogarithmic ? .logarithmic : .linear,
      xLabel: Self.rank(key) == 3 || Self.rank(key) == 1 ? "step" : "outer step",
      cursor: screen.cursor, glyphs: glyphs)
  }
}

import Experiments
import TerminalUI

/// The curves of several runs, one series at a time.
struct CompareCurves {
  private let histories: [RunHistory]
  private let runs: [RunID]

  init(_ runs: [RunID], _ histories: [RunID: RunHistory]) {
    self.runs = runs
    self.histories = runs.map { histories[$0] ?? RunHistory() }
  }

  /// The series that any of the runs has, the most telling first.
  var available: [String] {
    let names = Set(histories.flatMap { $0.series.filter { !$0.value.isEmpty }.keys })
    return names.filter { Self.rank($0) != nil }
      .sorted { (Self.rank($0) ?? 0, $0) < (Self.rank($1) ?? 0, $1) }
  }

  /// The series to show: the chosen one, while there is one; else the one that most runs have.
  func shown(_ chosen: String?) -> String? {
    let available = available
    if let chosen, available.contains(chosen) { return chosen }
    func count(_ name: String) -> Int {
      histories.count { !($0.series[name]?.isEmpty ?? true) }
    }
    let most = available.map(count).max()
    return available.first { count($0) == most }
  }

  /// Whether the comparison reads a series of the notebook at all.
  static func isCompared(_ name: String) -> Bool { rank(name) != nil }

  private static func rank(_ name: String) -> Int? {
    if name == "outer/loss" { return 0 }
    if name == "pretraining/loss" { return 1 }
    if name.hasPrefix("f1/") { return 2 }
    if name.hasPrefix("tuning/"), name.hasSuffix("/loss") { return 3 }
    return name == "outer/gradientNorm" ? 4 : nil
  }

  /// What a series is called above its chart.
  static func title(_ name: String) -> String {
    let parts = name.split(separator: "/").map(String.init)
    switch rank(name) {
    case 0: return "Loss in priming"
    case 1: return "Loss in pretraining"
    case 2: return "F1 of \(parts.dropFirst().joined(separator: " ")) while priming"
    case 3: return "Loss in tuning \(parts.count > 2 ? parts[1] : "")"
    default: return "Gradient norm in priming"
    }
  }

  /// The steps that the drawn runs span together.
  func extent(of name: String, hidden: Set<RunID>) -> ClosedRange<Double>? {
    var range: ClosedRange<Double>?
    for (run, history) in zip(runs, histories) where !hidden.contains(run) {
      guard let steps = history.series[name]?.steps, let first = steps.first, let last = steps.last
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
  func chart(_ name: String, _ screen: CompareScreenState, columns: Int, glyphs: Glyphs)
    -> LineChart
  {
    let range = screen.range ?? extent(of: name, hidden: screen.hidden)
    let factor = Self.rank(name) == 2 ? 100.0 : 1
    let series = zip(runs, histories).enumerated().compactMap { index, pair -> LineChart.Series? in
      let (run, history) = pair
      guard let values = history.series[name], !values.isEmpty, !screen.hidden.contains(run),
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
        name: "#\(run)", points: points.map { .init(x: $0.x, y: $0.y * factor) },
        role: .series(index), marker: .series(index))
      curve.hasSymbols = Self.rank(name) == 2
      return curve
    }
    let shown = range.map { range in
      range.lowerBound < range.upperBound
        ? range : (range.lowerBound - 1)...(range.upperBound + 1)
    }
    return LineChart(
      series, xRange: shown, yScale: screen.isLogarithmic ? .logarithmic : .linear,
      xLabel: Self.rank(name) == 3 || Self.rank(name) == 1 ? "step" : "outer step",
      cursor: screen.cursor, glyphs: glyphs)
  }
}

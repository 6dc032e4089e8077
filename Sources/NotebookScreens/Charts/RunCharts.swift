package import Experiments
package import LabNotebook
import RunFolders
package import TerminalUI

/// The charts of the screens for use outside of them, as in a report.
package struct RunCharts: Sendable {
  /// A chart and what is above it.
  package struct Titled: Sendable {
    /// What stands above it.
    package var title: String
    /// The chart.
    package var chart: LineChart

    /// A chart with a title.
    package init(title: String, chart: LineChart) {
      self.title = title
      self.chart = chart
    }
  }

  /// Into how many columns curves are reduced.
  private static let columns = 200
  /// How many charts of one kind a comparison has at most, a language each.
  private static let mostOfAKind = 8

  /// The charts of one run, those that its screen shows first.
  package static func charts(of run: RunRecord, _ history: RunHistory) -> [Titled] {
    let available = CurveCatalog(run: run, history: history).available
    return [RunCurves.pretraining, .loss, .inner, .languageLoss, .f1, .tuning]
      .filter(available.contains).map { set in
        let chart = RunChart(
          set: set, run: run, history: history, look: ChartState(),
          arrangement: RunArrangement(), isNumbered: false, glyphs: .braille)
        return Titled(
          title: set.title + (set == .f1 ? ", while priming" : ""),
          chart: chart.make(columns: columns))
      }
  }

  /// Charts with a curve for each of two to eight runs.
  ///
  /// - Parameter names: What the curves of runs are called; without, their numbers.
  package static func charts(
    of runs: [RunRecord], _ histories: [RunID: RunHistory], names: [RunID: String] = [:]
  ) -> [Titled] {
    let curves = CompareCurves(runs.map(\.id), histories)
    let screen = CompareScreen(runs)
    var counts: [String: Int] = [:]
    return curves.available.compactMap { key in
      guard key.series != .outerGradientNorm else { return nil }
      let kind = "\(key.series)"
      counts[kind, default: 0] += 1
      guard counts[kind, default: 0] <= mostOfAKind else { return nil }
      return Titled(
        title: CompareCurves.title(key),
        chart: curves.chart(key, screen, columns: columns, glyphs: .braille, names: names))
    }
  }
}

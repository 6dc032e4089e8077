import Foundation
import TestSupport
import Testing

@testable import TerminalUI

/// Smoothing, gaps, marks and the legend: what stands around and behind the curves.
@Suite struct LineChartPartsTests {
  private func points(_ values: [Double]) -> [LineChart.Point] {
    values.enumerated().map { LineChart.Point(x: Double($0), y: $1) }
  }

  /// A noisy curve with its smoothed form, a gap, a diverged value and one mark of each kind.
  private func story(_ glyphs: Glyphs, cursor: Double? = nil) -> LineChart {
    let noise: [Double] = [0.6, -0.3, 0]
    let noisy: [Double] = (0..<160).map { 3 * pow(0.98, Double($0)) + noise[$0 % 3] }
    var raw = points(noisy)
    raw[40].y = .nan
    raw.removeSubrange(90..<110)
    let smooth = raw.map { LineChart.Point(x: $0.x, y: 3 * pow(0.98, $0.x)) }
    var outer = LineChart.Series(name: "outer", points: smooth, role: .outerLoss)
    outer.raw = raw
    outer.gaps = [89...110]
    var scores = LineChart.Series(
      name: "score", points: [.init(x: 50, y: 2.4), .init(x: 100, y: 2.9)], role: .series2,
      marker: .dashed)
    scores.hasSymbols = true
    let isASCII = glyphs == .ascii
    return LineChart(
      [outer, scores], xLabel: "step",
      marks: [
        .init(x: 30, label: "rate 0.02", symbol: isASCII ? "s" : "◆"),
        .init(x: 50, label: "af F1 24.0", symbol: isASCII ? "e" : "▲", hasLine: false),
        .init(x: 120, label: "resumed", symbol: isASCII ? "r" : "↻"),
      ], cursor: cursor, notes: cursor == nil ? [] : ["▲ af dev F1 24.0"], glyphs: glyphs)
  }

  @Test(arguments: Glyphs.allCases)
  func `a smoothed curve runs through the cloud of what was measured`(glyphs: Glyphs) throws {
    try expectGolden(rendering(story(glyphs), 76, 18) + "\n", "story-\(glyphs).txt")
  }

  @Test func `a cursor reads measured and smoothed values, and what happened there`() throws {
    try expectGolden(rendering(story(.braille, cursor: 50), 76, 18) + "\n", "story-cursor.txt")
  }

  @Test func `a line is told from its cloud without colour`() {
    // A cloud that fills the plot, and a level line through its middle.
    var curve = LineChart.Series(
      name: "loss", points: points(Array(repeating: 0.5, count: 40)), role: .series1)
    curve.raw = (0..<40).flatMap { x in
      [0, 1].map { LineChart.Point(x: Double(x), y: $0) }
    }
    let rows = rendering(LineChart([curve], showsLegend: false), 20, 4).split(separator: "\n")
    // Every second dot, but all of the uppermost and the lowest; and only the line in its cells.
    #expect(rows == ["⢝", "⢕", "⠉", "⣕"].map { String(repeating: $0, count: 20)[...] })
  }

  @Test func `no line is drawn across a gap`() {
    var curve = LineChart.Series(
      name: "loss", points: [0, 1, 2, 7, 8, 9].map { .init(x: $0, y: 1) }, role: .series1)
    #expect(
      rendering(LineChart([curve], showsLegend: false, glyphs: .ascii), 10, 3) == "\n**********\n")
    curve.gaps = [2...7]
    #expect(
      rendering(LineChart([curve], showsLegend: false, glyphs: .ascii), 10, 3) == "\n***    ***\n")
  }

  @Test func `a long legend takes several rows before it leaves anything out`() {
    let many = (0..<6).map {
      LineChart.Series(name: "run \($0)", points: points([1, 2]), role: .series($0))
    }
    let rows = rendering(LineChart(many), 44, 16).split(separator: "\n")
    #expect(rows[0] == "─── run 0 2   ─── run 1 2   ─── run 2 2")
    #expect(rows[1] == "─── run 3 2   ─── run 4 2   ─── run 5 2")
  }

  @Test func `names that differ at their ends are cut elsewhere`() {
    let names = ["study of priming, full tuning, seed 1", "study of priming, full tuning, seed 2"]
    let series = names.map { LineChart.Series(name: $0, points: points([1]), role: .series1) }
    let rows = rendering(LineChart(series), 30, 16).split(separator: "\n")
    #expect(rows[0] == "─── …ng, full tuning, seed 1 1")
    #expect(rows[1] == "─── …ng, full tuning, seed 2 1")
  }

  @Test func `wall time has a clock's ticks`() {
    func labels(_ end: Double, _ wanted: Int) -> [String] {
      ChartAxis(0...end, unit: .seconds).ticks(wanted: wanted).map(\.label)
    }
    #expect(labels(100, 4) == ["0", "30s", "1m", "1m30s"])
    #expect(labels(600, 5) == ["0", "2m", "4m", "6m", "8m", "10m"])
    #expect(labels(5400, 3) == ["0", "30m", "1h", "1h30m"])
    #expect(labels(3 * 86_400, 3) == ["0", "1d", "2d", "3d"])
    #expect(labels(1.2, 3) == ["0", "0.5s", "1s"])
  }

  @Test func `an axis has two ticks where one would say nothing`() {
    #expect(ChartAxis(0.12...3).ticks(wanted: 2).map(\.label) == ["1", "2", "3"])
  }
}

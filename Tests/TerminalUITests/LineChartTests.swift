import Foundation
import TestSupport
import Testing

@testable import TerminalUI

@Suite struct LineChartTests {
  private func points(_ values: [Double]) -> [LineChart.Point] {
    values.enumerated().map { LineChart.Point(x: Double($0), y: $1) }
  }

  private func line(_ values: [Double], marker: LineMarker = .solid) -> LineChart.Series {
    LineChart.Series(name: "loss", points: points(values), role: .outerLoss, marker: marker)
  }

  /// Two falling losses, one of which has a spike and a gap.
  private func losses(_ scale: ChartScale, _ glyphs: Glyphs, cursor: Double? = nil) -> LineChart {
    let outer = (0..<200).map { 2 * pow(0.985, Double($0)) + 0.3 }
    var inner = (0..<200).map { 2.6 * pow(0.99, Double($0)) + 0.2 }
    inner[100] = 4
    inner[150] = .nan
    return LineChart(
      [
        .init(name: "outer", points: points(outer), role: .outerLoss),
        .init(name: "inner", points: points(inner), role: .innerLoss, marker: .dashed),
      ],
      yScale: scale, xLabel: "step", marks: [.init(x: 60, label: "lr 1e-3")], cursor: cursor,
      glyphs: glyphs)
  }

  @Test(arguments: Glyphs.allCases, ChartScale.allCases)
  func `two losses with an event, a spike and a gap`(glyphs: Glyphs, scale: ChartScale) throws {
    try expectGolden(
      rendering(losses(scale, glyphs), 72, 16) + "\n", "losses-\(glyphs)-\(scale).txt")
  }

  @Test func `a cursor reads the values under it`() throws {
    try expectGolden(rendering(losses(.linear, .braille, cursor: 100), 72, 16) + "\n", "cursor.txt")
  }

  @Test func `a rising line climbs dot by dot`() {
    // 4 columns of 2 dots, 2 rows of 4 dots: one dot up for each dot across.
    let chart = LineChart([line([0, 1, 2, 3, 4, 5, 6, 7])], showsLegend: false)
    #expect(rendering(chart, 4, 2) == "  ⡠⠊\n⡠⠊")
  }

  @Test func `blocks have two dots and ASCII one`() {
    let values: [Double] = [0, 1, 2, 3]
    #expect(
      rendering(LineChart([line(values)], showsLegend: false, glyphs: .blocks), 4, 2) == "  ▄▀\n▄▀")
    #expect(
      rendering(LineChart([line([0, 1])], showsLegend: false, glyphs: .ascii), 2, 2) == " *\n*")
  }

  @Test func `a spike among a hundred thousand points is seen`() {
    var values = [Double](repeating: 0, count: 100_000)
    values[54_321] = 1
    let chart = LineChart([line(values)], yRange: 0...1, showsLegend: false)
    let top = rendering(chart, 10, 3).split(separator: "\n", omittingEmptySubsequences: false)[0]
    // 54 321 of 99 999 is at dot 10.3 of 0…19, in the sixth cell.
    #expect(top == "     ⡇")
  }

  @Test func `what is not finite is marked at the top and breaks the line`() {
    let chart = LineChart(
      [line([0, 0, 0, .nan, 0, 0, .infinity, 0])], showsLegend: false, glyphs: .ascii)
    #expect(rendering(chart, 8, 3) == "   X  X\n*** ** *\n")
  }

  @Test func `what a logarithmic axis cannot show is marked at the bottom`() {
    let chart = LineChart(
      [line([1, 10, 0, 100, -5])], yScale: .logarithmic, showsLegend: false, glyphs: .ascii)
    #expect(rendering(chart, 5, 3) == "   *\n *\n* v v")
  }

  @Test func `a series of nothing but not-a-number still has axes and marks`() {
    let chart = LineChart([line([.nan, .nan, .nan])], showsLegend: false)
    #expect(rendering(chart, 3, 2) == "✕✕✕\n")
  }

  @Test func `one point and equal points are drawn in the middle`() {
    #expect(rendering(LineChart([line([5])], showsLegend: false, glyphs: .ascii), 3, 3) == "\n *\n")
    #expect(
      rendering(LineChart([line([5, 5, 5])], showsLegend: false, glyphs: .ascii), 3, 3) == "\n***\n"
    )
  }

  @Test func `no values are said to be none`() {
    #expect(rendering(LineChart([line([])], showsLegend: false), 20, 3) == "\n   no values yet\n")
  }

  @Test func `a cursor on a time axis reads hundredths of a second at most`() {
    let chart = LineChart([line([1, 2])], xLabel: "time", xUnit: .seconds, cursor: 0.59981)
    #expect(rendering(chart, 40, 6).hasPrefix("time 0.6s "), "\(rendering(chart, 40, 6))")
  }

  @Test func `a chart says why it has nothing to draw`() {
    let chart = LineChart([line([])], showsLegend: false, absence: "no priming")
    #expect(rendering(chart, 20, 3) == "\n     no priming\n")
  }

  @Test func `the legend shows the newest value and counts what it leaves out`() {
    let many = (0..<6).map {
      LineChart.Series(
        name: "run \($0)", points: points([1, Double($0)]), role: .series($0), marker: .series($0))
    }
    let top = rendering(LineChart(many), 44, 6).split(separator: "\n")[0]
    #expect(top == "─── run 0 0   ╌╌╌ run 1 1   ··· run 2 2   +3")
  }

  @Test func `a diverged newest value is named in the legend`() {
    let top = rendering(LineChart([line([1, .nan])]), 30, 8).split(separator: "\n")[0]
    #expect(top == "─── loss NaN")
  }

  @Test func `series differ without colour`() {
    let pictures = LineMarker.allCases.map {
      rendering(
        LineChart([line(Array(repeating: 1, count: 80), marker: $0)], showsLegend: false), 40, 3)
    }
    #expect(Set(pictures).count == LineMarker.allCases.count)
    #expect(Set(LineMarker.allCases.map(\.letter)).count == LineMarker.allCases.count)
    #expect(Set(LineMarker.allCases.map { $0.sample(.braille) }).count == LineMarker.allCases.count)
  }

  @Test func `a range of x shows only what lies in it and fits y to that`() {
    let chart = LineChart(
      [line([9, 9, 0, 1, 9])], xRange: 2...3, showsLegend: false, glyphs: .ascii)
    #expect(rendering(chart, 2, 2) == " *\n*")
  }

  @Test func `a column of the screen is turned back into x`() {
    let chart = LineChart([line([0, 1, 2, 3, 4, 5, 6, 7])], showsLegend: false)
    let area = Rect(x: 3, y: 0, width: 8, height: 2)
    #expect(chart.x(atColumn: 3, in: area) == 0)
    #expect(chart.x(atColumn: 10, in: area) == 7)
    #expect(chart.x(atColumn: 11, in: area) == nil)
    #expect(LineChart.nearestPoint(of: line([4, 5, 6]), to: 1.2) == LineChart.Point(x: 1, y: 5))
  }

  @Test func `extreme values neither trap nor leave the plot`() {
    let largest = Double.greatestFiniteMagnitude
    for values in [
      [-largest, largest], [0, Double.leastNonzeroMagnitude], [largest, largest], [1e-300, 1e300],
    ] {
      for scale in ChartScale.allCases {
        for glyphs in Glyphs.allCases {
          let text = rendering(LineChart([line(values)], yScale: scale, glyphs: glyphs), 30, 10)
          #expect(text.split(separator: "\n").count >= 8)
        }
      }
    }
  }
}

@Suite struct ChartAxisTests {
  private func labels(_ range: ClosedRange<Double>, _ scale: ChartScale, _ wanted: Int) -> [String]
  {
    ChartAxis(range, scale: scale).ticks(wanted: wanted).map(\.label)
  }

  @Test func `ticks are round numbers`() {
    #expect(labels(0...1, .linear, 5) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    #expect(labels(0.31...2.97, .linear, 3) == ["1", "2"])
    #expect(labels(0...12_000, .linear, 4) == ["0", "5k", "10k"])
    #expect(labels(0...2500, .linear, 5) == ["0", "500", "1k", "1.5k", "2k", "2.5k"])
    #expect(labels(0...6e-5, .linear, 3) == ["0", "2e-5", "4e-5", "6e-5"])
    #expect(labels(-1...1, .linear, 2) == ["-1", "0", "1"])
  }

  @Test func `logarithmic ticks are powers of ten, or their doubles and fives`() {
    #expect(labels(1e-3...10, .logarithmic, 5) == ["0.001", "0.01", "0.1", "1", "10"])
    #expect(labels(0.3...4, .logarithmic, 4) == ["0.5", "1", "2"])
  }

  @Test func `steps have whole ticks`() {
    let ticks = ChartAxis(0...3, unit: .wholeNumber).ticks(wanted: 10)
    #expect(ticks.map(\.label) == ["0", "1", "2", "3"])
  }

  @Test func `ends of the axis are at its ends`() {
    for scale in ChartScale.allCases {
      let axis = ChartAxis(0.5...8, scale: scale)
      #expect(axis.fraction(0.5) == 0)
      #expect(axis.fraction(8) == 1)
    }
    // The geometric mean of 0.5 and 8 is 2.
    #expect(abs(ChartAxis(0.5...8, scale: .logarithmic).fraction(2) - 0.5) < 1e-12)
  }

  @Test func `a logarithmic x axis has equal steps for equal factors`() {
    let points = [0.001, 0.01, 0.1].map { LineChart.Point(x: $0, y: 1) }
    let chart = LineChart(
      [LineChart.Series(name: "a", points: points, role: .text)], xScale: .logarithmic,
      xUnit: .number, showsLegend: false)
    let area = Rect(x: 0, y: 0, width: 45, height: 10)
    let columns = (0..<45).filter { chart.x(atColumn: $0, in: area) != nil }
    let (first, last) = (columns[0], columns[columns.count - 1])
    func x(_ column: Int) -> Double { chart.x(atColumn: column, in: area) ?? .nan }
    #expect(abs(x(first) - 0.001) < 1e-9 && abs(x(last) - 0.1) < 1e-9)
    #expect(abs(x((first + last) / 2) - 0.01) < 2e-3)
  }

  @Test func `points of a scatter are not joined`() {
    var scatter = LineChart.Series(
      name: "a", points: [.init(x: 0, y: 0), .init(x: 10, y: 10)], role: .text)
    let joined = rendering(LineChart([scatter], showsLegend: false), 30, 12)
    scatter.isScatter = true
    let apart = rendering(LineChart([scatter], showsLegend: false), 30, 12)
    func ink(_ text: String) -> Int {
      text.unicodeScalars.count { (0x2801...0x28FF).contains($0.value) }
    }
    #expect(ink(apart) == 2 && ink(joined) > 10)
  }
}

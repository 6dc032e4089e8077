import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import TerminalUI

@Suite struct ChartPictureTests {
  private func chart() -> LineChart {
    var curve = LineChart.Series(
      name: "a & b", points: [0, 1, 2, 5, 6].map { .init(x: $0, y: $0 == 6 ? .nan : $0 + 1) },
      role: .series1, marker: .dashed)
    curve.gaps = [2...5]
    return LineChart(
      [curve], xRange: 0...6, xLabel: "step",
      marks: [.init(x: 2, label: "rate <0.02>", symbol: "◆")])
  }

  @Test func `the picture has the curve in pieces, the marks and the ticks`() throws {
    try expectGolden(chart().svg(title: "Loss", width: 400, height: 240), "chart.svg")
  }

  @Test func `the picture is well-formed XML`() throws {
    let text = chart().svg(title: "Loss of “#1 <a> & b\u{1}”")
    let parser = XMLParser(data: Data(text.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  @Test func `the text is what the screen shows`() {
    #expect(chart().text(columns: 40, rows: 10) == rendering(chart(), 40, 10) + "\n")
  }
}

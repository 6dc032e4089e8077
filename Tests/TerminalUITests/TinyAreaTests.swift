import Testing

@testable import TerminalUI

/// Every widget in every small area: nothing traps, and nothing is drawn outside.
@Suite struct TinyAreaTests {
  private static func widgets(_ glyphs: Glyphs) -> [any Widget] {
    let points = [1.0, .nan, 3, -1].enumerated().map { LineChart.Point(x: Double($0), y: $1) }
    let series = LineChart.Series(name: "東京", points: points, role: .series1)
    let rows: [[StyledText]] = (0..<30).map { ["行 \($0)", "x", ""] }
    return [
      Block(title: "東京 title", footer: "1/2", glyphs: glyphs),
      Paragraph("東京 wraps between words 👨‍👩‍👧", alignment: .center),
      Table(
        columns: [.init("Name", width: .fill), .init("F1", width: .fixed(6), alignment: .right)],
        rows: rows, selected: 29, glyphs: glyphs),
      Table(columns: [], rows: [], selected: 3, glyphs: glyphs),
      ListView(["東京", "b"], selected: 1, glyphs: glyphs),
      Gauge(label: "東京 label", fraction: 0.7, glyphs: glyphs),
      BarChart(
        [.init(label: "東京", value: 0.5, change: -1), .init(label: "x", value: nil)], glyphs: glyphs),
      BarChart([], glyphs: glyphs),
      Sparkline([1, 2, .nan], glyphs: glyphs),
      LineChart([series], marks: [.init(x: 1, label: "東京")], cursor: 2, glyphs: glyphs),
      LineChart([series], yScale: .logarithmic, xLabel: "step", glyphs: glyphs),
      LineChart([], glyphs: glyphs),
      TextField("東京東京", cursor: 3, placeholder: "x"),
      TextField("", cursor: 0, placeholder: "東京東京"),
      Dialog(
        title: "東京?", message: ["a long message of words"], buttons: ["Yes", "No"], glyphs: glyphs),
      KeyBar([.init(key: "Enter", label: "open"), .init(key: "q", label: "back")]),
      Tabs(["東京", "Runs"], selected: 0, glyphs: glyphs),
    ]
  }

  @Test(arguments: Glyphs.allCases)
  func `no widget traps or draws outside its area`(glyphs: Glyphs) {
    for (index, widget) in Self.widgets(glyphs).enumerated() {
      for width in 0...14 {
        for height in 0...9 {
          var buffer = Buffer(width: width + 4, height: height + 4)
          buffer.fill(buffer.area, with: "~")
          let area = Rect(x: 2, y: 2, width: width, height: height)
          widget.render(in: area, into: &buffer)
          let outside = (0..<buffer.height).flatMap { y in
            (0..<buffer.width).filter { !area.contains(x: $0, y: y) }.map { buffer[$0, y].text }
          }
          #expect(
            outside.allSatisfy { $0 == "~" }, "widget \(index) in \(width)×\(height)")
        }
      }
    }
  }

  @Test func `no widget traps in an area outside the buffer`() {
    for widget in Self.widgets(.braille) {
      var buffer = Buffer(width: 3, height: 2)
      widget.render(in: Rect(x: -5, y: -3, width: 4, height: 2), into: &buffer)
      widget.render(in: Rect(x: 10, y: 10, width: 40, height: 20), into: &buffer)
      #expect(buffer == Buffer(width: 3, height: 2))
    }
  }
}

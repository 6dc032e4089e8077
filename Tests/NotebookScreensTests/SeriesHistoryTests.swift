import NotebookScreens
import Testing

@Suite struct SeriesHistoryTests {
  @Test func `a short series is drawn as it was measured`() {
    let series = SeriesHistory([3, 1, 2])
    #expect(
      series.reduced(to: 1...3, columns: 10)
        == [.init(x: 1, y: 3), .init(x: 2, y: 1), .init(x: 3, y: 2)])
  }

  @Test func `a spike among a million values is never lost`() {
    var series = SeriesHistory()
    for step in 0..<1_000_000 {
      series.append(step: step, value: step == 777_777 ? 50 : step == 123_456 ? -50 : 1)
    }
    let points = series.reduced(to: 0...999_999, columns: 100)
    #expect(points.count <= 400, "four a column")
    #expect(points.last == .init(x: 999_999, y: 1))
    #expect(points.map(\.y).max() == 50)
    #expect(points.map(\.y).min() == -50)
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x })
  }

  @Test func `a diverged value is kept as not a number`() {
    var series = SeriesHistory()
    for step in 0..<1000 { series.append(step: step, value: step == 500 ? .nan : 1) }
    let points = series.reduced(to: 0...999, columns: 10)
    #expect(points.filter { $0.y.isNaN }.count == 1)
    #expect(series.overview(columns: 10).filter(\.isNaN).count == 1)
  }

  /// Every column's extremes are those of a plain search, for every length around the block size.
  @Test(arguments: [1, 2, 63, 64, 65, 127, 128, 129, 200, 1000])
  func `the extremes are those of a plain search`(count: Int) {
    var series = SeriesHistory()
    let values = (0..<count).map { Double(($0 * 7919) % 101) }
    for (step, value) in values.enumerated() { series.append(step: step, value: value) }
    for columns in [1, 2, 3, 7] {
      let points = series.reduced(to: 0...Double(count), columns: columns)
      #expect(points.map(\.y).min() == values.min())
      #expect(points.map(\.y).max() == values.max())
    }
  }

  @Test func `a resumed run replaces what it measures again`() {
    var series = SeriesHistory()
    for step in 0..<300 { series.append(step: step, value: 1) }
    series.append(step: 100, value: 7)
    #expect(series.count == 101)
    #expect(series.steps.last == 100)
    #expect(series.reduced(to: 0...300, columns: 3).map(\.y).max() == 7)
  }

  @Test func `the value under a cursor is the one measured there`() {
    let series = SeriesHistory([10, 20, 30])
    #expect(series.value(atOrBefore: 2)?.value == 20)
    #expect(series.value(atOrBefore: 2.9)?.value == 20)
    #expect(series.value(atOrBefore: 0.5) == nil)
    #expect(series.value(atOrBefore: 0.4, on: .steps(scale: 0.2))?.step == 2)
  }
}

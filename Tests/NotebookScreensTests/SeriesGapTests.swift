import NotebookScreens
import Testing

/// Where nothing was measured, and what an axis makes of it.
@Suite struct SeriesGapTests {
  private func series(steps: [Int], times: [Double]? = nil, isDense: Bool = true) -> SeriesHistory {
    var series = SeriesHistory(isDense: isDense)
    for (index, step) in steps.enumerated() {
      series.append(step: step, value: 1, time: times?[index] ?? Double(index))
    }
    return series
  }

  @Test func `missing steps are a gap of a dense series, and none of another`() {
    let steps = [1, 2, 3, 7, 8]
    #expect(series(steps: steps).gaps(on: .steps(scale: 1), idle: []) == [3...7])
    #expect(series(steps: steps).gaps(on: .steps(scale: 0.5), idle: []) == [1.5...3.5])
    #expect(series(steps: steps, isDense: false).gaps(on: .steps(scale: 1), idle: []).isEmpty)
  }

  @Test func `a gap goes when the run goes back before it`() {
    var series = series(steps: [1, 2, 5, 6])
    series.append(step: 2, value: 1, time: 9)
    #expect(series.gaps(on: .steps(scale: 1), idle: []).isEmpty)
    #expect(series.steps == [1, 2])
  }

  @Test func `by wall time a rest is a gap from the last value to the next`() {
    let series = series(steps: [1, 2, 3, 4], times: [100, 110, 200, 210])
    #expect(series.gaps(on: .time(since: 100), idle: [112...198]) == [10...100])
    #expect(series.gaps(on: .time(since: 100), idle: [50...90]).isEmpty, "before the first value")
    #expect(series.gaps(on: .time(since: 100), idle: [220...300]).isEmpty, "after the last one")
  }

  @Test func `a clock that was set back does not turn the curve round`() {
    let series = series(steps: [1, 2, 3], times: [100, 90, 120])
    #expect(series.times == [100, 100, 120])
    #expect(series.extent(on: .time(since: 100)) == 0...20)
  }

  @Test func `by wall time the columns are of one length`() {
    // A thousand values in the first second, ten in the next nine: the later ones keep their places.
    var series = SeriesHistory()
    for index in 0..<1000 {
      series.append(step: index, value: 1, time: Double(index) / 1000)
    }
    for index in 1...10 { series.append(step: 1000 + index, value: 2, time: Double(index)) }
    let points = series.reduced(to: 0...10, columns: 10, on: .time(since: 0))
    #expect(points.filter { $0.y == 2 }.map(\.x) == (1...10).map(Double.init))
    #expect(points.count < 20)
  }

  @Test func `the step at a moment is the last one before it`() {
    let series = series(steps: [5, 6, 7], times: [10, 20, 30])
    #expect(series.step(at: 9) == nil)
    #expect(series.step(at: 20) == 6)
    #expect(series.step(at: 29.9) == 6)
  }
}

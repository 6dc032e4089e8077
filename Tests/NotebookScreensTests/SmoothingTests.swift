import NotebookScreens
import Testing

@Suite struct SmoothingTests {
  /// The averages of a series, by the formula as it stands in papers, without any shortcut.
  private func plain(_ values: [Double], _ weight: Double) -> [Double] {
    values.indices.map { end in
      var (sum, share) = (0.0, 0.0)
      for index in 0...end {
        var factor = 1 - weight
        for _ in index..<end { factor *= weight }
        sum += factor * values[index]
        share += factor
      }
      return sum / share
    }
  }

  @Test func `two values by hand`() {
    var series = SeriesHistory([4, 10])
    series.smooth(.weight(0.75))
    // Weights 0.75 · 0.25 and 0.25: (0.1875 · 4 + 0.25 · 10) / 0.4375 = 7.428…
    #expect(series.smoothed[0] == 4, "the first average is not drawn towards zero")
    #expect(abs(series.smoothed[1] - 52.0 / 7) < 1e-12)
  }

  @Test(arguments: [0.3, 0.9, 0.99])
  func `the running average is the plain one`(weight: Double) {
    let values = (0..<60).map { Double(($0 * 7919) % 101) }
    var series = SeriesHistory(values)
    series.smooth(.weight(weight))
    for (running, plain) in zip(series.smoothed, plain(values, weight)) {
      #expect(abs(running - plain) < 1e-9)
    }
  }

  @Test func `values that arrive later are smoothed like those that were there`() {
    let values = (0..<500).map { Double(($0 * 31) % 17) }
    for smoothing in Smoothing.choices {
      var early = SeriesHistory()
      early.smooth(smoothing)
      for (step, value) in values.enumerated() { early.append(step: step, value: value) }
      var late = SeriesHistory()
      for (step, value) in values.enumerated() { late.append(step: step, value: value) }
      late.smooth(smoothing)
      #expect(early.smoothed == late.smoothed, "\(smoothing.text)")
    }
  }

  @Test func `what is not a number is left out, and breaks the curve there`() {
    var series = SeriesHistory([2, .nan, 2, .infinity, 2])
    series.smooth(.weight(0.5))
    #expect(series.smoothed.map(\.isNaN) == [false, true, false, true, false])
    #expect(series.smoothed[4] == 2)
  }

  @Test func `a constant stays what it is`() {
    var series = SeriesHistory(Array(repeating: 3, count: 1000))
    series.smooth(.automatic)
    #expect(series.smoothed.allSatisfy { abs($0 - 3) < 1e-9 })
  }

  @Test func `the automatic weight follows the length`() {
    #expect(Smoothing.automatic.weight(count: 10) == 0, "ten values are drawn as they are")
    #expect(Smoothing.automatic.weight(count: 120) == 1 - 1.0 / 8)
    #expect(Smoothing.automatic.weight(count: 100_000) == 1 - 1.0 / 8192)
  }

  @Test(arguments: [("off", true), ("auto", true), ("0.95", true), ("1", false), ("-0.1", false)])
  func `what is typed`(text: String, isGood: Bool) {
    #expect((Smoothing(text) != nil) == isGood)
    if let smoothing = Smoothing(text) { #expect(smoothing.text == text) }
  }

  @Test func `a resumed run is smoothed from what was kept`() {
    var series = SeriesHistory(isDense: true)
    series.smooth(.weight(0.9))
    for step in 1...50 { series.append(step: step, value: step < 30 ? 1 : 9) }
    series.append(step: 30, value: 1)
    #expect(series.smoothed.count == 30)
    #expect(abs((series.smoothed.last ?? 0) - 1) < 1e-12)
  }
}

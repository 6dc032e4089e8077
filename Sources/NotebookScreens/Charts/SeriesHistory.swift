/// Everything measured for one series, in the order it arrived, smoothed beside it when asked for.
///
/// What a chart draws of it is in `SeriesHistory+Drawing`.
package struct SeriesHistory: Hashable, Sendable {
  /// The step of each value; never falling.
  package private(set) var steps: [Int] = []
  /// When each value was recorded, in seconds since 1970; never falling.
  package private(set) var times: [Double] = []
  private(set) var measured = IndexedValues()
  private(set) var average = IndexedValues()
  /// The values after which steps are missing.
  private(set) var breaks: [Int] = []
  /// Whether every step is measured, so that a missing one is a gap.
  private let isDense: Bool
  private var smoothing = Smoothing.off
  private var moving = MovingAverage(weight: 0)

  /// An empty series; a dense one has a value for every step.
  package init(isDense: Bool = false) {
    self.isDense = isDense
  }

  /// A series of values at the steps 1, 2, 3….
  package init(_ values: [Double]) {
    self.init()
    for (index, value) in values.enumerated() { append(step: index + 1, value: value) }
  }

  /// The values, as measured: not-a-number and infinities are kept.
  package var values: [Double] { measured.values }
  package var count: Int { measured.count }
  package var isEmpty: Bool { count == 0 }
  package var last: Double? { measured.values.last }

  /// The smoothed values, one for each value; none while nothing is to be smoothed.
  package var smoothed: [Double] { average.values }

  /// Adds a value; a step that was measured before (a resumed run) replaces what came after it.
  package mutating func append(step: Int, value: Double, time: Double = 0) {
    if let newest = steps.last, step <= newest, isDense || step < newest { truncate(before: step) }
    if isDense, let newest = steps.last, step > newest + 1 { breaks.append(count - 1) }
    steps.append(step)
    times.append(max(time, times.last ?? -.infinity))
    measured.append(value)
    addAverage(of: value)
  }

  /// Smooths all values and those to come.
  package mutating func smooth(_ smoothing: Smoothing) {
    guard smoothing != self.smoothing else { return }
    self.smoothing = smoothing
    makeAverages()
  }

  /// The last `count` values, or fewer.
  package func recent(_ count: Int) -> [Double] { Array(values.suffix(count)) }

  /// The whole series in `columns` values for a sparkline: the mean of each stretch, or not-a-number
  /// where a stretch diverged.
  package func overview(columns: Int) -> [Double] {
    guard columns > 0, count > columns else { return values }
    return (0..<columns).map { column in
      let stretch = measured.extremes(
        of: (count * column / columns)..<(count * (column + 1) / columns))
      return stretch.diverged ? .nan : (stretch.low + stretch.high) / 2
    }
  }

  private mutating func truncate(before step: Int) {
    let kept = steps.partitionPoint { $0 >= step }
    steps.removeLast(steps.count - kept)
    times.removeLast(times.count - kept)
    measured.keep(kept)
    breaks.removeAll { $0 >= kept - 1 }
    makeAverages()
  }

  private mutating func addAverage(of value: Double) {
    guard smoothing != .off else { return }
    guard smoothing.weight(count: count) == moving.weight else { return makeAverages() }
    if moving.weight > 0 { average.append(moving.next(value)) }
  }

  private mutating func makeAverages() {
    average = IndexedValues()
    moving = MovingAverage(weight: smoothing.weight(count: count))
    guard moving.weight > 0 else { return }
    for value in measured.values { average.append(moving.next(value)) }
  }
}

extension Array {
  /// The first index whose element belongs to the second half, of an array sorted into two halves.
  func partitionPoint(_ belongsToSecondHalf: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if belongsToSecondHalf(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

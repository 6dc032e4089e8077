/// Everything measured for one series, in the order it arrived, and a reduction of it that a chart
/// can draw in time that does not grow with the length.
///
/// Beside the values stand the extremes of each block of 64, so that the smallest and the largest
/// value of any stretch cost a few dozen comparisons. A million points reduce to a chart of 300
/// columns in well under a millisecond.
package struct SeriesHistory: Hashable, Sendable {
  /// A point of the reduced series; `y` may be not-a-number, which the chart marks.
  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  private struct Extremes: Hashable, Sendable {
    var low = Double.infinity
    var high = -Double.infinity
    var diverged = false

    mutating func include(_ value: Double) {
      guard value.isFinite else {
        diverged = true
        return
      }
      low = min(low, value)
      high = max(high, value)
    }

    mutating func include(_ other: Extremes) {
      low = min(low, other.low)
      high = max(high, other.high)
      diverged = diverged || other.diverged
    }
  }

  private static let blockSize = 64

  /// The step of each value; never falling.
  package private(set) var steps: [Int] = []
  /// The values, as measured: not-a-number and infinities are kept.
  package private(set) var values: [Double] = []
  private var blocks: [Extremes] = []

  package init() {}

  package init(_ values: [Double]) {
    for (index, value) in values.enumerated() { append(step: index + 1, value: value) }
  }

  package var count: Int { values.count }
  package var isEmpty: Bool { values.isEmpty }
  package var last: Double? { values.last }

  /// Adds a value; a step that was measured before (a resumed run) replaces what came after it.
  ///
  /// Tasks of one meta-batch count their inner steps from the same number: a fall of less than
  /// `window` steps is such a task, and not a run that was resumed.
  package mutating func append(step: Int, value: Double, window: Int = 0) {
    var step = step
    if let newest = steps.last, step < newest {
      if newest - step < window { step = newest } else { truncate(before: step) }
    }
    steps.append(step)
    values.append(value)
    if (values.count - 1) % Self.blockSize == 0 { blocks.append(Extremes()) }
    blocks[blocks.count - 1].include(value)
  }

  /// The points to draw between two steps, at most two for each of `columns` columns.
  ///
  /// A stretch too long for its column gives its smallest and largest value, so a spike never
  /// disappears; a value that is not finite gives a point that is not a number. `scale` is what
  /// one step is worth on the chart's x axis. The last point is always the newest value.
  package func reduced(to range: ClosedRange<Double>, columns: Int, scale: Double = 1) -> [Point] {
    guard columns > 0, !isEmpty, scale > 0 else { return [] }
    let first = max(lowerBound(range.lowerBound / scale) - 1, 0)
    let end = min(upperBound(range.upperBound / scale) + 1, count)
    guard first < end else { return [] }
    let length = end - first
    if length <= columns * 2 {
      return (first..<end).map { Point(x: Double(steps[$0]) * scale, y: values[$0]) }
    }
    var points: [Point] = []
    points.reserveCapacity(columns * 2)
    for column in 0..<columns {
      let start = first + length * column / columns
      let stop = first + length * (column + 1) / columns
      guard start < stop else { continue }
      append(extremes(of: start..<stop), at: Double(steps[start]) * scale, to: &points)
    }
    // The newest value stands at the end: it is what a legend reads.
    points.append(Point(x: Double(steps[end - 1]) * scale, y: values[end - 1]))
    return points
  }

  /// The last `count` values, or fewer.
  package func recent(_ count: Int) -> [Double] { Array(values.suffix(count)) }

  /// The whole series in `columns` values for a sparkline: the mean of each stretch, or not-a-number
  /// where a stretch diverged.
  package func overview(columns: Int) -> [Double] {
    guard columns > 0, count > columns else { return values }
    return (0..<columns).map { column in
      let stretch = extremes(of: (count * column / columns)..<(count * (column + 1) / columns))
      return stretch.diverged ? .nan : (stretch.low + stretch.high) / 2
    }
  }

  /// The value at the last step that is not after `x` (in chart units), if there is one.
  package func value(atOrBefore x: Double, scale: Double = 1) -> (step: Int, value: Double)? {
    let index = upperBound(x / scale + 1e-9) - 1
    return index >= 0 ? (steps[index], values[index]) : nil
  }

  // Two points for a column, the nearer to what was drawn last first: the line then doubles back
  // as little as possible.
  private func append(_ extremes: Extremes, at x: Double, to points: inout [Point]) {
    if extremes.diverged { points.append(Point(x: x, y: .nan)) }
    guard extremes.low <= extremes.high else { return }
    let previous = points.last(where: { $0.y.isFinite })?.y ?? extremes.high
    let falling = abs(previous - extremes.high) <= abs(previous - extremes.low)
    let ordered =
      falling ? [extremes.high, extremes.low] : [extremes.low, extremes.high]
    for y in ordered { points.append(Point(x: x, y: y)) }
  }

  private func extremes(of range: Range<Int>) -> Extremes {
    var result = Extremes()
    var index = range.lowerBound
    while index < range.upperBound {
      if index % Self.blockSize == 0, index + Self.blockSize <= range.upperBound {
        result.include(blocks[index / Self.blockSize])
        index += Self.blockSize
      } else {
        result.include(values[index])
        index += 1
      }
    }
    return result
  }

  private mutating func truncate(before step: Int) {
    let kept = lowerBound(Double(step))
    steps.removeLast(steps.count - kept)
    values.removeLast(values.count - kept)
    blocks.removeLast(blocks.count - (kept + Self.blockSize - 1) / Self.blockSize)
    guard !blocks.isEmpty else { return }
    let start = (blocks.count - 1) * Self.blockSize
    var newest = Extremes()
    for value in values[start...] { newest.include(value) }
    blocks[blocks.count - 1] = newest
  }

  /// The first index whose step is at or after `step`.
  private func lowerBound(_ step: Double) -> Int { partition { Double($0) >= step } }

  /// The first index whose step is after `step`.
  private func upperBound(_ step: Double) -> Int { partition { Double($0) > step } }

  private func partition(_ belongsToSecondHalf: (Int) -> Bool) -> Int {
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low + high) / 2
      if belongsToSecondHalf(steps[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

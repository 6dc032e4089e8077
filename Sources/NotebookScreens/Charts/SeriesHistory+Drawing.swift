/// What the x axis of a series is.
package enum SeriesAxis: Hashable, Sendable {
  /// The steps, each worth so much.
  case steps(scale: Double)
  /// The seconds since a moment, itself in seconds since 1970.
  case time(since: Double)
}

/// The reduction of a series that a chart can draw in time that does not grow with the length.
///
/// A million points reduce to a chart of 300 columns in well under a millisecond.
extension SeriesHistory {
  /// A point of the reduced series; `y` may be not-a-number, which the chart marks.
  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// The points to draw in a range of the axis, at most four for each of `columns` columns.
  ///
  /// A stretch too long for its column gives its first, smallest, largest and last value, so a spike
  /// never disappears; a value that is not finite gives a point that is not a number. One point
  /// beyond each end of the range is given too, for the lines that leave it.
  package func reduced(
    to range: ClosedRange<Double>, columns: Int, on axis: SeriesAxis = .steps(scale: 1),
    smoothed: Bool = false
  ) -> [Point] {
    let source = smoothed ? average : measured
    guard columns > 0, source.count == count, !isEmpty else { return [] }
    let first = max(firstIndex(atOrAfter: range.lowerBound, on: axis) - 1, 0)
    let end = min(firstIndex(after: range.upperBound, on: axis) + 1, count)
    guard first < end else { return [] }
    if end - first <= columns * 2 {
      return (first..<end).map { Point(x: x(at: $0, on: axis), y: source.values[$0]) }
    }
    var points: [Point] = []
    points.reserveCapacity(columns * 4)
    let width = (range.upperBound - range.lowerBound) / Double(columns)
    var start = first
    for column in 0..<columns {
      let edge = range.lowerBound + width * Double(column + 1)
      let stop = column == columns - 1 ? end : min(firstIndex(atOrAfter: edge, on: axis), end)
      guard start < stop else { continue }
      append(start..<stop, of: source, on: axis, to: &points)
      start = stop
    }
    return points
  }

  /// The value at the last place that is not after `x`, if there is one.
  package func value(
    atOrBefore x: Double, on axis: SeriesAxis = .steps(scale: 1)
  ) -> (x: Double, step: Int, value: Double)? {
    let index = firstIndex(after: x + abs(x) * 1e-12, on: axis) - 1
    guard index >= 0 else { return nil }
    return (self.x(at: index, on: axis), steps[index], values[index])
  }

  /// The step that was the last one measured at a moment, in seconds since 1970.
  package func step(at time: Double) -> Int? {
    let index = times.partitionPoint { $0 > time } - 1
    return index >= 0 ? steps[index] : nil
  }

  /// The places on the axis of the first and the last value.
  package func extent(on axis: SeriesAxis) -> ClosedRange<Double>? {
    guard !isEmpty else { return nil }
    let low = x(at: 0, on: axis)
    return low...max(low, x(at: count - 1, on: axis))
  }

  /// Where nothing was measured: missing steps, or by time the moments when the run did not work.
  package func gaps(on axis: SeriesAxis, idle: [ClosedRange<Double>]) -> [ClosedRange<Double>] {
    switch axis {
    case .steps:
      return breaks.map { x(at: $0, on: axis)...x(at: $0 + 1, on: axis) }
    case .time:
      return idle.compactMap { span in
        let after = times.partitionPoint { $0 >= span.upperBound }
        guard after > 0, after < count else { return nil }
        return x(at: after - 1, on: axis)...x(at: after, on: axis)
      }
    }
  }

  private func x(at index: Int, on axis: SeriesAxis) -> Double {
    switch axis {
    case .steps(let scale): Double(steps[index]) * scale
    case .time(let origin): times[index] - origin
    }
  }

  private func firstIndex(atOrAfter x: Double, on axis: SeriesAxis) -> Int {
    switch axis {
    case .steps(let scale): steps.partitionPoint { Double($0) * scale >= x }
    case .time(let origin): times.partitionPoint { $0 - origin >= x }
    }
  }

  private func firstIndex(after x: Double, on axis: SeriesAxis) -> Int {
    switch axis {
    case .steps(let scale): steps.partitionPoint { Double($0) * scale > x }
    case .time(let origin): times.partitionPoint { $0 - origin > x }
    }
  }

  // First, extremes and last of a column: the nearer extreme first, so that the line doubles back
  // as little as possible.
  private func append(
    _ stretch: Range<Int>, of source: IndexedValues, on axis: SeriesAxis, to points: inout [Point]
  ) {
    if stretch.count <= 4 {
      for index in stretch {
        points.append(Point(x: x(at: index, on: axis), y: source.values[index]))
      }
      return
    }
    let start = x(at: stretch.lowerBound, on: axis)
    let first = source.values[stretch.lowerBound]
    points.append(Point(x: start, y: first))
    let extremes = source.extremes(of: stretch)
    if extremes.diverged, first.isFinite { points.append(Point(x: start, y: .nan)) }
    if extremes.low <= extremes.high {
      let isFalling = abs(first - extremes.high) <= abs(first - extremes.low)
      for y in isFalling ? [extremes.high, extremes.low] : [extremes.low, extremes.high] {
        points.append(Point(x: start, y: y))
      }
    }
    let last = source.values[stretch.upperBound - 1]
    if last.isFinite { points.append(Point(x: x(at: stretch.upperBound - 1, on: axis), y: last)) }
  }
}

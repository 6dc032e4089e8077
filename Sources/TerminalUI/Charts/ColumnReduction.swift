/// A series reduced to one column of dots each: first, last, smallest and largest value.
struct ColumnReduction {
  struct Column {
    var count = 0
    var first = 0.0
    var last = 0.0
    var low = 0.0
    var high = 0.0
    /// A value in the column was infinite or not a number.
    var isNotFinite = false
    /// A value in the column has no place on a logarithmic axis.
    var isBelow = false
    /// The curve is interrupted before the first, or after the last value.
    var breaksBefore = false
    var breaksAfter = false
  }

  private(set) var columns: [Column]
  private let xAxis: ChartAxis
  private let scale: ChartScale

  init(columns: Int, xAxis: ChartAxis, scale: ChartScale) {
    self.columns = Array(repeating: Column(), count: columns)
    self.xAxis = xAxis
    self.scale = scale
  }

  mutating func add(_ points: [LineChart.Point]) {
    guard !columns.isEmpty else { return }
    let low = xAxis.range.lowerBound
    let factor = Double(columns.count - 1) / (xAxis.range.upperBound - low)
    let limit = Double(columns.count) - 0.5
    let xAxis = xAxis.scale == .logarithmic ? xAxis : nil
    let last = Double(columns.count - 1)
    let isLogarithmic = scale == .logarithmic
    columns.withUnsafeMutableBufferPointer { columns in
      points.withUnsafeBufferPointer { points in
        for point in points {
          let place = xAxis.map { $0.fraction(point.x) * last } ?? (point.x - low) * factor
          guard place >= -0.5, place < limit else { continue }
          columns[Int(place + 0.5)].add(point.y, isLogarithmic: isLogarithmic)
        }
      }
    }
  }
}

extension ColumnReduction.Column {
  fileprivate mutating func add(_ value: Double, isLogarithmic: Bool) {
    guard value.isFinite, !isLogarithmic || value > 0 else {
      if value.isFinite { isBelow = true } else { isNotFinite = true }
      if count == 0 { breaksBefore = true } else { breaksAfter = true }
      return
    }
    if count == 0 {
      (first, low, high) = (value, value, value)
    } else {
      if value < low { low = value }
      if value > high { high = value }
    }
    last = value
    count += 1
    breaksAfter = false
  }
}

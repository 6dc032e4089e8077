import Foundation

/// Linear or logarithmic.
package enum ChartScale: String, CaseIterable, Hashable, Sendable {
  case linear, logarithmic
}

/// What the numbers of an axis are.
package enum ChartUnit: Hashable, Sendable {
  /// Any number.
  case number
  /// Steps: there is nothing between 1 and 2.
  case wholeNumber
  /// Seconds, written as `30s`, `5m`, `1h30m`, `2d`.
  case seconds
}

/// One axis of a chart: from values to 0…1, and its ticks.
struct ChartAxis {
  /// A value that is written at the axis.
  struct Tick: Hashable {
    let value: Double
    let label: String
  }

  let range: ClosedRange<Double>
  let scale: ChartScale
  let unit: ChartUnit

  /// An axis over a range; a range without length is widened around its value.
  init(_ range: ClosedRange<Double>, scale: ChartScale = .linear, unit: ChartUnit = .number) {
    self.scale = scale
    self.unit = unit
    var low = max(-1e300, min(1e300, range.lowerBound))
    var high = max(-1e300, min(1e300, range.upperBound))
    if scale == .logarithmic {
      high = max(high, 1e-300)
      low = low > 0 ? low : high / 1000
      if high / low < 1.01 { (low, high) = (low / 1.5, high * 1.5) }
    } else if high - low <= max(abs(high), abs(low)) * 1e-12 {
      let margin = high == 0 ? 1 : abs(high) * 0.1
      (low, high) = (low - margin, high + margin)
    }
    self.range = low...high
  }

  /// Where a value lies: 0 at the start, 1 at the end; not finite when it has no place.
  func fraction(_ value: Double) -> Double {
    switch scale {
    case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic:
      (log10(value) - log10(range.lowerBound)) / (log10(range.upperBound) - log10(range.lowerBound))
    }
  }

  /// The value at a fraction of the axis: the inverse of `fraction`.
  func value(at fraction: Double) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    switch scale {
    case .linear: return low + fraction * (high - low)
    case .logarithmic: return low * pow(high / low, fraction)
    }
  }

  /// About `wanted` round values within the range, and two at least where round ones are so near.
  func ticks(wanted: Int) -> [Tick] {
    guard wanted > 0 else { return [] }
    if scale == .logarithmic, let ticks = logarithmicTicks(wanted: wanted) { return ticks }
    let wish = (range.upperBound - range.lowerBound) / Double(wanted)
    let ticks = linearTicks(step: step(near: wish))
    guard ticks.count < 2, wanted > 1 else { return ticks }
    let finer = linearTicks(step: step(near: wish / 2.5))
    return finer.count <= wanted + 2 ? finer : ticks
  }

  private func linearTicks(step: Double) -> [Tick] {
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    guard step.isFinite, step > 0, last >= first, last - first < 1000 else { return [] }
    return (0...Int(last - first)).map { index in
      let value = (first + Double(index)) * step
      let label = unit == .seconds ? DurationText.tick(value) : NumberText.tick(value, step: step)
      return Tick(value: value, label: label)
    }
  }

  /// The smallest round step of the unit that is not below the wish.
  private func step(near wish: Double) -> Double {
    switch unit {
    case .number: Self.niceStep(wish)
    case .wholeNumber: max(1, Self.niceStep(wish).rounded(.up))
    case .seconds: DurationText.niceStep(wish)
    }
  }

  /// Powers of ten; with 2 and 5 times them when there are few; `nil` when even those are too few.
  private func logarithmicTicks(wanted: Int) -> [Tick]? {
    let low = log10(range.lowerBound)
    let high = log10(range.upperBound)
    let first = Int((low - 1e-9).rounded(.up))
    let powers = first...max(first, Int((high + 1e-9).rounded(.down)))
    if powers.count >= 3 || (powers.count == 2 && wanted <= 2) {
      let stride = max(1, (powers.count + wanted - 1) / wanted)
      return powers.filter { ($0 - powers.lowerBound) % stride == 0 }.map {
        let value = pow(10, Double($0))
        return Tick(value: value, label: NumberText.compact(value))
      }
    }
    var multiples: [Double] = []
    for power in powers.lowerBound - 1...powers.upperBound + 1 {
      for lead in [1.0, 2, 5] {
        let value = lead * pow(10, Double(power))
        let isInside = value >= range.lowerBound * 0.999_999
        if isInside && value <= range.upperBound * 1.000_001 { multiples.append(value) }
      }
    }
    guard multiples.count >= 2 else { return nil }
    return multiples.map { Tick(value: $0, label: NumberText.compact($0)) }
  }

  /// The smallest of 1, 2, 5 times a power of ten that is not below `step`.
  static func niceStep(_ step: Double) -> Double {
    guard step > 0, step.isFinite else { return 1 }
    let power = pow(10, log10(step).rounded(.down))
    let lead = step / power
    return power * (lead <= 1.000_001 ? 1 : lead <= 2.000_001 ? 2 : lead <= 5.000_001 ? 5 : 10)
  }
}

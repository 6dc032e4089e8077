/// How much a curve is smoothed: by an exponential moving average, freed of its bias at the start.
///
///     average ← weight · average + (1 − weight) · value
///
/// The automatic weight follows the length: it averages over a 24th to a 12th of the series, so that a
/// hundred values and a hundred thousand look alike.
package enum Smoothing: Hashable, Sendable {
  case off
  case automatic
  /// The share of what came before, 0 to below 1.
  case weight(Double)

  /// What a key goes through.
  package static let choices: [Smoothing] = [
    .automatic, .off, .weight(0.6), .weight(0.9), .weight(0.99), .weight(0.999),
  ]

  /// The choice after this one.
  package var next: Smoothing {
    let index = Self.choices.firstIndex(of: self) ?? -1
    return Self.choices[(index + 1) % Self.choices.count]
  }

  /// As it is typed and remembered: `off`, `auto`, `0.9`.
  package var text: String {
    switch self {
    case .off: "off"
    case .automatic: "auto"
    case .weight(let weight): SettingText.number(weight)
    }
  }

  /// What the text means; nil when it is none of `off`, `auto`, or a number from 0 to below 1.
  package init?(_ text: String) {
    switch text {
    case "off": self = .off
    case "auto": self = .automatic
    default:
      guard let weight = Double(text), weight >= 0, weight < 1 else { return nil }
      self = weight == 0 ? .off : .weight(weight)
    }
  }

  /// The weight for a series of so many values; 0 leaves it as it is.
  ///
  /// The automatic one changes only when a length doubles: then the average is made anew, and all
  /// the others are one step longer.
  package func weight(count: Int) -> Double {
    switch self {
    case .off: return 0
    case .weight(let weight): return weight
    case .automatic:
      var window = 1
      while window * 2 <= count / 12 { window *= 2 }
      return 1 - 1 / Double(window)
    }
  }
}

/// An exponential moving average that is told one value after the other.
struct MovingAverage: Hashable, Sendable {
  let weight: Double
  private var sum = 0.0
  private var share = 0.0

  init(weight: Double) {
    precondition(weight >= 0 && weight < 1, "The weight of an average is 0 to below 1")
    self.weight = weight
  }

  /// The average with one value more; not a number for such a value, which is then forgotten.
  mutating func next(_ value: Double) -> Double {
    guard value.isFinite else { return .nan }
    sum = weight * sum + (1 - weight) * value
    share = weight * share + (1 - weight)
    return sum / share
  }
}

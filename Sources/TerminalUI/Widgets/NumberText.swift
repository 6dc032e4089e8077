import Foundation

/// Numbers as text for narrow places.
package enum NumberText {
  /// A number with this many decimals.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    let text = String(format: "%.\(max(0, decimals))f", value)
    return text.hasPrefix("-") && Double(text) == 0 ? String(text.dropFirst()) : text
  }

  /// A number in few characters, to about three significant digits: 0.0312, 1.25, 12.5k, 3e-5.
  package static func compact(_ value: Double) -> String {
    guard value.isFinite else { return fixed(value, decimals: 0) }
    if value == 0 { return "0" }
    let size = abs(value)
    switch size {
    case ..<1e-3, 1e15...: return exponent(value, digits: 2)
    case ..<1: return trimmed(value, decimals: 4)
    case ..<10: return trimmed(value, decimals: 2)
    case ..<1000: return trimmed(value, decimals: 1)
    case ..<999_500: return trimmed(value / 1e3, decimals: size < 99_950 ? 1 : 0) + "k"
    case ..<999_500_000: return trimmed(value / 1e6, decimals: 1) + "M"
    case ..<999_500_000_000: return trimmed(value / 1e9, decimals: 1) + "G"
    default: return trimmed(value / 1e12, decimals: 1) + "T"
    }
  }

  /// A tick of an axis whose ticks are `step` apart: as many digits as tell them apart.
  static func tick(_ value: Double, step: Double) -> String {
    let value = abs(value) < step / 1000 ? 0 : value
    if value == 0 { return "0" }
    let size = abs(value)
    if size >= 1e15 || (size < 1e-3 && step < 1e-3) {
      let digits = max(0, Int(log10(size).rounded(.down) - log10(step * 1.001).rounded(.down)))
      return exponent(value, digits: min(6, digits))
    }
    for (limit, letter) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] where size >= limit {
      return trimmed(value / limit, decimals: decimals(for: step / limit)) + letter
    }
    return trimmed(value, decimals: decimals(for: step))
  }

  private static func decimals(for step: Double) -> Int {
    guard step > 0, step < 1 else { return step >= 1 && step != step.rounded() ? 1 : 0 }
    let digits = Int((-log10(step * 1.001)).rounded(.up))
    // 0.25 and its like need one digit more than their size says.
    let scaled = step * pow(10, Double(digits))
    return min(12, digits + (abs(scaled - scaled.rounded()) > 1e-6 ? 1 : 0))
  }

  private static func trimmed(_ value: Double, decimals: Int) -> String {
    var text = fixed(value, decimals: decimals)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  private static func exponent(_ value: Double, digits: Int) -> String {
    let parts = String(format: "%.\(digits)e", value).split(separator: "e")
    guard parts.count == 2, let power = Int(parts[1]) else { return "\(value)" }
    var mantissa = String(parts[0])
    if mantissa.contains(".") {
      while mantissa.last == "0" { mantissa.removeLast() }
      if mantissa.last == "." { mantissa.removeLast() }
    }
    return "\(mantissa)e\(power)"
  }
}

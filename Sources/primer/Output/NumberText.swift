import Foundation

/// A number with so many digits behind the point, whatever the locale; `nan` and `inf` as such.
func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite else { return "\(value)" }
  return String(format: "%.\(digits)f", value)
}

/// An F1 of 0…1 as a percentage: `71.3`.
func percentage(_ f1: Double?) -> String {
  f1.map { fixed($0 * 100, 1) } ?? "–"
}

/// A loss or a rate with four significant digits: `0.03125`, `1.386`, `2e-05`.
func significant(_ value: Double) -> String {
  guard value.isFinite else { return "\(value)" }
  return String(format: "%.4g", value)
}

/// A span of time for a person: `48 s`, `3 min 20 s`, `2 h 05 min`.
func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "?" }
  let whole = Int(max(0, seconds).rounded())
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(String(format: "%02d", whole % 60)) s" }
  return "\(whole / 3600) h \(String(format: "%02d", whole % 3600 / 60)) min"
}

/// A difference of F1 in points with its sign: `+1.4`, `-0.3`, `0.0`.
func points(_ difference: Double) -> String {
  let text = fixed(difference * 100, 1)
  if text == "0.0" || text == "-0.0" { return "0.0" }
  return difference > 0 ? "+" + text : text
}

package import Foundation
package import LabNotebook
import TerminalUI

/// How numbers are spelled on every screen.
package enum Formatting {
  /// A span of time in its two largest units: `8 s`, `2 m 05 s`, `3 h 12 m`, `2 d 4 h`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
    let whole = Int(seconds)
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) m \(padded(whole % 60)) s"
    case ..<86_400: return "\(whole / 3600) h \(padded(whole / 60 % 60)) m"
    default: return "\(whole / 86_400) d \(whole / 3600 % 24) h"
    }
  }

  /// A span of time in six columns for a table: `8 s`, `2m05s`, `3h12m`, `2d04h`.
  package static func shortDuration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e8 else { return "–" }
    let whole = Int(seconds)
    switch whole {
    case ..<60: return "\(whole)s"
    case ..<3600: return "\(whole / 60)m\(padded(whole % 60))s"
    case ..<86_400: return "\(whole / 3600)h\(padded(whole / 60 % 60))m"
    default: return "\(whole / 86_400)d\(padded(whole / 3600 % 24))h"
    }
  }

  /// An F1 in points with one decimal, as papers print it: 0.6123 is `61.2`.
  package static func f1(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    return fixed(value * 100, decimals: 1)
  }

  /// A change of F1 in points, with its sign: `+1.3`, `−0.4`, `±0.0`.
  package static func f1Change(_ value: Double) -> String {
    let text = fixed(abs(value * 100), decimals: 1)
    if text == "0.0" { return "±0.0" }
    return (value < 0 ? "−" : "+") + text
  }

  /// The mean of some F1 and their standard deviation in points: `61.2 ± 0.8`.
  package static func spread(_ spread: Spread) -> String {
    f1(spread.mean) + (spread.deviation.map { " ± \(f1($0))" } ?? "")
  }

  /// A fraction as whole percent, never rounded up to 100 before the end.
  package static func percent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "–" }
    let percent = Int((min(max(fraction, 0), 1) * 100).rounded(.down))
    return "\(percent)%"
  }

  /// A measured quantity with four significant digits: `0.6931`, `12.35`, `2.000e-05`.
  package static func quantity(_ value: Double) -> String {
    if value.isNaN { return "not a number" }
    if value.isInfinite { return value > 0 ? "infinite" : "−infinite" }
    if value == 0 { return "0" }
    let size = abs(value)
    if size < 1e-3 || size >= 1e6 { return scientific(value) }
    let decimals = size >= 1000 ? 1 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4
    return fixed(value, decimals: decimals)
  }

  /// A number of bytes: `812 bytes`, `31 kB`, `812 MB`, `1.4 GB`.
  package static func bytes(_ count: Int) -> String {
    let value = Double(count)
    switch value {
    case ..<1e3: return "\(count) bytes"
    case ..<1e6: return "\(Int(value / 1e3)) kB"
    case ..<1e9: return "\(Int(value / 1e6)) MB"
    default: return fixed(value / 1e9, decimals: 1) + " GB"
    }
  }

  /// A large number of things in a few columns: `871`, `12.4k`, `1.31M`, `118M`.
  package static func count(_ number: Int) -> String {
    let value = Double(number)
    switch value {
    case ..<1e3: return "\(number)"
    case ..<1e6: return fixed(value / 1e3, decimals: 1) + "k"
    case ..<1e7: return fixed(value / 1e6, decimals: 2) + "M"
    case ..<1e8: return fixed(value / 1e6, decimals: 1) + "M"
    case ..<1e9: return fixed(value / 1e6, decimals: 0) + "M"
    default: return fixed(value / 1e9, decimals: 2) + "G"
    }
  }

  /// The time of day, `14:03:21`, in the given zone.
  package static func clock(_ date: Date, zone: TimeZone) -> String {
    let local = Int(date.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: date)
    let ofDay = ((local % 86_400) + 86_400) % 86_400
    return "\(padded(ofDay / 3600)):\(padded(ofDay / 60 % 60)):\(padded(ofDay % 60))"
  }

  /// A moment in six columns: the time of day, or the day where that is another: `14:03`, `11-22`.
  package static func moment(_ date: Date, now: Date, zone: TimeZone) -> String {
    func local(_ date: Date) -> Int {
      Int(date.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: date)
    }
    func day(_ seconds: Int) -> Int { Int((Double(seconds) / 86_400).rounded(.down)) }
    let (then, today) = (local(date), local(now))
    if day(then) == day(today) { return String(clock(date, zone: zone).prefix(5)) }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let parts = calendar.dateComponents([.month, .day], from: date)
    return "\(padded(parts.month ?? 0))-\(padded(parts.day ?? 0))"
  }

  /// A text of at most so many columns, cut in its middle: names often differ at their end.
  package static func middle(_ text: String, columns: Int) -> String {
    guard columns >= 12, TextWidth.width(of: text) > columns else { return text }
    var tail = ""
    for character in text.reversed() {
      guard TextWidth.width(of: tail) < columns * 2 / 5 else { break }
      tail = String(character) + tail
    }
    return TextWidth.truncated(text, to: columns - TextWidth.width(of: tail)) + tail
  }

  /// A number with a fixed count of decimals and a point, whatever the locale.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  private static func scientific(_ value: Double) -> String {
    let parts = String(format: "%.2e", value).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return String(value) }
    var mantissa = String(parts[0])
    while mantissa.hasSuffix("0") { mantissa.removeLast() }
    if mantissa.hasSuffix(".") { mantissa.removeLast() }
    return "\(mantissa)e\(exponent)"
  }

  private static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}

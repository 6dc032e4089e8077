/// Spans of time for an axis, where round means a clock's numbers.
enum DurationText {
  private static let units: [(seconds: Double, letter: String)] = [
    (86_400, "d"), (3600, "h"), (60, "m"), (1, "s"),
  ]

  /// The steps that a clock's hands take.
  private static let steps: [Double] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
  ]

  /// The smallest round step that is not below `step`; below a second and beyond a day 1, 2 and 5.
  static func niceStep(_ step: Double) -> Double {
    if step < 0.5 { return ChartAxis.niceStep(step) }
    if let found = steps.first(where: { $0 >= step * 0.999_999 }) { return found }
    return ChartAxis.niceStep(step / 86_400) * 86_400
  }

  /// A tick of an axis: `0`, `0.5s`, `30s`, `1m30s`, `2h`, `1d12h`.
  static func tick(_ seconds: Double) -> String {
    let size = abs(seconds)
    guard size.isFinite, size >= 1e-9 else { return "0" }
    let sign = seconds < 0 ? "-" : ""
    if size < 60, size != size.rounded() { return sign + NumberText.compact(size) + "s" }
    var left = size.rounded()
    guard left < 1e15 else { return sign + NumberText.compact(left / 86_400) + "d" }
    var text = ""
    var parts = 0
    for (length, letter) in units where left >= length && parts < 2 {
      text += "\(Int(left / length))\(letter)"
      left = left.truncatingRemainder(dividingBy: length)
      parts += 1
    }
    return sign + text
  }
}

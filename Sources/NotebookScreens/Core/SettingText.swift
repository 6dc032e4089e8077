package import LabNotebook

/// How the values and ranges of settings are spelled on the screen.
package enum SettingText {
  /// The value as one types it: lists are separated by commas.
  package static func text(_ value: SettingValue) -> String {
    switch value {
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): number(value)
    case .text(let value): value
    case .list(let values): values.joined(separator: ", ")
    }
  }

  /// What the setting accepts: `0…1000`, `first | second`, `text`.
  package static func range(_ kind: SettingKind) -> String {
    switch kind {
    case .bool: "true | false"
    case .integer(let range): "\(range.lowerBound)…\(large(range.upperBound))"
    case .number(let range): "\(number(range.lowerBound))…\(number(range.upperBound))"
    case .choice(let choices): choices.joined(separator: " | ")
    case .choiceList(let choices): "any of " + choices.joined(separator: ", ")
    case .list: "a list, separated by commas"
    case .path: "a path"
    case .text: "text"
    }
  }

  /// A number as short as it can be typed: `0.03`, `2e-5`, `16`.
  package static func number(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e6 { return String(Int(value)) }
    let text = String(value)
    guard let mark = text.firstIndex(of: "e") else { return text }
    var mantissa = String(text[..<mark])
    if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
    let exponent = Int(text[text.index(after: mark)...]) ?? 0
    return "\(mantissa)e\(exponent)"
  }

  private static func large(_ value: Int) -> String {
    value >= Int(Int32.max) ? "2³¹" : String(value)
  }
}

extension ExperimentError {
  /// What is wrong and what was expected, without the file.
  package var shortDescription: String {
    expected.isEmpty ? problem : "\(problem); expected \(expected)"
  }
}

package import LabNotebook

/// How the values and ranges of settings are spelled on the screen.
package enum SettingText {
  /// The value as one types it: lists are separated by commas.
  package static func text(_ value: SettingValue) -> String { value.description }

  /// What the setting accepts: `0…1000`, `first | second`, `text`.
  package static func range(_ kind: SettingKind) -> String {
    switch kind {
    case .bool: "true | false"
    case .integer(let range): "\(range.lowerBound)…\(large(range.upperBound))"
    case .number(let range):
      "\(SettingValue.number(range.lowerBound))…\(SettingValue.number(range.upperBound))"
    case .choice(let choices): choices.joined(separator: " | ")
    case .choiceList(let choices): "any of " + choices.joined(separator: ", ")
    case .list: "a list, separated by commas"
    case .path: "a path"
    case .text: "text"
    }
  }

  private static func large(_ value: Int) -> String {
    value >= Int(Int32.max) ? "2³¹" : String(value)
  }
}

extension ExperimentError {
  /// What is wrong and what was expected, without the file.
  package var shortDescription: String {
    var error = self
    (error.file, error.line) = (nil, nil)
    return error.description
  }
}

package import Experiments

/// How the values and ranges of settings are spelled on the screen.
package enum SettingText {
  /// The value as one types it: lists are separated by commas.
  package static func text(_ value: SettingValue) -> String { value.description }

  /// What the setting accepts: `0…1000`, `first | second`, `text`.
  package static func range(_ kind: SettingKind) -> String { kind.range }

  /// A number as short as it can be typed: `0.03`, `2e-5`, `16`.
  package static func number(_ value: Double) -> String { SettingValue.number(value).description }
}

extension ExperimentError {
  /// What is wrong and what was expected, without the file.
  package var shortDescription: String {
    expected.isEmpty ? problem : "\(problem); expected \(expected)"
  }
}

/// The number of a run in its notebook, shown as `#12`.
package typealias RunID = Int64

/// A run as people name it: `12`, `#12`, `last`, or what it is called.
package enum RunReference: Hashable, Sendable {
  case number(RunID)
  case last
  /// The run of a name, where no other has it.
  case name(String)

  /// The run that a text names; nil where it names none.
  ///
  /// What could be a number is one: a run that is called `7` is named by its number.
  package init?(argument: String) {
    if let plain = RunReference(plain: argument) {
      self = plain
    } else {
      let isNumber = argument.hasPrefix("#") || argument.allSatisfy(\.isWholeNumber)
      guard !isNumber, !argument.allSatisfy(\.isWhitespace) else { return nil }
      self = .name(argument)
    }
  }

  /// The run that a number or `last` names; nil for any other text.
  package init?(plain text: String) {
    if text == "last" {
      self = .last
      return
    }
    let digits = text.hasPrefix("#") ? String(text.dropFirst()) : text
    guard let number = RunID(digits), number > 0 else { return nil }
    self = .number(number)
  }
}

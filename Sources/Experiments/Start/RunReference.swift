/// The number of a run in its notebook, shown as `#12`.
package typealias RunID = Int64

/// A run as people name it: `12`, `#12` or `last`.
package enum RunReference: Hashable, Sendable {
  case number(RunID)
  case last

  /// The run that a text names; nil where it names none.
  package init?(argument: String) {
    if argument == "last" {
      self = .last
      return
    }
    let digits = argument.hasPrefix("#") ? String(argument.dropFirst()) : argument
    guard let number = RunID(digits), number > 0 else { return nil }
    self = .number(number)
  }
}

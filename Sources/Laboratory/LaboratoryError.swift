/// Something that keeps an experiment from being carried out, in words for the user.
package struct LaboratoryError: Error, Hashable, CustomStringConvertible, Sendable {
  /// What is wrong, what was expected, what to do.
  package let description: String

  /// An error with its text.
  package init(_ description: String) {
    self.description = description
  }
}

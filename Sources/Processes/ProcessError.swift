/// A process that could not be started or did not do as it should, in words for the user.
package struct ProcessError: Error, Hashable, CustomStringConvertible, Sendable {
  /// What is wrong, what was expected, what to do.
  package let description: String

  /// An error with its text.
  package init(_ description: String) {
    self.description = description
  }
}

/// A file of a model that cannot be used: which one, what is wrong, what was expected, what to do.
package struct ModelFileError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The file's path.
  package var path: String
  /// What is wrong with it.
  package var problem: String
  /// What should have been there.
  package var expected: String
  /// What to do about it; may be empty.
  package var advice: String

  /// A problem with one file.
  package init(path: String, problem: String, expected: String, advice: String = "") {
    self.path = path
    self.problem = problem
    self.expected = expected
    self.advice = advice
  }

  /// The problem in one sentence, and the advice.
  ///
  ///     model/config.json: it has no vocab_size; expected a configuration of type bert.
  package var description: String {
    "\(path): \(Self.shortened(problem)); expected \(Self.shortened(expected))."
      + (advice.isEmpty ? "" : " \(advice)")
  }

  /// What is quoted from a file may be all of the file.
  private static func shortened(_ text: String) -> String {
    text.utf8.count <= 1000 ? text : text.prefix(1000) + "…"
  }
}

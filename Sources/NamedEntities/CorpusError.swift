/// What is wrong with a corpus, where, what was expected, and what to do about it.
///
///     panx/en/train:12: there is no tab on this line; expected `en:word<TAB>tag`, as in
///     `en:Ada<TAB>B-PER`. Separate word and tag by one tab.
package struct CorpusError: Error, Hashable, CustomStringConvertible {
  /// The file or folder.
  package let path: String
  /// The line, counted from 1, where a line is to blame.
  package let line: Int?
  /// What is wrong.
  package let problem: String
  /// What was expected instead.
  package let expected: String
  /// What to do.
  package let advice: String

  /// A complaint about a file or a folder.
  package init(
    path: String, line: Int? = nil, problem: String, expected: String, advice: String
  ) {
    self.path = path
    self.line = line
    self.problem = problem
    self.expected = expected
    self.advice = advice
  }

  /// All of it in one line.
  package var description: String {
    let place = line.map { "\(path):\($0)" } ?? path
    return "\(place): \(problem.shortened()); expected \(expected.shortened()). "
      + advice.shortened()
  }
}

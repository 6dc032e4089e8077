import NamedEntities

/// What is wrong with an experiment: where, with which setting, and what was expected.
package struct ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, when it came from one.
  package var file: String?
  /// The line in the file, from 1.
  package var line: Int?
  /// The setting; nil when it is not one alone.
  package var key: String?
  /// What is wrong.
  package var problem: String
  /// What was expected; may be empty.
  package var expected: String
  /// The known key that was perhaps meant.
  package var nearestKey: String?

  /// An error with what is known of it.
  package init(
    file: String? = nil, line: Int? = nil, key: String? = nil, problem: String,
    expected: String = "", nearestKey: String? = nil
  ) {
    self.file = file
    self.line = line
    self.key = key
    self.problem = problem
    self.expected = expected
    self.nearestKey = nearestKey
  }

  /// The error in one sentence.
  ///
  ///     sample.toml:12: priming.stpes is not a setting; did you mean priming.steps?
  package var description: String {
    var text = ""
    if let file { text += file + (line.map { ":\($0)" } ?? "") + ": " }
    text += problem.shortened()
    if !expected.isEmpty { text += "; expected \(expected.shortened())" }
    if let nearestKey { text += "; did you mean \(nearestKey)?" }
    return text
  }
}

/// A notebook that cannot be used as asked: where, what is wrong, what to do.
package struct NotebookError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  package enum Kind: Hashable, Sendable {
    case missing, notAFolder, readOnly, notANotebook, damaged, newer, full, busy, noSuchRun, other
  }

  /// What kind of trouble it is.
  package let kind: Kind
  /// The notebook's folder or file.
  package let path: String
  /// What is wrong, in words.
  package let problem: String
  /// What to do.
  package let advice: String

  /// An error with its text.
  package init(_ kind: Kind, path: String, problem: String, advice: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
    self.advice = advice
  }

  /// The trouble in a sentence, and what to do.
  package var description: String { "\(path): \(problem). \(advice)" }
}

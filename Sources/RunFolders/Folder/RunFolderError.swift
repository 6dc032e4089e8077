package import Files
import Foundation

/// A run's folder that cannot be used as asked: where, what is wrong, what to do.
package struct RunFolderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  package enum Kind: Hashable, Sendable {
    /// The disk is full, or the quota of its owner is used up.
    case full
    /// It may not be written.
    case readOnly
    /// Another engine works on the run.
    case takenOver
    /// It is not there.
    case missing
    /// Anything else.
    case other
  }

  /// What kind of trouble it is.
  package let kind: Kind
  /// The folder or file.
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

  /// The error that a call of the system left.
  ///
  /// - Parameters:
  ///   - code: `errno`.
  ///   - doing: What could not be done: "written", "read".
  package static func system(_ code: Int32, path: String, doing: String = "written") -> Self {
    Self(.system(code, path: path, doing: doing))
  }

  /// The error of a file in a run's folder.
  package init(_ error: FileError) {
    let kind: Kind =
      switch error.kind {
      case .full: .full
      case .readOnly: .readOnly
      case .missing: .missing
      case .other: .other
      }
    self.init(
      kind, path: error.path, problem: error.problem,
      advice: kind == .missing ? "Was the run's folder removed?" : error.advice)
  }
}

extension RunFolderError: LocalizedError {
  /// What is wrong, for messages that name the file themselves.
  package var errorDescription: String? { problem }
}

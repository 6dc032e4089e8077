import Foundation

/// A file that cannot be written or read as asked: where, what is wrong, what to do.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  package enum Kind: Hashable, Sendable {
    /// The disk is full, or the quota of its owner is used up.
    case full
    /// It may not be written.
    case readOnly
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
    let problem = "it cannot be \(doing) (\(String(cString: strerror(code))))"
    switch code {
    case ENOSPC, EDQUOT:
      return Self(
        .full, path: path, problem: "the disk is full", advice: "Make room; nothing is lost.")
    case EACCES, EPERM, EROFS:
      return Self(
        .readOnly, path: path, problem: problem,
        advice: "Check the permissions of the file and its folder.")
    case ENOENT:
      return Self(
        .missing, path: path, problem: problem, advice: "Check that its folder is there.")
    default:
      return Self(
        .other, path: path, problem: problem,
        advice: "Check the disk; nothing that was written before is lost.")
    }
  }
}

extension FileError: LocalizedError {
  /// What is wrong, for messages that name the file themselves.
  package var errorDescription: String? { problem }
}

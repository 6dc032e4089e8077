import Foundation
import NamedEntities

/// What is wrong with one of a tokenizer's files.
package struct TokenizerError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The file's path.
  package var path: String
  /// The line, counted from one, when the problem is on a line.
  package var line: Int?
  /// What is wrong with it.
  package var problem: String
  /// What should have been there.
  package var expected: String
  /// What to do about it; may be empty.
  package var advice: String

  /// A problem with one file.
  package init(
    path: String, line: Int? = nil, problem: String, expected: String, advice: String = ""
  ) {
    self.path = path
    self.line = line
    self.problem = problem
    self.expected = expected
    self.advice = advice
  }

  /// The problem in one sentence, and the advice.
  ///
  ///     model/vocab.txt:7: the line is empty; expected one subword a line.
  package var description: String {
    path + (line.map { ":\($0)" } ?? "")
      + ": \(problem.shortened()); expected \(expected.shortened())."
      + (advice.isEmpty ? "" : " \(advice)")
  }

  /// The bytes of a file.
  static func contents(
    of path: String, expected: String, advice: String = ""
  ) throws(TokenizerError) -> [UInt8] {
    guard FileManager.default.fileExists(atPath: path) else {
      throw TokenizerError(
        path: path, problem: "there is no such file", expected: expected, advice: advice)
    }
    do throws(OrdinaryFile.Problem) {
      let bytes = [UInt8](try OrdinaryFile.contents(of: path))
      if bytes.count >= 1024 || !bytes.starts(with: "version https://git-lfs".utf8) { return bytes }
    } catch {
      throw TokenizerError(
        path: path, problem: "it cannot be read (\(error))", expected: expected, advice: advice)
    }
    throw TokenizerError(
      path: path, problem: "it is only Git's pointer to a large file", expected: expected,
      advice: "Run git lfs pull in the model directory.")
  }
}

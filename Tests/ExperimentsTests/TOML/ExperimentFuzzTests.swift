import Experiments
import Foundation
import TestSupport
import Testing

/// Files of experiments and studies with bytes and lines changed: an error that says where, or something
/// valid.
@Suite struct ExperimentFuzzTests {
  private static let experiment = Experiment().toml()

  private static func mutator(_ text: String) -> TextMutator {
    TextMutator(
      text, words: text.split { " =\t\n\"[]".contains($0) }.map(String.init),
      separators: [" ", "=", "\t", "."], tokens: ["\n", "\t", "\"\"\"", "[[", "]]", "\r\n"])
  }

  private static func isExpected(_ error: any Error) -> Bool {
    guard let error = error as? ExperimentError else { return false }
    return error.file?.isEmpty == false && !error.problem.isEmpty
  }

  @Test func `an experiment is an error that names the file, or one that is read back the same`()
    throws
  {
    let mutator = Self.mutator(Self.experiment)
    try Fuzz.run(
      "experiment", make: { mutator.mutated(&$0) },
      read: { fuzz, input in
        let experiment = try Experiment.load(path: fuzz.file("experiment.toml", input))
        #expect(try Experiment(toml: experiment.toml(), file: "again") == experiment)
      }, isExpected: Self.isExpected)
  }

  @Test func `a study is an error that names a file, or a study`() throws {
    let mutator = Self.mutator(StudyTests.plain)
    try Fuzz.run(
      "study", make: { mutator.mutated(&$0) },
      read: { fuzz, input in
        _ = fuzz.file("base.toml", Array(Self.experiment.utf8))
        _ = try Study.load(path: fuzz.file("study.toml", input))
      }, isExpected: Self.isExpected)
  }

  @Test(arguments: [
    ("[[[a]]]", 1), ("a = 1\n[=]\n", 2), ("[ .a]", 1), ("a = \"\"\"\n[=]\n\"\"\"\n[{]", 4),
    ("a = [\n[[1]],\n[{}]\n]\n[\u{E9}]", 5),
  ])
  func `a header without a key is an error that names its line`(text: String, line: Int) {
    let error = #expect(throws: ExperimentError.self) {
      try Experiment(toml: text, file: "x.toml")
    }
    #expect(error?.line == line && error?.problem.contains("a header has no key") == true)
  }

  @Test(arguments: [("a = [3,}5]", 1), ("a = [\n1, # one\n}", 3), ("\na = { b = [ } }", 2)])
  func `a list that ends as a table does is an error that names its line`(text: String, line: Int) {
    let error = #expect(throws: ExperimentError.self) {
      try Experiment(toml: text, file: "x.toml")
    }
    #expect(error?.line == line && error?.problem.contains("a list has }") == true)
  }
}

import Foundation
import NamedEntities
import TestSupport
import Testing

@testable import LabNotebook

/// Files of a notebook with bytes and lines changed: an error that says where, or something valid.
@Suite struct NotebookFuzzTests {
  private static let experiment = Experiment().toml()

  private static let predictions = """
    Ada\tB-PER\tB-PER
    woont\tO\tO

    Utrecht\tB-LOC\tO

    """

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

  @Test func `predictions are an error that names the line, or sentences with entities in them`()
    throws
  {
    let mutator = Self.mutator(Self.predictions)
    try Fuzz.run(
      "predictions", make: { mutator.mutated(&$0) },
      read: { fuzz, input in
        for sentence in try Predictions.read(fuzz.file("nl.test.conll", input)) {
          let count = sentence.words.count
          #expect((sentence.gold + sentence.predicted).allSatisfy { $0.words.upperBound <= count })
        }
      },
      isExpected: { error in
        guard let error = error as? CorpusError else { return false }
        return !error.path.isEmpty && !error.problem.isEmpty
      })
  }

  private struct Complaint: Error, CustomStringConvertible {
    var description: String
  }

  @Test func `a journal is read as far as it says something, and each other line is told`() throws {
    let journals = try withTemporaryFolder { folder in
      let notebook = try Notebook.open(folder: folder.path)
      try fill(notebook)
      try notebook.close()
      return try FileManager.default.contentsOfDirectory(atPath: folder.path + "/runs").sorted()
        .map { try Data(contentsOf: URL(filePath: "\(folder.path)/runs/\($0)/journal.jsonl")) }
        .map { String(decoding: $0.prefix(8000), as: UTF8.self) }
    }
    #expect(journals.count == 7 && journals.allSatisfy { !$0.isEmpty })
    let mutators = journals.map(Self.mutator)
    try Fuzz.run(
      "journal", make: { chance in chance.pick(mutators).mutated(&chance) },
      read: { _, input in
        let contents = JournalContents(Data(input))
        let lines = input.count { $0 == UInt8(ascii: "\n") }
        #expect(contents.length <= input.count && contents.problems.count <= lines)
        if let problem = contents.problems.first {
          throw Complaint(description: "line \(problem.line): \(problem.reason)")
        }
      }, isExpected: { $0 is Complaint })
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

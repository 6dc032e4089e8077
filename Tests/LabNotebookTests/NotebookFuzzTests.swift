import Foundation
import NamedEntities
import NotebookSupport
import RunFolders
import TestSupport
import Testing

@testable import LabNotebook

/// Files of a notebook with bytes and lines changed: an error that says where, or something valid.
@Suite struct NotebookFuzzTests {
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
        .compactMap {
          try? Data(contentsOf: URL(filePath: "\(folder.path)/runs/\($0)/journal.jsonl"))
        }
        .map { String(decoding: $0.prefix(8000), as: UTF8.self) }
    }
    #expect(journals.count == 5 && journals.allSatisfy { !$0.isEmpty })
    let mutators = journals.map(Self.mutator)
    try Fuzz.run(
      "journal", make: { chance in chance.pick(mutators).mutated(&chance) },
      read: { fuzz, input in
        var reader = JournalReader(innerSteps: 5)
        let change = try reader.read(fuzz.file("journal.jsonl", input))
        let lines = input.count { $0 == UInt8(ascii: "\n") }
        #expect(reader.position.length <= input.count && change.problemCount <= lines)
        if let problem = change.problems.first {
          throw Complaint(description: "line \(problem.line): \(problem.reason)")
        }
      }, isExpected: { $0 is Complaint })
  }
}

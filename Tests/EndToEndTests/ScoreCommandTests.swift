import Foundation
import TestSupport
import Testing

@Suite struct ScoreCommandTests {
  /// Gold PER 0..<1, LOC 2..<3; predicted PER 0..<1, LOC 1..<3.
  ///
  ///     correct 1, predicted 2, gold 2   →   p = r = f1 = ½; PER 1, LOC 0
  static let line =
    #"{"gold":[["B-PER","O","I-LOC"]],"predicted":[["I-PER","B-LOC","I-LOC"]]}"#

  @Test func `one object a line has micro, types and support`() throws {
    try withPrimer { primer in
      let outcome = try primer("score", input: Self.line + "\n\n" + Self.line)
      #expect(outcome.status == 0)
      #expect(outcome.errors.isEmpty)
      #expect(
        outcome.lines
          == Array(
            repeating: #"{"micro":{"f1":0.5,"precision":0.5,"recall":0.5},"#
              + #""types":{"LOC":{"f1":0,"precision":0,"recall":0,"support":1},"#
              + #""PER":{"f1":1,"precision":1,"recall":1,"support":1}}}"#, count: 2))
    }
  }

  @Test func `a file is read as standard input is`() throws {
    try withPrimer { primer in
      try primer.write(Self.line, to: "cases.jsonl")
      #expect(try primer("score", "cases.jsonl").output == primer("score", input: Self.line).output)
    }
  }

  @Test(arguments: [
    ("not json", "standard input:2: this is not a score case"),
    (#"{"gold":[["O"]],"predicted":[]}"#, "gold has 1 sentences and predicted 0"),
    (#"{"gold":[["O"]],"predicted":[["O","O"]]}"#, "sentence 1 has 1 gold tags and 2 predicted"),
    (#"{"gold":[[""]],"predicted":[["O"]]}"#, "sentence 1 has an empty tag"),
  ])
  func `a line that is no case is named`(line: String, problem: String) throws {
    try withPrimer { primer in
      let outcome = try primer("score", input: Self.line + "\n" + line + "\n")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains(problem), "\(outcome.errors)")
      #expect(outcome.errors.contains("standard input:2"))
    }
  }
}

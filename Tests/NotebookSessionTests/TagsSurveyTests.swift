import Experiments
import Foundation
import NotebookScreens
import NotebookSession
import TestSupport
import Testing

/// The tags that a planned run would have, as the form shows them.
@Suite struct TagsSurveyTests {
  private func answer(_ experiment: Experiment, near: String?) -> TagsAnswer? {
    var reader = CorpusReader()
    var found: TagsAnswer?
    reader.carryOut(.tags(experiment, near: near), isCancelled: { false }) { message in
      if case .tagsCounted(experiment, let answer) = message { found = answer }
    }
    return found
  }

  @Test func `they are counted in what the run would read`() throws {
    try withTemporaryFolder { folder in
      for (name, text) in [
        ("en/train.txt", "Ada B-PER\nMay B-DATE\n"), ("hi/train.txt", "Bo B-PER\n"),
        ("hi/test.txt", "Rome B-LOC\n"), ("xx/train.txt", "UN B-ORG\n"),
      ] {
        let file = folder.appending(path: "corpora/\(name)")
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
      var plan = Experiment()
      for (key, value) in [
        ("data.path", "corpora"), ("priming.languages", "en"), ("tuning.languages", "hi"),
        ("evaluation.splits", "test"),
      ] { try plan.set(key, to: value) }
      let near = folder.appending(path: "plan.toml").path
      let found = try #require(answer(plan, near: near))
      #expect(found.labels == ["O", "B-DATE", "I-DATE", "B-LOC", "I-LOC", "B-PER", "I-PER"])
      #expect(
        found.warnings == [
          "LOC is in no training data, only hi/test has 1: it cannot be learned.",
          "The training sentences of hi have no DATE (en/train has 1).",
        ])
      try plan.set("data.types", to: "PER,PRE")
      let problem = try #require(answer(plan, near: near)?.problem)
      #expect(problem.contains("data.types names ‘PRE’, which no corpus of the run has"))
    }
  }
}

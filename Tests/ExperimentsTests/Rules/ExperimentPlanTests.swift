import Foundation
import Experiments
import TestSupport
import Testing

/// What the form needs to know of an experiment: everything that is wrong, and a file for an editor.
@Suite struct ExperimentPlanTests {
  @Test func `every broken rule is told, the first is the one thrown`() throws {
    var plan = Experiment()
    try plan.set("priming.method", to: "reptile")
    try plan.set("priming.order", to: "second")
    try plan.set("priming.inner.steps", to: "0")
    try plan.set("tuning.languages", to: "")
    #expect(
      plan.problems.map(\.key) == ["priming.inner.steps", "priming.order", "tuning.languages"])
    let broken = plan
    #expect { try broken.validated() } throws: { error in
      (error as? ExperimentError)?.key == "priming.inner.steps"
    }
    #expect(Experiment().problems.isEmpty)
  }

  @Test func `the file for an editor reads back as the same experiment`() throws {
    var plan = Experiment()
    for (key, value) in [
      ("name", "a \"quoted\" \\ name"), ("priming.steps", "500"), ("tuning.languages", "hi, af"),
      ("priming.outer.learningRate", "2e-6"), ("encoder.freezeEmbeddings", "true"),
    ] {
      try plan.set(key, to: value)
    }
    let text = plan.annotatedToml(heading: "one\ntwo")
    #expect(text.hasPrefix("# one\n# two\n"))
    #expect(try Experiment(toml: text, file: "draft") == plan)
    #expect(text.contains("# The number of outer steps. (0…10000000; outer steps; default 300)"))
    #expect(text.contains("\nsteps = 500\n"))
    #expect(text.contains("\n#metaBatchSize = 1\n"), "defaults stand as comments")
    #expect(!text.contains("[pretraining]"), "what means nothing to the run is left out")
  }

  @Test func `every line that is a comment for its default is a setting when it is none`() throws {
    for kind in ["experiment", "pretraining"] {
      var plan = Experiment()
      try plan.set("kind", to: kind)
      let all = plan.annotatedToml().split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? String($0.dropFirst()) : String($0) }
        .joined(separator: "\n")
      #expect(try Experiment(toml: all, file: "all") == plan)
    }
  }

  @Test func `files that are not there are told beside their settings`() throws {
    try withTemporaryFolder { folder in
      let manager = FileManager.default
      for (path, text) in [
        ("encoder/config.json", "{}"), ("panx/hi/train", ""), ("panx/hi/dev", ""),
        ("panx/hi/test", ""), ("panx/en/dev", ""),
      ] {
        let file = folder.appending(path: path)
        try manager.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
      var plan = Experiment()
      try plan.set("encoder.path", to: "encoder")
      try plan.set("data.path", to: "panx")
      try plan.set("priming.languages", to: "hi, xx")
      try plan.set("tuning.languages", to: "hi")
      try plan.set("evaluation.splits", to: "test")
      let near = folder.appending(path: "plan.toml").path
      #expect(
        plan.fileProblems(near: near).map(\.description) == [
          "the corpus has no language ‘xx’; expected some of en hi"
        ])
      try plan.set("priming.languages", to: "en")
      #expect(
        plan.fileProblems(near: near).map(\.problem) == ["the corpus has no train for ‘en’"])
      try plan.set("priming.method", to: "none")
      #expect(plan.fileProblems(near: near).isEmpty, "what does not prime reads no such language")
      try plan.set("encoder.path", to: "panx")
      try plan.set("data.path", to: "nowhere")
      #expect(plan.fileProblems(near: near).map(\.key) == ["encoder.path", "data.path"])
    }
  }
}

import Experiments
import Foundation
import TestSupport
import Testing

/// What is probably not meant, though it can be run.
@Suite struct ExperimentWarningTests {
  private func experiment(_ changes: String) throws -> Experiment {
    var experiment = Experiment()
    for change in changes.split(separator: " ") {
      let parts = change.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      try experiment.set(parts[0], to: parts[1])
    }
    return experiment
  }

  @Test(arguments: [
    (
      "priming.inner.steps=0", "priming.inner.steps",
      "maml with no inner steps is multi-task priming"
    ),
    (
      "tuning.languages=hi,de", "tuning.languages",
      "de is also in priming.languages: F1 there is not cross-lingual"
    ),
    (
      "tuning.languages=en,hi,de", "tuning.languages",
      "en, de are also in priming.languages: F1 there is not cross-lingual"
    ),
    (
      "adapter.type=none priming.inner.updates=head", "tuning.updates",
      "tuning.updates is adapter+head, and adapter.type is none: only the head is updated"
    ),
    (
      "adapter.type=none tuning.updates=head", "priming.inner.updates",
      "priming.inner.updates is adapter+head, and adapter.type is none: only the head is updated"
    ),
  ])
  func `settings that are probably not meant are told, and can be run`(
    changes: String, key: String, text: String
  ) throws {
    let experiment = try experiment(changes)
    try experiment.validated()
    #expect(experiment.warnings.map(\.key) == [key])
    #expect(experiment.warnings.first?.problem == text)
    #expect(experiment.warnings.first?.expected.isEmpty == false)
  }

  @Test(arguments: [
    "", "priming.method=multitask priming.inner.steps=0",
    "adapter.type=none tuning.updates=head "
      + "priming.method=multitask", "priming.method=none tuning.languages=en",
    "kind=pretraining adapter.type=none",
  ])
  func `what is meant brings no warning`(changes: String) throws {
    #expect(try experiment(changes).warnings.isEmpty)
  }

  @Test(arguments: [
    (
      "data.maximumSubwords=128", "bert",
      ["data.maximumSubwords is 128, and the encoder has positions for 66, which are used"]
    ),
    // RoBERTa's first position is behind that of padding, number 1.
    (
      "data.maximumSubwords=65", "xlm-roberta",
      ["data.maximumSubwords is 65, and the encoder has positions for 64, which are used"]
    ),
    ("data.maximumSubwords=64", "xlm-roberta", []), ("data.maximumSubwords=66", "bert", []),
    (
      "adapter.reductionFactor=33", "bert",
      [
        "adapter.reductionFactor is 33, and the encoder's hidden size 32: the bottleneck has 1 unit"
      ]
    ),
    ("adapter.reductionFactor=32", "bert", []),
    (
      "adapter.reductionFactor=1", "bert",
      ["the bottleneck is as wide as the encoder's hidden size, 32"]
    ),
    ("adapter.reductionFactor=1 adapter.type=lora", "bert", []),
    (
      "adapter.type=lora adapter.rank=32", "distilbert",
      ["adapter.rank is 32, not below the encoder's hidden size of 32"]
    ),
  ])
  func `the encoder's sizes are compared with the settings`(
    changes: String, family: String, texts: [String]
  ) throws {
    try withTemporaryFolder { folder in
      let width = family == "distilbert" ? "dim" : "hidden_size"
      let json =
        "{\"model_type\": \"\(family)\", \"\(width)\": 32, \"max_position_embeddings\": 66}"
      try Data(json.utf8).write(to: folder.appending(path: "config.json"))
      var experiment = try experiment(changes)
      try experiment.set("encoder.path", to: folder.path)
      #expect(experiment.fileWarnings(near: nil).map(\.problem) == texts)
    }
  }

  @Test func `an encoder that is not there brings no warning`() throws {
    #expect(
      try experiment("encoder.path=/nowhere data.maximumSubwords=512").fileWarnings(near: nil)
        .isEmpty)
  }

  @Test func `the sample experiments and the sample study bring no warning`() throws {
    let folder = packageFolder.appending(path: "sample-data")
    for file in try FileManager.default.contentsOfDirectory(
      atPath: folder.appending(path: "experiments").path) where file.hasSuffix(".toml")
    {
      let path = folder.appending(path: "experiments/\(file)").path
      let experiment = try Experiment.load(path: path)
      #expect((experiment.warnings + experiment.fileWarnings(near: path)).isEmpty, "\(file)")
    }
    let path = folder.appending(path: "studies/sample.toml").path
    #expect(try Study.load(path: path).warnings(near: path).isEmpty)
  }

  @Test func `a study tells each warning once, with the methods that it is about`() throws {
    let study = try Study.grid(
      "steps", over: "priming.inner.steps", values: [.integer(0), .integer(5)], seeds: [1, 2],
      base: experiment("tuning.languages=en encoder.path=/nowhere"))
    #expect(
      try study.warnings(near: nil).map(\.problem) == [
        "steps 0: maml with no inner steps is multi-task priming",
        "en is also in priming.languages: F1 there is not cross-lingual",
      ])
  }
}

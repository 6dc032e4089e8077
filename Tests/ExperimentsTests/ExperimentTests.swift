import Experiments
import Foundation
import NamedEntities
import TestSupport
import Testing

@Suite struct SettingsTableTests {
  @Test func `every key is in the table once, with a sentence and a default that it accepts`() {
    #expect(Set(Settings.all.map(\.key)).count == Settings.all.count)
    for setting in Settings.all {
      #expect(setting.doc.hasSuffix("."), "\(setting.key)")
      #expect(setting.doc.first?.isUppercase == true, "\(setting.key)")
      #expect(setting.kind.accepts(setting.defaultValue), "\(setting.key)")
      #expect(Settings.descriptor(setting.key) == setting)
    }
  }

  @Test func `the settings of a group stand together`() {
    var seen: [String] = []
    for setting in Settings.all where seen.last != setting.group {
      #expect(!seen.contains(setting.group), "\(setting.group) stands in two places")
      seen.append(setting.group)
    }
  }

  @Test(arguments: [
    ("priming.stpes", "priming.steps"), ("steps", "priming.steps"),
    ("learningrate", "priming.inner.learningRate"), ("sede", "seed"),
    ("priming.inner.learningRat", "priming.inner.learningRate"),
  ])
  func `a mistyped key is near the one that was meant`(typed: String, meant: String) {
    #expect(Settings.nearestKey(to: typed) == meant)
  }

  @Test func `nothing is near to nonsense`() {
    #expect(Settings.nearestKey(to: "zzzzqqqq") == nil)
  }

  @Test func `numbers are as short as they stay exact`() {
    for (value, text) in [
      (0.03, "0.03"), (2e-5, "2e-5"), (16, "16"), (1e-3, "0.001"), (1e21, "1e21"),
    ] {
      #expect(SettingValue.number(value).description == text)
      #expect(Double(text) == value)
    }
  }
}

@Suite struct ExperimentTests {
  /// A random value that a setting accepts.
  private func randomValue(
    _ kind: SettingKind, using generator: inout some RandomNumberGenerator
  ) -> String {
    let texts = ["a b", "x\"y\\z", "für Élise", "हिन्दी", "# no comment", "", "'"]
    switch kind {
    case .bool: return String(Bool.random(using: &generator))
    case .integer(let range): return String(Int.random(in: range, using: &generator))
    case .number(let range):
      let exponent = Double.random(in: -8...0, using: &generator)
      let width = range.upperBound - range.lowerBound
      return SettingValue.number(range.lowerBound + width * pow(10, exponent)).description
    case .choice(let choices): return choices.randomElement(using: &generator) ?? ""
    case .text, .path: return (texts.randomElement(using: &generator) ?? "")
    case .list: return ["en", "en,de", "", "zh-min-nan,hi"].randomElement(using: &generator) ?? ""
    case .names:
      return ["PER", "work of art, a-b", "", "é,e\u{301}", "[x]\"y\\"].randomElement(
        using: &generator) ?? ""
    case .renames:
      return ["GPE=LOC", "b c=O, a-b=c d", "", "é=x,e\u{301}=x,\"=\\"].randomElement(
        using: &generator) ?? ""
    case .choiceList(let choices):
      return choices.shuffled(using: &generator).prefix(2).joined(separator: ",")
    }
  }

  @Test func `what is written is read back, for any experiment`() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      var experiment = Experiment()
      for setting in Settings.all where Bool.random(using: &generator) {
        try experiment.set(setting.key, to: randomValue(setting.kind, using: &generator))
      }
      #expect(try Experiment(toml: experiment.toml(), file: "short") == experiment)
      #expect(try Experiment(toml: experiment.resolvedToml(), file: "whole") == experiment)
      let json = try JSONEncoder().encode(experiment)
      #expect(try JSONDecoder().decode(Experiment.self, from: json) == experiment)
    }
  }

  @Test func `an empty file is all defaults`() throws {
    let experiment = try Experiment(toml: "", file: "empty")
    #expect(experiment == Experiment())
    #expect(experiment[Settings.innerSteps] == 5)
    #expect(experiment[Settings.evaluationSplits] == [.dev, .test])
  }

  @Test func `inline tables and headers say the same, and whole numbers serve as numbers`() throws {
    let inline = try Experiment(
      toml: "priming = { steps = 7, inner = { learningRate = 1 } }", file: "a")
    let headers = try Experiment(
      toml: "[priming]\nsteps = 7\n[priming.inner]\nlearningRate = 1.0", file: "b")
    #expect(inline == headers)
    #expect(inline[Settings.innerLearningRate] == 1)
  }

  @Test(arguments: [
    (
      "seed = 1\n[priming]\nstpes = 3",
      "x.toml:3: priming.stpes is not a setting; did you mean "
        + "priming.steps?"
    ),
    ("[priming]\nsteps = \"many\"", "x.toml:2: priming.steps is ‘many’; expected a whole number"),
    ("[priming]\nsteps = -1", "x.toml:2: priming.steps is -1; expected a whole number from 0"),
    (
      "# a comment\n[priming]\ninner = { steps = 5, learningRate = 1000 }",
      "x.toml:3: priming.inner.learningRate is 1000; expected a number from 0 to 100"
    ),
    ("[priming]\nmethod = \"mamal\"", "x.toml:2: priming.method is ‘mamal’; expected one of none"),
    ("\nseed =", "x.toml:2: it is not TOML"),
    ("priming = 3", "x.toml:1: priming is 3; expected a table"),
    (
      "[tuning]\nlanguages = [\"hi\", 3]",
      "x.toml:2: tuning.languages is [‘hi’, 3]; expected a list"
    ),
    ("[tuning]\nlanguages = [\"../x\"]", "x.toml:2: tuning.languages is [‘../x’]; expected a list"),
    (
      "[tuning]\nlanguages = [\n  \"hi\",\n]\n[priming.outer]\nlearningRate = -1",
      "x.toml:6: priming.outer.learningRate is -1; expected a number from 0 to 100"
    ),
    ("# steps\n[ priming.inner ]\nsteps = 5000", "x.toml:3: priming.inner.steps is 5000"),
    ("priming.inner.steps = 5000", "x.toml:1: priming.inner.steps is 5000"),
    ("priming.steps = -1\nadapter.rank = 0", "x.toml:1: priming.steps is -1"),
    ("seed = 1\nseed = 2", "x.toml:2: it is not TOML"),
    ("[evaluation]\nsplits = [\"dev\", \"dev\"]", "x.toml:2: evaluation.splits is [‘dev’, ‘dev’]"),
    ("[pretraining]\nhalf = 1", "x.toml:2: pretraining.half is 1; expected true or false"),
    ("seed = 1.5", "x.toml:1: seed is 1.5; expected a whole number from 0 to 2147483647"),
    ("name = \"a\\u0007b\"", "x.toml:1: name is "),
    ("[nonsense]\nx = 1", "x.toml:1: nonsense is not a setting"),
    ("[tuning]\nlearningRate = nan", "x.toml:2: tuning.learningRate is nan"),
  ])
  func `a bad file is an error with its line and what was expected`(toml: String, text: String) {
    do {
      _ = try Experiment(toml: toml, file: "x.toml")
      Issue.record("accepted: \(toml)")
    } catch {
      #expect(error.description.hasPrefix(text), "\(error.description)")
    }
  }

  @Test func `a change is checked as a file is`() throws {
    var experiment = Experiment()
    try experiment.set("tuning.languages", to: "hi, af")
    #expect(experiment[Settings.tuningLanguages] == ["hi", "af"])
    try experiment.set("priming.outer.learningRate", to: "3e-4")
    #expect(experiment[Settings.outerLearningRate] == 3e-4)
    for (key, text) in [("seed", "x"), ("seed", "-1"), ("nothing", "1"), ("tuning.epochs", "1.5")] {
      #expect(throws: ExperimentError.self) { try experiment.set(key, to: text) }
    }
  }

  @Test func `differences name what changed, from what to what`() throws {
    var experiment = Experiment()
    try experiment.set("priming.inner.steps", to: "1")
    let differences = experiment.differences(from: Experiment())
    #expect(differences.map(\.key) == ["priming.inner.steps"])
    #expect(differences.first?.old == .integer(5))
    #expect(differences.first?.new == .integer(1))
    try experiment.set("priming.inner.steps", to: "5")
    #expect(experiment == Experiment())
  }

  @Test(arguments: [
    ("priming.languages", "", "priming.languages is empty"),
    ("tuning.languages", "", "tuning.languages is empty"),
    ("evaluation.splits", "", "evaluation.splits is empty"),
    ("priming.steps", "0", "priming.steps is 0"),
    ("priming.method=reptile priming.inner.steps=0", "", "reptile with no inner steps"),
    ("priming.method=reptile priming.order=second", "", "reptile has no second order"),
    ("adapter.type=none priming.outer.updates=adapter+head", "", "without an adapter"),
    ("adapter.type=none priming.inner.updates=adapter", "", "without an adapter"),
    ("adapter.type=none tuning.updates=adapter", "", "without an adapter"),
    ("adapter.type=lora adapter.targets=", "", "adapter.targets is empty"),
    ("priming.method=reptile priming.inner.stepSizes=tensor", "", "reptile never learns"),
    ("priming.method=multitask priming.outer.losses=annealed", "", "multitask never judges"),
    (
      "priming.method=reptile priming.inner.updates=head priming.outer.updates=encoder", "",
      "common"
    ),
    ("kind=pretraining pretraining.attentionHeadCount=3", "", "3 attention heads do not divide"),
  ])
  func `settings that do not fit together are refused in words`(
    key: String, value: String, text: String
  ) throws {
    var experiment = Experiment()
    try experiment.validated()
    if key.contains("=") {
      for change in key.split(separator: " ") {
        let parts = change.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        try experiment.set(parts[0], to: parts[1])
      }
    } else {
      try experiment.set(key, to: value)
    }
    let error = try #require(throws: ExperimentError.self) { try experiment.validated() }
    #expect(error.description.contains(text) && !error.expected.isEmpty)
  }

  @Test func `an experiment whose tuning starts primed must prime`() throws {
    var experiment = Experiment()
    try experiment.set("priming.method", to: "none")
    try experiment.validated()
    try experiment.set("tuning.start", to: "primed")
    #expect(throws: ExperimentError.self) { try experiment.validated() }
  }

  @Test func `every experiment of the sample data is read and fits together`() throws {
    let folder = packageFolder.appending(path: "sample-data/experiments")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".toml") }
    #expect(!files.isEmpty)
    for file in files {
      try Experiment.load(path: folder.appending(path: file).path).validated()
    }
  }

  @Test func `experiments that differ in tuning share their priming, others do not`() throws {
    let base = Experiment()
    for (key, value, isShared) in [
      ("tuning.epochs", "3", true), ("name", "x", true), ("evaluation.every", "9", true),
      ("seed", "2", false), ("priming.inner.steps", "1", false), ("adapter.type", "lora", false),
      ("data.maximumSubwords", "32", false), ("threads", "1", false),
    ] {
      var other = base
      try other.set(key, to: value)
      #expect((other.primingKey == base.primingKey) == isShared, "\(key)")
    }
  }
}

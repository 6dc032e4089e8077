import Experiments
import NamedEntities
import Testing

/// The settings that are one of several choices, and their texts in files.
@Suite struct ChoiceTests {
  /// The choices as files and screens spell them, in their order; written by hand.
  static let choices: [String: [String]] = [
    "kind": ["experiment", "pretraining"],
    "adapter.type": ["bottleneck", "lora", "prefix", "ia3", "bitfit", "none"],
    "adapter.placement": ["pfeiffer", "houlsby", "parallel"],
    "data.format": ["auto", "panx", "conll", "jsonl"],
    "data.badLines": ["refuse", "skip"],
    "data.longSentences": ["window", "cut"],
    "start.keeps": ["encoder+adapter+head", "encoder"],
    "priming.method": ["none", "multitask", "maml", "reptile"],
    "priming.order": ["first", "second"],
    "priming.reduction": ["mean", "sum"],
    "priming.sampling": ["uniform", "size", "temperature"],
    "priming.inner.updates": ["adapter+head", "adapter", "head", "all"],
    "priming.inner.stepSizes": ["fixed", "tensor", "tensor+step"],
    "priming.outer.optimizer": ["adamw", "sgd"],
    "priming.outer.updates": [
      "encoder", "encoder+head", "encoder+adapter", "encoder+adapter+head", "adapter+head",
      "adapter", "head",
    ],
    "priming.outer.losses": ["last", "annealed"],
    "priming.outer.schedule": ["constant", "linear", "cosine"],
    "tuning.updates": ["adapter+head", "adapter", "head", "all"],
    "tuning.start": ["fresh", "primed"],
    "tuning.optimizer": ["adamw", "sgd"],
    "tuning.schedule": ["constant", "linear", "cosine"],
  ]

  static let choiceLists: [String: [String]] = [
    "adapter.targets": ["query", "key", "value", "attentionOutput", "intermediate", "output"],
    "evaluation.splits": ["train", "dev", "test"],
  ]

  @Test func `the table offers the choices of each setting's type, in their order`() {
    var (choices, lists): ([String: [String]], [String: [String]]) = ([:], [:])
    for setting in Settings.all {
      switch setting.kind {
      case .choice(let texts): choices[setting.key] = texts
      case .choiceList(let texts): lists[setting.key] = texts
      case .bool, .integer, .number, .text, .path, .list, .names, .renames: break
      }
    }
    #expect(choices == Self.choices)
    #expect(lists == Self.choiceLists)
  }

  @Test func `every text that the table offers becomes a typed value, and the text again`() throws {
    /// What the settings' types make of an experiment.
    func typed(_ experiment: Experiment) -> [any SettingRepresentable] {
      [
        experiment[Settings.kind], experiment[Settings.adapterType],
        experiment[Settings.adapterPlacement], experiment[Settings.dataFormat],
        experiment[Settings.badLines], experiment[Settings.longSentences],
        experiment[Settings.startKeeps],
        experiment[Settings.primingMethod], experiment[Settings.primingOrder],
        experiment[Settings.primingReduction], experiment[Settings.primingSampling],
        experiment[Settings.innerUpdates], experiment[Settings.innerStepSizes],
        experiment[Settings.outerOptimizer], experiment[Settings.outerUpdates],
        experiment[Settings.outerLosses], experiment[Settings.outerSchedule],
        experiment[Settings.tuningUpdates], experiment[Settings.tuningStart],
        experiment[Settings.tuningOptimizer], experiment[Settings.tuningSchedule],
      ]
    }
    #expect(typed(Experiment()).count == Self.choices.count)
    for (key, texts) in Self.choices {
      for text in texts {
        var experiment = Experiment()
        try experiment.set(key, to: text)
        #expect(typed(experiment).contains { $0.settingValue == .text(text) }, "\(key) = \(text)")
        #expect(experiment[key: key] == .text(text))
      }
    }
  }

  @Test func `a choice that is set by its type is written as its text`() throws {
    var experiment = Experiment()
    experiment[Settings.primingMethod] = .reptile
    experiment[Settings.innerUpdates] = .all
    experiment[Settings.adapterTargets] = [.attentionOutput, .query]
    experiment[Settings.evaluationSplits] = [.test]
    let toml = experiment.toml()
    for line in [
      #"method = "reptile""#, #"updates = "all""#, #"targets = ["attentionOutput", "query"]"#,
      #"splits = ["test"]"#,
    ] {
      #expect(toml.contains(line + "\n"), "\(toml)")
    }
    #expect(try Experiment(toml: toml, file: "x") == experiment)
  }

  @Test func `a text that is no choice is refused wherever it enters`() throws {
    for (key, texts) in Self.choices.merging(Self.choiceLists, uniquingKeysWith: { $1 }) {
      let name = try #require(texts.first)
      for wrong in [name.uppercased(), name + " and more", name + "+nothing"] {
        var experiment = Experiment()
        #expect(throws: ExperimentError.self) { try experiment.set(key, to: wrong) }
        #expect(throws: ExperimentError.self) { try experiment.set(key, to: .text(wrong)) }
        #expect(throws: ExperimentError.self) { try Settings.value(of: key, wrong) }
        #expect(experiment == Experiment())
      }
    }
  }

  @Test func `masks that move nothing in common cannot be those of Reptile`() throws {
    for inner in TuningMask.allCases {
      for outer in OuterMask.allCases {
        var experiment = Experiment()
        experiment[Settings.primingMethod] = .reptile
        (experiment[Settings.innerUpdates], experiment[Settings.outerUpdates]) = (inner, outer)
        let isEmpty = inner.parts.intersection(outer.parts).isEmpty
        #expect(experiment.problems.isEmpty == !isEmpty, "\(inner) and \(outer)")
      }
    }
  }
}

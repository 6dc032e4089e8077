import Encoders
import Experiments
import Foundation
import LabNotebook
import Laboratory
import RunFolders
import MetaLearning
import ModelFiles
import NamedEntities
import Tensors
import Testing
import Tokenization

/// Every parameter-efficient module, head only and full fine-tuning, through the one path.
@Suite struct ModuleTests {
  struct Module: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var settings: [String: String]
    var updates = TuningMask.adapterAndHead
  }

  static let modules: [Module] = [
    Module(testDescription: "pfeiffer", settings: ["adapter.placement": "pfeiffer"]),
    Module(testDescription: "houlsby", settings: ["adapter.placement": "houlsby"]),
    Module(testDescription: "parallel", settings: ["adapter.placement": "parallel"]),
    Module(testDescription: "lora", settings: ["adapter.type": "lora", "adapter.rank": "2"]),
    Module(
      testDescription: "lora everywhere",
      settings: [
        "adapter.type": "lora", "adapter.rank": "2",
        "adapter.targets": "query,key,value,attentionOutput,intermediate,output",
      ]),
    Module(
      testDescription: "prefix",
      settings: [
        "adapter.type": "prefix", "adapter.prefixLength": "3", "adapter.prefixBottleneckSize": "8",
      ]),
    Module(
      testDescription: "flat prefix",
      settings: [
        "adapter.type": "prefix", "adapter.prefixLength": "3", "adapter.prefixBottleneckSize": "0",
      ]),
    Module(testDescription: "ia3", settings: ["adapter.type": "ia3"]),
    Module(testDescription: "bitfit", settings: ["adapter.type": "bitfit"]),
    Module(testDescription: "head only", settings: ["adapter.type": "none"], updates: .head),
    Module(testDescription: "full", settings: ["adapter.type": "none"], updates: .all),
  ]

  private func experiment(
    _ module: Module, _ world: TinyWorld, _ changes: [String: String] = [:]
  ) throws -> Experiment {
    try world.experiment(
      module.settings.merging(["encoder.dropout": "0"]) { $1 }.merging(changes) { $1 })
  }

  /// A model of the world's encoder, all its parameters, and sentences of its first language.
  private func setting(
    _ experiment: Experiment, _ world: TinyWorld
  ) throws -> (TokenClassifier, Parameters, LanguageData) {
    let directory = try ModelDirectory(path: experiment[Settings.encoderPath])
    var corpora = Corpora(
      folder: try CorpusFolder(path: experiment[Settings.dataPath], format: nil), tags: .panx,
      tokenizer: try Tokenizers.open(directory: directory.path), maximumSubwords: 32)
    let model = TokenClassifier(
      encoder: Encoder(directory.configuration, adapter: PlannedSettings(experiment).adapter),
      head: TaggingHead(
        tagCount: corpora.tags.count, hiddenSize: directory.configuration.hiddenSize))
    let generator = TensorGenerator(seed: 1)
    let parameters = try directory.encoderParameters()
      .merging(
        model.encoder.adapter?.freshParameters(in: directory.configuration, generator: generator)
          ?? [:]
      ) { $1 }
      .merging(model.head.freshParameters(deviation: 0.2, generator: generator)) { $1 }
    return (model, parameters, try corpora.data("aa", "train", limit: 16))
  }

  private func bytes(_ parameters: Parameters) -> [ParameterName: [Float]] {
    parameters.mapValues(\.floats)
  }

  @Test(arguments: modules)
  func `tuning lowers the loss and leaves every byte of what is frozen`(module: Module) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try experiment(
      module, world,
      [
        "tuning.updates": module.updates.rawValue, "tuning.epochs": "8",
        "tuning.learningRate": "0.02",
      ])
    let (model, initial, data) = try setting(experiment, world)
    let before = bytes(initial)
    var losses: [Double] = []
    let context = try RunContext(
      experiment,
      book: RunBook(record: {
        if case .trainingStep(_, _, _, let loss, _, _) = $0 { losses.append(loss) }
      }))
    let tuned = try Tuning(model: model, data: data, context: context).run(from: initial)
    #expect(losses.count == 16)
    let (first, last) = (losses.prefix(2).reduce(0, +), losses.suffix(2).reduce(0, +))
    #expect(last < 0.9 * first, "\(losses)")
    let mask = ParameterMask(module.updates.parts, adapter: model.encoder.adapter)
    #expect(bytes(initial) == before, "tuning changes a copy")
    #expect(Set(tuned.keys) == Set(initial.keys))
    for (name, value) in tuned {
      if mask(name) {
        // The bias of keys is taken out by softmax: it may move by rounding or not at all. What
        // the 16 sentences have no use for (a position, a subword) has only its decay.
        if !name.hasSuffix(".self.key.bias") { #expect(value.floats != before[name], "\(name)") }
      } else {
        #expect(value.floats == before[name], "\(name) is frozen")
      }
    }
  }

  @Test(arguments: modules, MetaGradientOrder.allCases)
  func `the inner loop lowers the loss of its batch and moves only its mask`(
    module: Module, order: MetaGradientOrder
  ) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let experiment = try experiment(module, world)
    let (model, initial, data) = try setting(experiment, world)
    let before = bytes(initial)
    let batch = TokenClassificationBatch(data.encoded)
    let mask = ParameterMask(module.updates.parts, adapter: model.encoder.adapter)
    var losses: [Double] = []
    let loop = InnerLoop(steps: 6, learningRate: 0.1, order: order, updates: { mask($0) })
    let start = order == .second ? initial.leaves { mask($0) } : initial
    let adapted = try loop.adapt(
      EntityLearner(model: model), from: start, support: { _ in [MicroBatch(batch)] },
      onStep: { _, loss, _ in losses.append(loss) })
    let (first, last) = (losses.first ?? 0, losses.last ?? .infinity)
    #expect(last < 0.95 * first, "\(losses)")
    #expect(bytes(initial) == before, "the inner loop changes a copy")
    for (name, value) in adapted where !mask(name) {
      #expect(value.floats == before[name], "\(name) is frozen")
    }
    #expect(adapted.contains { isHeadParameter($0.key) && $0.value.floats != before[$0.key] })
  }

  @Test(arguments: modules)
  func `a run primes, tunes and keeps what its module changed`(module: Module) throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let isFull = module.updates == .all
    let experiment = try experiment(
      module, world,
      [
        "priming.outer.updates": isFull ? "encoder+head" : module.updates.rawValue,
        "priming.inner.updates": module.updates.rawValue,
        "tuning.updates": module.updates.rawValue,
      ])
    let events = try world.run(experiment)
    #expect(events.evaluations.count { $0.phase == .tuning } == 2)
    let mask = ParameterMask(module.updates.parts, adapter: PlannedSettings(experiment).adapter)
    let original = try ModelDirectory(path: experiment[Settings.encoderPath]).encoderParameters()
    let primed = try ModelDirectory(path: world.file("primed")).encoderParameters()
    for (name, value) in original where !mask(name) {
      #expect(primed[name]?.floats == value.floats, "\(name) is outside of the outer mask")
    }
    let tuned = try SafetensorsFile(path: world.file("tuned/cc.safetensors"))
    #expect(tuned.entries.keys.allSatisfy { mask($0) })
    #expect(tuned.entries.keys.contains("classifier.weight"))
  }

  @Test func `the run's log counts the module's parameters`() throws {
    let world = try TinyWorld()
    defer { world.remove() }
    let events = try world.run(
      world.experiment(["adapter.type": "ia3", "priming.method": "none"]))
    // 2 layers of keys, values (16 each) and inside the feed-forward block (32)
    let isCounted = events.contains { event in
      if case .log(_, let text) = event { text.contains("; adapter 128 (") } else { false }
    }
    #expect(isCounted)
  }

  @Test func `an experiment's words choose the module`() throws {
    func adapter(_ settings: [String: String]) throws -> (any Adapter)? {
      var experiment = Experiment()
      for (key, value) in settings { try experiment.set(key, to: value) }
      return PlannedSettings(experiment).adapter
    }
    #expect(try adapter(["adapter.type": "lora"]) as? LowRankAdapter == LowRankAdapter())
    let everywhere = try adapter([
      "adapter.type": "lora", "adapter.rank": "3", "adapter.alpha": "6",
      "adapter.targets": "attentionOutput,output",
    ])
    let targets: [Projection] = [.attentionOutput, .output]
    #expect(everywhere as? LowRankAdapter == LowRankAdapter(rank: 3, alpha: 6, targets: targets))
    #expect(
      try adapter(["adapter.type": "prefix"]) as? PrefixAdapter
        == PrefixAdapter(length: 30, bottleneckSize: 512))
    let flat = try adapter([
      "adapter.type": "prefix", "adapter.prefixLength": "4", "adapter.prefixBottleneckSize": "0",
    ])
    #expect(flat as? PrefixAdapter == PrefixAdapter(length: 4, bottleneckSize: 0))
    #expect(try adapter(["adapter.type": "ia3"]) as? ScalingAdapter == ScalingAdapter())
    #expect(try adapter(["adapter.type": "bitfit"]) is BiasAdapter)
    #expect(try adapter(["adapter.type": "none"]) == nil)
  }
}

/// What the parts of a model are when its adapter is BitFit.
@Suite struct BiasMaskTests {
  let names = [
    "bert.encoder.layer.0.output.dense.weight", "bert.encoder.layer.0.output.dense.bias",
    "bert.embeddings.LayerNorm.bias", "bert.embeddings.word_embeddings.weight",
    "classifier.bias",
  ]

  @Test(
    arguments: [
      (.adapter, [false, true, true, false, false]),
      ([.adapter, .head], [false, true, true, false, true]),
      (.encoder, [true, false, false, true, false]),
      ([.encoder, .adapter], [true, true, true, true, false]),
      (.head, [false, false, false, false, true]), (.all, [true, true, true, true, true]),
    ] as [(ParameterParts, [Bool])])
  func `adapter names the encoder's biases, and encoder all the rest`(
    parts: ParameterParts, expected: [Bool]
  ) {
    let mask = ParameterMask(parts, adapter: BiasAdapter())
    #expect(names.map { mask($0) } == expected)
  }

  @Test func `word embeddings can be frozen there too`() {
    let mask = ParameterMask(.all, adapter: BiasAdapter(), freezingEmbeddings: true)
    #expect(names.map { mask($0) } == [true, true, true, false, true])
  }
}

import Encoders
import Tensors
import TestSupport
import Testing

@Suite struct AdapterTests {
  static let names = everyAdapter.keys.sorted()
  static let unchanging = names.filter { !$0.contains("prefix") }

  @Test(arguments: unchanging, [EncoderArchitecture.bert, .xlmRoberta])
  func `a fresh adapter leaves the hidden states unchanged`(
    name: String, architecture: EncoderArchitecture
  ) throws {
    let adapter = try #require(everyAdapter[name])
    let configuration = tinyConfiguration(architecture)
    let parameters = tinyParameters(configuration, adapter: adapter)
    let input = tinyInput(architecture)
    let plain = Encoder(configuration).hiddenStates(parameters, input)
    let adapted = Encoder(configuration, adapter: adapter).hiddenStates(parameters, input)
    #expect(plain.floats == adapted.floats)
  }

  @Test(arguments: names)
  func `a moved adapter changes the hidden states, and every light parameter learns`(
    name: String
  ) throws {
    let adapter = try #require(everyAdapter[name])
    let model = tinyClassifier(adapter: adapter)
    let parameters = moved(tinyParameters(model.encoder.configuration, adapter: adapter))
    let batch = tinyBatch()
    if name != "bitfit" {
      #expect(
        model.encoder.hiddenStates(parameters, tinyInput()).floats
          != Encoder(model.encoder.configuration).hiddenStates(parameters, tinyInput()).floats)
    }
    let light = adapter.lightParameters
    let leaves = parameters.leaves { light($0) }
    // Softmax takes a key's bias out again: its gradient is only rounding.
    let names = leaves.sortedNames.filter { light($0) && !$0.hasSuffix(".self.key.bias") }
    #expect(!names.isEmpty)
    let slopes = gradients(of: model.loss(leaves, batch), for: names.compactMap { leaves[$0] })
    for (name, slope) in zip(names, slopes) {
      #expect(slope?.shape == parameters[name]?.shape, "\(name)")
      #expect(slope?.floats.contains { $0 != 0 } == true, "\(name) has no gradient")
    }
  }

  @Test(arguments: names)
  func `padding does not change the hidden states of a row, with any adapter`(
    name: String
  ) throws {
    let adapter = try #require(everyAdapter[name])
    let configuration = tinyConfiguration()
    let parameters = moved(tinyParameters(configuration, adapter: adapter))
    let encoder = Encoder(configuration, adapter: adapter)
    let padded = encoder.hiddenStates(parameters, tinyInput())
    let alone = encoder.hiddenStates(
      parameters,
      PaddedInput(
        inputIDs: Tensor(integers: [2, 5, 3], shape: [1, 3]),
        attentionMask: Tensor(integers: [1, 1, 1], shape: [1, 3])))
    let row = padded.slice(1..<2).slice(0..<3, dimension: 1)
    expectClose(row.doubles, alone.doubles, tolerance: 1e-5)
  }

  @Test func `the reduction factor divides the hidden size, down to one`() {
    let configuration = tinyConfiguration()
    #expect(
      BottleneckAdapter(placement: .pfeiffer, reductionFactor: 4).bottleneckSize(in: configuration)
        == 2)
    #expect(
      BottleneckAdapter(placement: .pfeiffer, reductionFactor: 64).bottleneckSize(in: configuration)
        == 1)
  }

  @Test(arguments: names)
  func `parameters belong to the encoder, an adapter or the head, and to one only`(
    name: String
  ) throws {
    let adapter = try #require(everyAdapter[name])
    let configuration = tinyConfiguration()
    let shapes = adapter.shapes(in: configuration)
    for name in shapes.keys {
      #expect(isAdapterParameter(name) && !isHeadParameter(name), "\(name)")
    }
    for name in ParameterLayout(encoder: configuration).shapes.keys {
      #expect(!isAdapterParameter(name) && !isHeadParameter(name), "\(name)")
    }
    #expect(isHeadParameter("classifier.weight"))
    let fresh = adapter.freshParameters(in: configuration, generator: TensorGenerator(seed: 1))
    #expect(fresh.mapValues(\.shape) == shapes)
  }

  // MARK: Prefixes

  @Test(arguments: [5, 0])
  func `a fresh prefix is no addition of nothing`(bottleneckSize: Int) {
    let configuration = tinyConfiguration()
    let adapter = PrefixAdapter(length: 3, bottleneckSize: bottleneckSize)
    let parameters = tinyParameters(configuration, adapter: adapter)
    let input = tinyInput()
    #expect(
      Encoder(configuration).hiddenStates(parameters, input).floats
        != Encoder(configuration, adapter: adapter).hiddenStates(parameters, input).floats)
  }

  /// With queries of zero, attention gives the mean of all values.
  ///
  /// Every position has the same weight then. Two positions of a prefix, with 1 and 5 for every value, before a row of three with
  /// values of 0 give (1 + 5) / 5; padding counts for nothing.
  @Test func `every subword attends to the whole prefix, whatever the padding`() throws {
    let configuration = EncoderConfiguration(
      vocabularySize: 4, hiddenSize: 2, layerCount: 1, attentionHeadCount: 1, intermediateSize: 2,
      maximumPositionCount: 8)
    let adapter = PrefixAdapter(length: 2, bottleneckSize: 0)
    var parameters = ParameterLayout(encoder: configuration).shapes.mapValues { Tensor.zeros($0) }
    for name in parameters.keys where name.hasSuffix("LayerNorm.weight") {
      parameters[name] = .ones([2])
    }
    // Layout: position, {key, value}, head, number
    parameters["bert.prefix_tuning.prefix_tunings.ner.self_prefix.control_trans"] = Tensor([
      7, -7, 1, -1, 3, 9, 5, -5,
    ])
    // Attention's output goes through a layer norm, which keeps its sign only; so put
    // (1 + 5) / 5 − threshold there and see where the sign turns.
    for (threshold, expected) in [(Float(1.19), [Float(1), -1]), (1.21, [-1, 1])] {
      parameters["bert.encoder.layer.0.attention.output.dense.weight"] = Tensor(
        [1, 0, 0, 1], shape: [2, 2])
      parameters["bert.encoder.layer.0.attention.output.dense.bias"] = Tensor([
        -threshold, threshold,
      ])
      let states = Encoder(configuration, adapter: adapter).hiddenStates(
        parameters,
        PaddedInput(
          inputIDs: Tensor(integers: [1, 2, 3, 0], shape: [1, 4]),
          attentionMask: Tensor(integers: [1, 1, 1, 0], shape: [1, 4])))
      expectClose(
        states.slice(0..<1, dimension: 1).doubles, expected.map(Double.init), tolerance: 1e-4)
    }
  }

  @Test func `a prefix goes by the name that the model has for it`() {
    #expect(
      PrefixAdapter.sharedName(
        of: "roberta.encoder.layer.11.attention.self.prefix_tuning.pool.prefix_tunings.ner."
          + "self_prefix.wte.weight")
        == "roberta.prefix_tuning.prefix_tunings.ner.self_prefix.wte.weight")
    for name in [
      "bert.prefix_tuning.prefix_tunings.ner.self_prefix.control_trans",
      "bert.encoder.layer.0.attention.self.query.loras.ner.lora_A", "classifier.weight",
    ] {
      #expect(PrefixAdapter.sharedName(of: name) == name)
    }
  }

  // MARK: Merging

  static let mergeable = names.filter { everyAdapter[$0] is any MergeableAdapter }

  @Test(arguments: mergeable)
  func `a merged adapter gives the same logits without being there, and comes out again`(
    name: String
  ) throws {
    let adapter = try #require(everyAdapter[name] as? any MergeableAdapter)
    let model = tinyClassifier(adapter: adapter)
    let parameters = moved(
      tinyParameters(model.encoder.configuration, adapter: adapter), deviation: 0.3)
    let merged = adapter.merged(into: parameters)
    #expect(!merged.keys.contains(where: isAdapterParameter))
    let input = tinyInput()
    expectClose(
      tinyClassifier().logits(merged, input).doubles, model.logits(parameters, input).doubles,
      tolerance: 1e-5)
    if name != "bitfit" {
      #expect(
        tinyClassifier().logits(parameters, input).floats != model.logits(parameters, input).floats)
    }
    let own = parameters.filter { isAdapterParameter($0.key) }
    let back = adapter.unmerged(own, from: merged)
    #expect(Set(back.keys) == Set(parameters.keys))
    for (name, value) in parameters {
      expectClose(back[name]?.doubles ?? [], value.doubles, tolerance: 1e-6, name)
    }
  }

  @Test func `LoRA, IA3 and BitFit can be merged, prefixes and bottlenecks cannot`() {
    #expect(
      Self.mergeable
        == ["bitfit", "ia3", "ia3 after the activation", "lora", "lora everywhere"])
  }

  // MARK: Counts

  /// Of hiddenSize 8, 2 layers, intermediateSize 12, 20 subwords, 12 positions, 2 types, 7 tags.
  ///
  ///     embeddings (20 + 12 + 2) · 8 + 16 = 288
  ///     a layer    4 · (64 + 8) + 2 · 16 + (96 + 12) + (96 + 8) = 532
  @Test(arguments: [
    ("pfeiffer", 2 * (8 * 4 + 4 + 4 * 8 + 8)), ("houlsby", 4 * (8 * 4 + 4 + 4 * 8 + 8)),
    ("lora", 2 * 2 * (2 * 8 + 8 * 2)), ("lora everywhere", 2 * (4 * 32 + 2 * 40)),
    ("prefix", 3 * 8 + 5 * 8 + 5 + 32 * 5 + 32), ("flat prefix", 2 * 32),
    ("ia3", 2 * (8 + 8 + 12)), ("ia3 after the activation", 2 * (8 + 8 + 12)),
    ("bitfit", 8 + 2 * (4 * 8 + 12 + 8 + 16)),
  ])
  func `a module has as many parameters as counted by hand`(name: String, count: Int) throws {
    let adapter: any Adapter = try #require(everyAdapter[name])
    let counts = ParameterCounts(tinyClassifier(adapter: adapter))
    #expect(counts.encoder == 288 + 2 * 532 && counts.head == 7 * 8 + 7)
    #expect(counts.adapter == count)
  }

  @Test func `counts tell the share of the encoder`() {
    let counts = ParameterCounts(tinyClassifier(adapter: ScalingAdapter()))
    // 56 of 1352 is 4.142 %
    #expect(counts.description == "1352 parameters; adapter 56 (4.14 %), head 63")
    #expect(
      ParameterCounts(tinyClassifier()).description
        == "1352 parameters; adapter 0 (0.00 %), head 63")
  }
}

import Encoders
import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

/// Adapters written as AdapterHub and peft write them, and read back.
@Suite struct AdapterFolderTests {
  private static let labels = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]

  private static let adapters: [any Adapter] = [
    BottleneckAdapter(placement: .pfeiffer, reductionFactor: 2),
    BottleneckAdapter(placement: .houlsby, reductionFactor: 4, activation: .gelu),
    BottleneckAdapter(placement: .parallel, reductionFactor: 3, scaling: 0.5),
    LowRankAdapter(rank: 2, alpha: 3),
    LowRankAdapter(rank: 2, alpha: 0.5, targets: [.key, .intermediate, .output]),
    LowRankAdapter(rank: 1, alpha: 4, targets: Projection.allCases), ScalingAdapter(),
    ScalingAdapter(outputs: [.query, .output], scale: 0.5),
    ScalingAdapter(outputs: [.key], inputs: [.attentionOutput, .output]),
    PrefixAdapter(length: 3, bottleneckSize: 5), PrefixAdapter(length: 2, bottleneckSize: 0),
  ]

  /// An adapter and a head of numbers that are far from fresh.
  private func saved(
    _ adapter: any Adapter, _ architecture: EncoderArchitecture = .bert
  ) -> SavedAdapter {
    let generator = TensorGenerator(seed: 8)
    let shapes = adapter.shapes(in: tinyConfiguration(architecture))
      .merging(TaggingHead(tagCount: 7, hiddenSize: 8).shapes) { $1 }
    var parameters: Parameters = [:]
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      parameters[name] = generator.normal(shape)
    }
    return SavedAdapter(
      adapter: adapter, parameters: parameters, labels: Self.labels, baseModel: "some/encoder")
  }

  private func expectSame(_ read: Parameters, _ written: Parameters) {
    #expect(Set(read.keys) == Set(written.keys))
    for (name, value) in written {
      #expect(read[name]?.shape == value.shape, "\(name)")
      #expect(read[name]?.floats == value.floats, "\(name)")
    }
  }

  @Test(arguments: adapters.indices, [EncoderArchitecture.bert, .xlmRoberta])
  func `what AdapterHub has a place for comes back, module and bits`(
    index: Int, architecture: EncoderArchitecture
  ) throws {
    let saved = saved(Self.adapters[index], architecture)
    let configuration = tinyConfiguration(architecture)
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "adapter").path
      guard (try? AdapterHubFolder.check(saved.adapter)) != nil else {
        #expect(throws: UnsupportedAdapter.self) {
          try AdapterHubFolder.write(saved, configuration: configuration, to: path)
        }
        #expect(!FileManager.default.fileExists(atPath: path), "nothing is written")
        return
      }
      try AdapterHubFolder.write(saved, configuration: configuration, to: path)
      let read = try AdapterHubFolder.read(path, configuration: configuration)
      #expect("\(read.adapter)" == "\(saved.adapter)")
      #expect(read.labels == Self.labels && read.baseModel == "some/encoder")
      expectSame(read.parameters, saved.parameters)
    }
  }

  @Test(arguments: adapters.indices, [EncoderArchitecture.bert, .xlmRoberta])
  func `what peft has a place for comes back, module and bits`(
    index: Int, architecture: EncoderArchitecture
  ) throws {
    let saved = saved(Self.adapters[index], architecture)
    let configuration = tinyConfiguration(architecture)
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "adapter").path
      guard (try? PeftFolder.check(saved.adapter)) != nil else {
        let error = #expect(throws: UnsupportedAdapter.self) {
          try PeftFolder.write(saved, configuration: configuration, to: path)
        }
        #expect(error?.description.contains("--format adapterhub") == true)
        return
      }
      try PeftFolder.write(saved, configuration: configuration, to: path)
      let read = try PeftFolder.read(path, configuration: configuration)
      expectSame(
        read.parameters.filter { isHeadParameter($0.key) }, saved.headParameters)
      // peft keeps neither the network that makes a prefix nor a factor beside IA3's vectors.
      switch saved.adapter {
      case let adapter as PrefixAdapter where adapter.bottleneckSize > 0: break
      case let adapter as ScalingAdapter where adapter.scale != 1: break
      default:
        #expect("\(read.adapter)" == "\(saved.adapter)")
        expectSame(read.parameters, saved.parameters)
      }
      let input = tinyInput(architecture)
      let parameters = tinyParameters(configuration)
      func hidden(_ saved: SavedAdapter) -> [Double] {
        Encoder(configuration, adapter: saved.adapter)
          .hiddenStates(parameters.merging(saved.parameters) { $1 }, input).floats.map(Double.init)
      }
      expectClose(hidden(read), hidden(saved), tolerance: 1e-5)
    }
  }

  @Test func `an adapter of another name, without prefix and head, is read under our names`() throws
  {
    let saved = saved(LowRankAdapter(rank: 2, alpha: 3))
    try withTemporaryFolder { folder in
      try AdapterHubFolder.write(
        saved, configuration: tinyConfiguration(), to: folder.path)
      for file in ["head_config.json", "pytorch_model_head.bin", "pytorch_adapter.bin"] {
        try FileManager.default.removeItem(at: folder.appending(path: file))
      }
      let theirs = saved.adapterParameters.map { name, value in
        (name.dropFirst("bert.".count).replacingOccurrences(of: ".ner.", with: ".task-1."), value)
      }
      try SafetensorsFile.write(
        Dictionary(uniqueKeysWithValues: theirs), to: folder.path + "/adapter.safetensors")
      try change(folder, "\"name\": \"ner\"", to: "\"name\": \"task-1\"")
      let read = try AdapterHubFolder.read(folder.path, configuration: tinyConfiguration())
      expectSame(read.parameters, saved.adapterParameters)
      #expect(read.labels.isEmpty && read.headParameters.isEmpty)
    }
  }

  private func change(_ folder: URL, _ old: String, to new: String) throws {
    let file = folder.appending(path: "adapter_config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    try #require(text.contains(old), "\(text)")
    try text.replacingOccurrences(of: old, with: new)
      .write(to: file, atomically: true, encoding: .utf8)
  }

  /// Releases before 1.1.0 trained LoRA with a scale of 1; `adapters` takes alpha = r for them.
  @Test func `LoRA of an old release is read with the scale that it was trained with`() throws {
    try withTemporaryFolder { folder in
      try AdapterHubFolder.write(
        saved(LowRankAdapter(rank: 2, alpha: 3)), configuration: tinyConfiguration(),
        to: folder.path)
      try change(folder, "adapters.1.3.0", to: "adapters.1.0.1")
      let read = try AdapterHubFolder.read(folder.path, configuration: tinyConfiguration())
      #expect(read.adapter as? LowRankAdapter == LowRankAdapter(rank: 2, alpha: 2))
    }
  }

  /// What `adapters` 1.3.0 makes of a folder without "version", as adapter-transformers wrote it.
  @Test func `a folder of adapter-transformers is read as adapters reads it`() throws {
    let saved = saved(BottleneckAdapter(placement: .houlsby, reductionFactor: 4, activation: .gelu))
    try withTemporaryFolder { folder in
      let configuration = tinyConfiguration()
      try AdapterHubFolder.write(saved, configuration: configuration, to: folder.path)
      try change(folder, ",\n  \"version\": \"adapters.1.3.0\"", to: ",\n  \"type\": \"text_task\"")
      func activation() throws -> Activation? {
        let read = try AdapterHubFolder.read(folder.path, configuration: configuration)
        expectSame(read.parameters, saved.parameters)
        return (read.adapter as? BottleneckAdapter)?.activation
      }
      #expect(try activation() == .geluTanh)
      try change(folder, "\"gelu\"", to: "\"gelu_orig\"")
      #expect(try activation() == .gelu)
      try change(folder, "\"gelu_orig\"", to: "\"gelu_new\"")
      #expect(try activation() == .geluTanh)
      // The places had names of their own, and an invertible adapter was named and not there.
      let older = saved.adapterParameters.map { name, value in
        let place = name.contains(".attention.output.") ? "attention" : "layer"
        return (
          name.replacingOccurrences(of: ".adapters.", with: ".\(place)_text_task_adapters."), value
        )
      }
      let path = folder.path + "/pytorch_adapter.bin"
      try FileManager.default.removeItem(atPath: path)
      try TorchArchive.write(Dictionary(uniqueKeysWithValues: older), to: path)
      try change(folder, "\"inv_adapter\": null", to: "\"inv_adapter\": \"nice\"")
      #expect(try activation() == .geluTanh)
      try change(folder, "\"text_task\"", to: "\"text_lang\"")
      let error = #expect(throws: ModelFileError.self) { try activation() }
      #expect(error?.description.contains("config.inv_adapter is ‘nice’") == true)
    }
  }

  @Test(arguments: [
    ("\"use_gating\": false", "\"use_gating\": true", "config.use_gating is true"),
    ("\"use_gating\": false", "\"new_key\": 3", "config.new_key is 3"),
    ("\"original_ln_after\": true", "\"original_ln_after\": false", "config.original_ln_after is"),
    ("\"inv_adapter\": null", "\"inv_adapter\": \"glow\"", "config.inv_adapter is ‘glow’"),
    ("\"leave_out\": []", "\"leave_out\": [0]", "config.leave_out is a list"),
    ("\"non_linearity\": \"relu\"", "\"non_linearity\": \"leakyrelu\"", "‘leakyrelu’"),
    ("\"phm_layer\": false", "\"phm_layer\": true", "config.phm_layer is true"),
    ("\"ln_before\": false", "\"ln_before\": true", "config.ln_before is true"),
    ("\"scaling\": 1.0", "\"scaling\": \"learned\"", "config.scaling is ‘learned’"),
    ("\"reduction_factor\": 2", "\"reduction_factor\": 0", "config.reduction_factor is 0"),
    ("\"reduction_factor\": 2", "\"reduction_factor\": 4", "expected the shape [2]"),
    ("\"mh_adapter\": false", "\"mh_adapter\": true", "config.mh_adapter is true"),
    ("\"model_type\": \"bert\"", "\"model_type\": \"roberta\"", "model_type is ‘roberta’"),
    ("\"config\": {", "\"config\": [", "adapter_config.json:"),
  ])
  func `what this program does not compute is an error that names the field`(
    old: String, new: String, problem: String
  ) throws {
    try withTemporaryFolder { folder in
      try AdapterHubFolder.write(
        saved(Self.adapters[0]), configuration: tinyConfiguration(), to: folder.path)
      try change(folder, old, to: new)
      let error = #expect(throws: ModelFileError.self) {
        try AdapterHubFolder.read(folder.path, configuration: tinyConfiguration())
      }
      #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
  }

  @Test(arguments: [
    ("\"peft_type\": \"LORA\"", "\"peft_type\": \"LOHA\"", "peft_type is ‘LOHA’"),
    ("\"task_type\": \"TOKEN_CLS\"", "\"task_type\": \"SEQ_CLS\"", "task_type is ‘SEQ_CLS’"),
    ("\"use_dora\": false", "\"use_dora\": true", "use_dora is true"),
    ("\"use_dora\": false", "\"some_new_key\": 0.5", "some_new_key is 0.5"),
    ("\"use_dora\": false", "\"layers_to_transform\": [1]", "layers_to_transform is a list"),
    (
      "\"init_lora_weights\": true", "\"init_lora_weights\": \"pissa\"",
      "init_lora_weights is ‘pissa’"
    ),
    ("\"bias\": \"none\"", "\"bias\": \"all\"", "bias is ‘all’"),
    ("\"rank_pattern\": {}", "\"rank_pattern\": {\"query\": 4}", "rank_pattern is an object"),
    ("\"r\": 2", "\"r\": 3", "[3, 8]"),
  ])
  func `a peft folder that this program does not compute is an error that names the field`(
    old: String, new: String, problem: String
  ) throws {
    try withTemporaryFolder { folder in
      try PeftFolder.write(
        saved(LowRankAdapter(rank: 2, alpha: 3)), configuration: tinyConfiguration(),
        to: folder.path)
      try change(folder, old, to: new)
      let error = #expect(throws: ModelFileError.self) {
        try PeftFolder.read(folder.path, configuration: tinyConfiguration())
      }
      #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
  }

  @Test func `an adapter for an encoder of another size is not written`() throws {
    try withTemporaryFolder { folder in
      var wrong = saved(Self.adapters[0])
      wrong.parameters["classifier.weight"] = .ones([7, 9])
      #expect(throws: ModelFileError.self) {
        try AdapterHubFolder.write(wrong, configuration: tinyConfiguration(), to: folder.path)
      }
    }
  }

  // MARK: Prefixes and positions

  @Test(arguments: [EncoderArchitecture.bert, .xlmRoberta])
  func `positions moved for peft's prefixes and back are what they were`(
    architecture: EncoderArchitecture
  ) {
    let configuration = tinyConfiguration(architecture)
    let parameters = tinyParameters(configuration)
    let name = "\(architecture.prefix).embeddings.position_embeddings.weight"
    let (longer, counted) = PrefixPositions.counted(3, in: configuration, parameters)
    #expect(counted[name]?.shape == [configuration.maximumPositionCount + 3, 8])
    #expect(longer.maximumSubwords == configuration.maximumSubwords + 3)
    let (same, back) = PrefixPositions.uncounted(3, in: longer, counted)
    #expect(same == configuration)
    #expect(back[name]?.floats == parameters[name]?.floats)
  }

  // MARK: Merging

  @Test(arguments: [3, 4, 5, 6, 7, 8])
  func `a model with its adapter merged gives the logits that it gave before`(index: Int) throws {
    let saved = saved(Self.adapters[index])
    let configuration = tinyConfiguration()
    let parameters = tinyParameters(configuration).merging(saved.parameters) { $1 }
    let plain = try PlainModel.parameters(of: saved.adapter, merging: parameters)
    #expect(!plain.keys.contains(where: isAdapterParameter))
    func logits(_ adapter: (any Adapter)?, _ parameters: Parameters) -> [Double] {
      TokenClassifier(
        encoder: Encoder(configuration, adapter: adapter),
        head: TaggingHead(tagCount: 7, hiddenSize: 8)
      ).logits(parameters, tinyInput()).floats.map(Double.init)
    }
    expectClose(logits(nil, plain), logits(saved.adapter, parameters), tolerance: 1e-5)
  }

  @Test func `a bottleneck that does nothing is left out, one that does something is refused`()
    throws
  {
    let configuration = tinyConfiguration()
    let adapter = Self.adapters[0]
    let fresh = tinyParameters(configuration, adapter: adapter)
    let plain = try PlainModel.parameters(of: adapter, merging: fresh)
    #expect(plain.keys.sorted() == tinyParameters(configuration).keys.sorted())
    let moved = fresh.merging(saved(adapter).parameters) { $1 }
    let error = #expect(throws: UnsupportedAdapter.self) {
      try PlainModel.parameters(of: adapter, merging: moved)
    }
    #expect(error?.description.contains("a pfeiffer bottleneck") == true)
  }
}

import Encoders
import Foundation
import ModelFiles
import Tensors
import TestSupport
import Testing

/// Model directories and adapters' folders with bytes and values changed: an error, or a model that
/// computes.
@Suite struct ModelFuzzTests {
  private static func isExpected(_ error: any Error) -> Bool {
    guard let error = error as? ModelFileError else { return false }
    return !error.path.isEmpty && !error.problem.isEmpty && !error.expected.isEmpty
  }

  private static let configurationWords = [
    "model_type", "bert", "xlm-roberta", "roberta", "vocab_size", "hidden_size",
    "num_hidden_layers", "num_attention_heads", "intermediate_size", "max_position_embeddings",
    "type_vocab_size", "layer_norm_eps", "hidden_act", "gelu_new", "pad_token_id", "id2label",
    "position_embedding_type", "relative_key", "is_decoder", "hidden_dropout_prob", "auto_map",
    "distilbert", "camembert", "deberta-v2", "modernbert", "position_buckets", "local_attention",
    "max_relative_positions", "global_attn_every_n_layers", "norm_bias", "dim", "n_heads",
    "attention_probs_dropout_prob", "initializer_range", "architectures", "_name_or_path",
  ]

  /// What the tiny model's config.json says, and some that transformers adds.
  private static func configuration(_ architecture: EncoderArchitecture) throws -> FuzzJSON {
    let json = try JSONEncoder().encode(tinyConfiguration(architecture))
    let more =
      #", "id2label": {"0": "O", "1": "B-PER"}, "architectures": ["BertForTokenClassification"], "#
      + #""auto_map": {"AutoModel": "evil.Model"}, "_name_or_path": "/etc"}"#
    return try FuzzJSON(String(decoding: json, as: UTF8.self).dropLast() + more)
  }

  /// A sentence, training and reading, by an encoder of a few hundred numbers.
  private static func compute(
    _ encoder: Encoder, _ parameters: Parameters, tagCount: Int? = nil
  ) {
    let configuration = encoder.configuration
    let ids = [2, 7, 9].map { $0 % configuration.vocabularySize }
    let batch = SubwordBatch([Array(ids.prefix(configuration.maximumSubwords)), [ids[0]]])
    let input = PaddedInput(batch, paddingID: configuration.paddingID)
    let hidden = withoutGradients {
      encoder.hiddenStates(parameters, input, generator: TensorGenerator(seed: 1))
    }
    #expect(hidden.shape.last == configuration.hiddenSize)
    let packed = withoutGradients {
      encoder.hiddenStates(parameters, batch)
    }
    #expect(packed.shape.last == configuration.hiddenSize)
  }

  @Test func `config.json is an error or the sizes of an encoder`() throws {
    let trees = try EncoderArchitecture.allCases.map { try Self.configuration($0) }
    let values = JSONMutator(words: Self.configurationWords)
    let bytes = ByteMutator(
      tokens: ["\"", ",", ":", "{", "}", "0", "-", "e9"], donors: [Array(trees[0].written.utf8)])
    try Fuzz.run(
      "config.json",
      make: { chance in
        let tree = chance.pick(trees)
        return chance.once(in: 3)
          ? bytes.mutated(Array(tree.written.utf8), &chance)
          : Array(values.mutated(tree, &chance).written.utf8)
      },
      read: { fuzz, input in
        _ = fuzz.file("config.json", input)
        let directory = try ModelDirectory(path: fuzz.folder.path)
        let configuration = directory.configuration
        #expect(
          configuration.headSize * configuration.attentionHeadCount == configuration.hiddenSize)
        #expect(0..<configuration.vocabularySize ~= configuration.paddingID)
        #expect(configuration.maximumSubwords >= 3)
      }, isExpected: Self.isExpected)
  }

  @Test func `a model directory is an error or a model that computes`() throws {
    let configuration = tinyConfiguration()
    let tree = try Self.configuration(.bert)
    let whole = try withTemporaryFolder { folder in
      let path = folder.path + "/model.safetensors"
      try SafetensorsFile.write(tinyParameters(configuration, tagCount: 2), to: path)
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
    let values = JSONMutator(words: Self.configurationWords + ["1", "4", "8", "12", "F16", "I32"])
    let bytes = ByteMutator(tokens: ["F16", "BF16", "I64", "F64", "BOOL", "[8]", "[8,8]", "1", "2"])
    let size = whole[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    try Fuzz.run(
      "model directory", share: 5,
      make: { chance in
        // The first byte says whether the rest is the configuration or the weights.
        if chance.once(in: 2) { return [0] + values.mutated(tree, &chance).written.utf8 }
        var header = bytes.mutated(Array(whole[8..<8 + size]), &chance)
        if header.count < size { header += [UInt8](repeating: 32, count: size - header.count) }
        return [1] + (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
          + whole[(8 + size)...]
      },
      read: { fuzz, input in
        let isConfiguration = input[0] == 0
        let rest = Array(input.dropFirst())
        _ = fuzz.file("config.json", isConfiguration ? rest : Array(tree.written.utf8))
        _ = fuzz.file("model.safetensors", isConfiguration ? whole : rest)
        let directory = try ModelDirectory(path: fuzz.folder.path)
        let parameters = try directory.encoderParameters()
        _ = try directory.headParameters(tagCount: 2)
        Self.compute(Encoder(directory.configuration), parameters)
      }, isExpected: Self.isExpected)
  }

  // MARK: Adapters

  private static let adapters: [any Adapter] = [
    BottleneckAdapter(placement: .pfeiffer, reductionFactor: 2),
    BottleneckAdapter(placement: .parallel, reductionFactor: 3, scaling: 0.5),
    LowRankAdapter(rank: 2, alpha: 3, targets: [.query, .output]),
    ScalingAdapter(outputs: [.key, .output]), PrefixAdapter(length: 3, bottleneckSize: 5),
    PrefixAdapter(length: 2, bottleneckSize: 0),
  ]

  private static let adapterWords = [
    "config", "architecture", "lora", "prefix_tuning", "r", "alpha", "composition_mode", "scale",
    "attn_matrices", "q", "o", "selfattn_lora", "reduction_factor", "non_linearity", "swish",
    "original_ln_before", "mh_adapter", "is_parallel", "scaling", "prefix_length", "flat",
    "bottleneck_size", "version", "adapters.1.0.0", "name", "../ner", "", "model_type", "bert",
    "label2id", "O", "peft_type", "LORA", "IA3", "PREFIX_TUNING", "lora_alpha", "use_rslora",
    "num_virtual_tokens", "task_type", "TOKEN_CLS", "target_modules", "base_model_name_or_path",
  ]

  /// The files of a folder, by name.
  private static func files(_ write: (String) throws -> Void) throws -> [String: [UInt8]] {
    try withTemporaryFolder { folder in
      try write(folder.path)
      var files: [String: [UInt8]] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        files[name] = [UInt8](try Data(contentsOf: folder.appending(path: name)))
      }
      return files
    }
  }

  private static func folders(peft: Bool) throws -> [[String: [UInt8]]] {
    try adapters.compactMap { adapter in
      let parameters = tinyParameters(tinyConfiguration(), adapter: adapter)
        .filter { isAdapterParameter($0.key) || isHeadParameter($0.key) }
      let saved = SavedAdapter(
        adapter: adapter, parameters: parameters,
        labels: ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"])
      guard !peft || (try? PeftFolder.check(adapter)) != nil else { return nil }
      return try files { path in
        let configuration = tinyConfiguration()
        if peft {
          try PeftFolder.write(saved, configuration: configuration, to: path)
        } else {
          try AdapterHubFolder.write(saved, configuration: configuration, to: path)
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func `an adapter's folder is an error or an adapter that computes`(isPeft: Bool) throws {
    let folders = try Self.folders(peft: isPeft)
    let trees = try folders.map { files in
      try files.filter { $0.key.hasSuffix(".json") }
        .mapValues { try FuzzJSON(String(decoding: $0, as: UTF8.self)) }
    }
    let values = JSONMutator(words: Self.adapterWords)
    let bytes = ByteMutator(tokens: ["F16", "I64", "BoolStorage", "LongStorage", "[8]", "ner"])
    let configuration = tinyConfiguration()
    let parameters = tinyParameters(configuration)
    var written: Int?
    try Fuzz.run(
      isPeft ? "peft folder" : "AdapterHub folder", share: 2,
      make: { chance in
        // Two bytes say which folder it is, and which of its files is the rest.
        let place = chance.below(folders.count)
        let names = folders[place].keys.sorted()
        let file = chance.below(names.count)
        let whole = folders[place][names[file]] ?? []
        var rest = trees[place][names[file]].map { Array(values.mutated($0, &chance).written.utf8) }
        if rest == nil || chance.once(in: 5) { rest = bytes.mutated(rest ?? whole, &chance) }
        return [UInt8(place), UInt8(file)] + (rest ?? [])
      },
      read: { fuzz, input in
        let files = folders[Int(input[0])]
        let names = files.keys.sorted()
        if written != Int(input[0]) {
          for name in try FileManager.default.contentsOfDirectory(atPath: fuzz.folder.path) {
            try FileManager.default.removeItem(atPath: fuzz.folder.path + "/" + name)
          }
          for (name, bytes) in files { _ = fuzz.file(name, bytes) }
          written = Int(input[0])
        }
        let name = names[Int(input[1])]
        _ = fuzz.file(name, Array(input.dropFirst(2)))
        defer { _ = fuzz.file(name, files[name] ?? []) }
        let saved = try SavedAdapter(folder: fuzz.folder.path, for: configuration)
        let (encoder, all) = try saved.applied(to: configuration, parameters)
        Self.compute(encoder, all)
      }, isExpected: Self.isExpected)
  }
}

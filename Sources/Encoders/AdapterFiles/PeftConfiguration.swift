import Foundation
import ModelFiles
import Tensors
import Tokenization

/// The fields of peft's adapter_config.json: which module it is, as peft says it.
///
/// Only fields that every release since 0.6 has are written; the others have their defaults there.
enum PeftConfiguration {
  // MARK: Writing

  /// The configuration of an adapter; throws where peft has no such module.
  static func json(
    _ saved: SavedAdapter, in configuration: EncoderConfiguration?
  ) throws(UnsupportedAdapter) -> PythonJSON {
    let modules: PythonJSON = saved.headParameters.isEmpty ? nil : ["classifier", "score"]
    let common: [String: PythonJSON] = [
      "auto_mapping": nil, "base_model_name_or_path": .text(saved.baseModel),
      "inference_mode": true, "modules_to_save": modules, "revision": nil,
      "task_type": "TOKEN_CLS",
    ]
    let own: [String: PythonJSON]
    let architecture = configuration?.architecture ?? .bert
    switch saved.adapter {
    case let adapter as LowRankAdapter: own = fields(adapter, architecture)
    case let adapter as ScalingAdapter: own = try fields(adapter, architecture)
    case let adapter as PrefixAdapter: own = fields(adapter, in: configuration)
    case is BottleneckAdapter:
      throw UnsupportedAdapter(
        "peft has no bottleneck adapters; --format adapterhub has a place for them.")
    case is BiasAdapter:
      throw UnsupportedAdapter(
        "peft has no BitFit, which moves the encoder's own biases. --format huggingface writes "
          + "the whole model.")
    default: throw UnsupportedAdapter("peft has no module like \(type(of: saved.adapter)).")
    }
    return .object(common.merging(own) { $1 })
  }

  private static func fields(
    _ adapter: LowRankAdapter, _ architecture: EncoderArchitecture
  ) -> [String: PythonJSON] {
    [
      "alpha_pattern": [:], "bias": "none", "fan_in_fan_out": false, "init_lora_weights": true,
      "layers_pattern": nil, "layers_to_transform": nil, "lora_alpha": .shortest(adapter.alpha),
      "lora_dropout": 0.0, "peft_type": "LORA", "r": .integer(adapter.rank), "rank_pattern": [:],
      "target_modules": modules(adapter.targets, architecture), "use_dora": false,
      "use_rslora": false,
    ]
  }

  private static func fields(
    _ adapter: ScalingAdapter, _ architecture: EncoderArchitecture
  ) throws(UnsupportedAdapter) -> [String: PythonJSON] {
    guard Set(adapter.inputs).isDisjoint(with: adapter.outputs) else {
      throw UnsupportedAdapter(
        "peft scales what a layer gives or what it takes (IA3), not both. --format huggingface "
          + "writes the whole model.")
    }
    return [
      "fan_in_fan_out": false, "feedforward_modules": modules(adapter.inputs, architecture),
      "init_ia3_weights": true, "peft_type": "IA3",
      "target_modules": modules(adapter.outputs + adapter.inputs, architecture),
    ]
  }

  private static func fields(
    _ adapter: PrefixAdapter, in configuration: EncoderConfiguration?
  ) -> [String: PythonJSON] {
    [
      "encoder_hidden_size": .integer(configuration?.hiddenSize ?? 0),
      "num_attention_heads": .integer(configuration?.attentionHeadCount ?? 0),
      "num_layers": .integer(configuration?.layerCount ?? 0), "num_transformer_submodules": 1,
      "num_virtual_tokens": .integer(adapter.length), "peft_type": "PREFIX_TUNING",
      "prefix_projection": false, "token_dim": .integer(configuration?.hiddenSize ?? 0),
    ]
  }

  /// Names by which peft finds layers: a list of endings, or one regular expression.
  ///
  /// The ending `output.dense` would also find `attention.output.dense`.
  private static func modules(
    _ targets: [Projection], _ architecture: EncoderArchitecture
  ) -> PythonJSON {
    if architecture.hasOneAttentionProjection {
      let paths = targets.map(architecture.path)
      return .texts(paths.indices.filter { !paths[..<$0].contains(paths[$0]) }.map { paths[$0] })
    }
    guard targets.contains(.output), !targets.contains(.attentionOutput) else {
      return .texts(
        targets.map { architecture.path($0).replacingOccurrences(of: "attention.self.", with: "") })
    }
    let escaped = targets.map { architecture.path($0).replacingOccurrences(of: ".", with: "\\.") }
    return .text(".*\\.layer\\.\\d+\\.(\(escaped.joined(separator: "|")))")
  }

  // MARK: Reading

  /// The adapter of a configuration, on the layers that the file's parameters name.
  static func adapter(
    _ file: ConfigurationFile, parameters: Parameters, in architecture: EncoderArchitecture
  ) throws(ModelFileError) -> any Adapter {
    func targets(_ ending: String) -> [Projection] {
      self.targets(of: parameters, ending, in: architecture)
    }
    if let task = try file.text("task_type"), task != "TOKEN_CLS" {
      throw file.problem("task_type", expected: "TOKEN_CLS")
    }
    switch try file.text("peft_type") {
    case "LORA": return try lowRank(file, targets: targets(".lora_A"))
    case "IA3":
      try file.refuseAllBut(
        common.union(["feedforward_modules", "fan_in_fan_out", "init_ia3_weights"]))
      return ScalingAdapter(
        outputs: targets(".lora_B"), inputs: targets(".ia3_l"))
    case "PREFIX_TUNING":
      try file.refuseAllBut(
        common.union([
          "num_virtual_tokens", "token_dim", "num_transformer_submodules", "num_attention_heads",
          "num_layers", "encoder_hidden_size", "prefix_projection", "init_weights",
        ]))
      if let count = file["num_transformer_submodules"]?.integer, count != 1 {
        throw file.problem("num_transformer_submodules", expected: "1, as an encoder has")
      }
      // What is saved is the prefix itself, whether or not a network made it.
      return PrefixAdapter(length: try file.count("num_virtual_tokens"), bottleneckSize: 0)
    default: throw file.problem("peft_type", expected: "LORA, IA3 or PREFIX_TUNING")
    }
  }

  /// Fields of every type that are read elsewhere, or say nothing about what is computed; which layers
  /// are changed is seen by the parameters.
  private static let common: Set<String> = [
    "peft_type", "task_type", "auto_mapping", "base_model_name_or_path", "revision",
    "inference_mode", "peft_version", "modules_to_save", "target_modules", "exclude_modules",
  ]

  private static func lowRank(
    _ file: ConfigurationFile, targets: [Projection]
  ) throws(ModelFileError) -> LowRankAdapter {
    try file.refuse([
      "alpha_pattern", "rank_pattern", "use_dora", "lora_bias", "layer_replication",
      "trainable_token_indices", "use_qalora", "use_bdlora", "layers_to_transform",
      "target_parameters", "alora_invocation_tokens", "arrow_config", "kasa_config",
      "velora_config", "monteclora_config", "megatron_config",
    ])
    try file.refuseAllBut(
      common.union([
        "r", "lora_alpha", "lora_dropout", "bias", "use_rslora", "fan_in_fan_out",
        "init_lora_weights", "layers_pattern", "megatron_core", "loftq_config", "eva_config",
        "corda_config", "lora_ga_config", "qalora_group_size", "runtime_config",
        "ensure_weight_tying",
      ]))
    // These ways to begin change the encoder's own weights, which the folder does not hold.
    let beginnings = ["gaussian", "eva", "orthogonal"]
    if let name = file["init_lora_weights"]?.string, !beginnings.contains(name) {
      throw file.problem("init_lora_weights", expected: "true, false, gaussian, orthogonal or eva")
    }
    if let bias = try file.text("bias"), bias != "none" {
      throw file.problem("bias", expected: "none")
    }
    let rank = try file.count("r")
    guard let alpha = try file.number("lora_alpha") else {
      throw file.problem("lora_alpha", expected: "a number")
    }
    // rsLoRA scales by alpha / √rank (Kalajdzievski 2023): the same LoRA with another alpha.
    let isStabilized = try file.flag("use_rslora", default: false)
    return LowRankAdapter(
      rank: rank, alpha: isStabilized ? alpha * Double(rank).squareRoot() : alpha,
      targets: targets)
  }

  /// The projections of the first layer that have a parameter of an ending.
  private static func targets(
    of parameters: Parameters, _ ending: String, in architecture: EncoderArchitecture
  ) -> [Projection] {
    let names = parameters.keys.filter { $0.hasSuffix(ending) }
    return Projection.allCases.filter { projection in
      names.contains { $0.contains("\(architecture.layer(0)).\(architecture.path(projection)).") }
    }
  }
}

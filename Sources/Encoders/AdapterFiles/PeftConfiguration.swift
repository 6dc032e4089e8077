import Foundation
import Tensors

/// The fields of peft's adapter_config.json: which module it is, as peft says it.
///
/// Only fields that every release since 0.6 has are written; the others have their defaults there.
enum PeftConfiguration {
  // MARK: Writing

  /// The configuration of an adapter; throws where peft has no such module.
  static func json(_ saved: SavedAdapter) throws(UnsupportedAdapter) -> PythonJSON {
    let modules: PythonJSON = saved.headParameters.isEmpty ? nil : ["classifier", "score"]
    let common: [String: PythonJSON] = [
      "auto_mapping": nil, "base_model_name_or_path": .text(saved.baseModel),
      "inference_mode": true, "modules_to_save": modules, "revision": nil,
      "task_type": "TOKEN_CLS",
    ]
    let own: [String: PythonJSON] =
      switch saved.adapter {
      case let adapter as LowRankAdapter: fields(adapter)
      case is BottleneckAdapter:
        throw UnsupportedAdapter(
          "peft has no bottleneck adapters; --format adapterhub has a place for them.")
      default:
        throw UnsupportedAdapter(
          "peft has no module like \(type(of: saved.adapter)). --format huggingface writes the "
            + "whole model.")
      }
    return .object(common.merging(own) { $1 })
  }

  private static func fields(_ adapter: LowRankAdapter) -> [String: PythonJSON] {
    [
      "alpha_pattern": [:], "bias": "none", "fan_in_fan_out": false, "init_lora_weights": true,
      "layers_pattern": nil, "layers_to_transform": nil, "lora_alpha": .shortest(adapter.alpha),
      "lora_dropout": 0.0, "peft_type": "LORA", "r": .integer(adapter.rank), "rank_pattern": [:],
      "target_modules": targets(adapter.targets), "use_dora": false, "use_rslora": false,
    ]
  }

  /// Names by which peft finds the layers: a list of endings, or one regular expression.
  ///
  /// The ending `output.dense` would also find `attention.output.dense`.
  private static func targets(_ targets: [String]) -> PythonJSON {
    let paths = targets.map { ProjectionName.path(of: $0) }
    guard targets.contains("output"), !targets.contains("attentionOutput") else {
      return .texts(paths.map { $0.replacingOccurrences(of: "attention.self.", with: "") })
    }
    let escaped = paths.map { $0.replacingOccurrences(of: ".", with: "\\.") }
    return .text(".*\\.layer\\.\\d+\\.(\(escaped.joined(separator: "|")))")
  }

  // MARK: Reading

  /// The adapter of a configuration, on the projections that the file's tensors name.
  static func adapter(
    _ file: ConfigurationFile, projections: [String]
  ) throws(ModelFileError) -> any Adapter {
    if let task = try file.text("task_type"), task != "TOKEN_CLS" {
      throw file.problem("task_type", expected: "TOKEN_CLS")
    }
    switch try file.text("peft_type") {
    case "LORA": return try lowRank(file, projections: projections)
    default: throw file.problem("peft_type", expected: "LORA")
    }
  }

  private static func lowRank(
    _ file: ConfigurationFile, projections: [String]
  ) throws(ModelFileError) -> LowRankAdapter {
    try file.refuse([
      "alpha_pattern", "rank_pattern", "use_dora", "lora_bias", "layer_replication",
      "trainable_token_indices", "use_qalora", "use_bdlora",
    ])
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
      targets: projections)
  }
}

/// The linear layers of an encoder's layer, as experiments and as checkpoints name them.
enum ProjectionName {
  private static let paths: [(target: String, path: String)] = [
    ("query", "attention.self.query"), ("key", "attention.self.key"),
    ("value", "attention.self.value"), ("attentionOutput", "attention.output.dense"),
    ("intermediate", "intermediate.dense"), ("output", "output.dense"),
  ]

  /// `attentionOutput` → `attention.output.dense`.
  static func path(of target: String) -> String {
    paths.first { $0.target == target }?.path ?? target
  }

  /// The layers that parameters belong to, in the order in which an encoder has them.
  ///
  /// `….layer.0.attention.self.query.lora_A.weight` → `query`
  static func targets(of names: some Sequence<String>) -> [String] {
    var found: Set<String> = []
    for name in names {
      let parts = name.split(separator: ".")
      guard let layer = parts.lastIndex(of: "layer"), layer + 2 < parts.count else { continue }
      let path = parts[(layer + 2)...].joined(separator: ".") + "."
      if let target = paths.first(where: { path.hasPrefix($0.path + ".") })?.target {
        found.insert(target)
      }
    }
    return paths.map(\.target).filter(found.contains)
  }
}

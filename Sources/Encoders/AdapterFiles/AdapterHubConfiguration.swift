import Foundation
import Tensors

/// The field `config` of AdapterHub's adapter_config.json: which module it is, as `adapters` says it.
///
/// The keys are those of `adapters/configuration/adapter_config.py`, release 1.3.0.
enum AdapterHubConfiguration {
  // MARK: Writing

  /// The configuration of an adapter; throws where AdapterHub has no such module.
  static func json(_ adapter: any Adapter) throws(UnsupportedAdapter) -> PythonJSON {
    switch adapter {
    case let adapter as BottleneckAdapter: json(adapter)
    case let adapter as LowRankAdapter: try json(adapter)
    default:
      throw UnsupportedAdapter(
        "AdapterHub has no module like \(type(of: adapter)). --format huggingface writes the "
          + "whole model.")
    }
  }

  private static func json(_ adapter: BottleneckAdapter) -> PythonJSON {
    [
      "adapter_residual_before_ln": false, "cross_adapter": false, "dropout": 0.0,
      "factorized_phm_W": true, "factorized_phm_rule": false,
      "hypercomplex_nonlinearity": "glorot-uniform",
      "init_weights": adapter.placement == .parallel ? "mam_adapter" : "bert",
      "init_weights_seed": nil, "inv_adapter": nil, "inv_adapter_reduction_factor": nil,
      "is_parallel": .bool(adapter.placement == .parallel), "learn_phm": true, "leave_out": [],
      "ln_after": false, "ln_before": false, "mh_adapter": .bool(adapter.placement == .houlsby),
      "non_linearity": .text(adapter.activation == .silu ? "swish" : adapter.activation.rawValue),
      "original_ln_after": true, "original_ln_before": .bool(adapter.placement == .pfeiffer),
      "output_adapter": true, "phm_bias": true, "phm_c_init": "normal", "phm_dim": 4,
      "phm_init_range": 0.0001, "phm_layer": false, "phm_rank": 1,
      "reduction_factor": .integer(adapter.reductionFactor), "residual_before_ln": true,
      "scaling": .number(adapter.scaling), "shared_W_phm": false, "shared_phm_rule": true,
      "stochastic_depth": 0.0, "use_gating": false,
    ]
  }

  private static func json(_ adapter: LowRankAdapter) throws(UnsupportedAdapter) -> PythonJSON {
    let matrices = ["query", "key", "value"].filter(adapter.targets.contains)
    if adapter.targets.contains("attentionOutput") {
      throw UnsupportedAdapter(
        "AdapterHub has no LoRA on the output of attention (adapter.targets has attentionOutput). "
          + "--format peft has a place for it.")
    }
    return [
      "alpha": .shortest(adapter.alpha), "architecture": "lora",
      "attn_matrices": .texts(matrices.map { String($0.prefix(1)) }), "composition_mode": "add",
      "dropout": 0.0, "dtype": nil, "init_weights": "lora", "init_weights_seed": nil,
      "intermediate_lora": .bool(adapter.targets.contains("intermediate")), "leave_out": [],
      "output_lora": .bool(adapter.targets.contains("output")), "r": .integer(adapter.rank),
      "selfattn_lora": .bool(!matrices.isEmpty), "use_dora": false, "use_gating": false,
      "vera_b": nil, "vera_d": nil,
    ]
  }

  // MARK: Reading

  /// The adapter of a configuration, which `release` of the library wrote.
  static func adapter(
    _ fields: ConfigurationFile, release: String
  ) throws(ModelFileError) -> any Adapter {
    try fields.refuse(["use_gating", "leave_out"])
    switch try fields.text("architecture") {
    case nil: return try bottleneck(fields)
    case "lora":
      switch try fields.text("composition_mode") {
      case nil, "add": return try lowRank(fields, release: release)
      default: throw fields.problem("composition_mode", expected: "add")
      }
    default: throw fields.problem("architecture", expected: "none (a bottleneck) or lora")
    }
  }

  private static func bottleneck(
    _ fields: ConfigurationFile
  ) throws(ModelFileError) -> BottleneckAdapter {
    try fields.refuse([
      "adapter_residual_before_ln", "cross_adapter", "inv_adapter", "ln_after", "ln_before",
      "phm_layer",
    ])
    for key in ["output_adapter", "residual_before_ln", "original_ln_after"]
    where try !fields.flag(key, default: true) {
      throw fields.problem(key, expected: "true")
    }
    let isParallel = try fields.flag("is_parallel", default: false)
    let isBefore = try fields.flag("original_ln_before", default: false)
    let placement: BottleneckAdapter.Placement
    switch (isParallel, try fields.flag("mh_adapter", default: false), isBefore) {
    case (false, false, true): placement = .pfeiffer
    case (false, true, false): placement = .houlsby
    case (true, false, false): placement = .parallel
    default:
      throw fields.problem(
        "mh_adapter",
        expected: "with is_parallel and original_ln_before, the Pfeiffer, Houlsby or parallel "
          + "placement")
    }
    guard let factor = fields["reduction_factor"]?.integer, factor >= 1 else {
      throw fields.problem("reduction_factor", expected: "a whole number of at least 1")
    }
    let names = [
      "relu": Activation.relu, "swish": .silu, "silu": .silu, "gelu": .gelu,
      "gelu_new": .geluTanh, "gelu_pytorch_tanh": .geluPytorchTanh,
    ]
    let activation = try fields.text("non_linearity") ?? "relu"
    guard let activation = names[activation.lowercased()] else {
      throw fields.problem(
        "non_linearity", expected: "one of \(names.keys.sorted().joined(separator: ", "))")
    }
    return BottleneckAdapter(
      placement: placement, reductionFactor: factor, activation: activation,
      scaling: try fields.number("scaling") ?? 1)
  }

  private static func lowRank(
    _ fields: ConfigurationFile, release: String
  ) throws(ModelFileError) -> LowRankAdapter {
    try fields.refuse(["use_dora", "vera_b", "vera_d"])
    let rank = try fields.count("r")
    let letters = try fields.texts("attn_matrices") ?? ["q", "v"]
    let known = ["q": "query", "k": "key", "v": "value"]
    var targets: [String] = []
    if try fields.flag("selfattn_lora", default: true) {
      // "o" is in some configurations, but BERT's attention output has no LoRA in AdapterHub.
      targets += letters.filter { $0 != "o" }.compactMap { known[$0] }
      guard targets.count == letters.count(where: { $0 != "o" }) else {
        throw fields.problem("attn_matrices", expected: "a list of q, k, v")
      }
    }
    if try fields.flag("intermediate_lora", default: false) { targets.append("intermediate") }
    if try fields.flag("output_lora", default: false) { targets.append("output") }
    var alpha = try fields.number("alpha") ?? Double(rank)
    if isBefore(release, [1, 1, 0]) {
      // Releases before 1.1.0 trained with a scale of 1, whatever alpha said: adapters#770.
      alpha = Double(rank)
    }
    return LowRankAdapter(rank: rank, alpha: alpha, targets: targets)
  }

  /// Whether `adapters.1.0.1` is older than a release.
  private static func isBefore(_ release: String, _ other: [Int]) -> Bool {
    guard release.hasPrefix("adapters.") else { return false }
    let parts = release.dropFirst("adapters.".count).split(separator: ".").map { part in
      Int(part.prefix(while: \.isNumber)) ?? 0
    }
    return parts.lexicographicallyPrecedes(other)
  }
}

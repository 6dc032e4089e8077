import Foundation
import ModelFiles

extension AdapterHubConfiguration {
  /// Fields of every architecture that say nothing about what is computed.
  private static let withoutEffect: Set<String> = [
    "dropout", "init_weights", "init_weights_seed", "cross_adapter", "cross_prefix",
  ]

  /// The adapter of a configuration, which `release` of the library wrote; nil stands for the releases
  /// of adapter-transformers that wrote none.
  static func adapter(
    _ fields: ConfigurationFile, release: String?
  ) throws(ModelFileError) -> any Adapter {
    try fields.refuse(["use_gating", "leave_out"])
    switch try fields.text("architecture") {
    case nil: return try bottleneck(fields, isOld: release == nil)
    case "prefix_tuning": return try prefix(fields, isOld: release == nil)
    case "lora": return try lora(fields, release: release ?? "")
    case "union":
      throw fields.problem("architecture", expected: "one adapter, not a union of several")
    default:
      throw fields.problem("architecture", expected: "none (a bottleneck), lora or prefix_tuning")
    }
  }

  /// What matters where `phm_layer` is true, and the depth that training drops.
  private static let bottleneckWithoutEffect: Set<String> = [
    "phm_dim", "factorized_phm_W", "shared_W_phm", "shared_phm_rule", "factorized_phm_rule",
    "phm_c_init", "phm_init_range", "learn_phm", "hypercomplex_nonlinearity", "phm_rank",
    "phm_bias", "stochastic_depth", "inv_adapter_reduction_factor", "attention_type",
    "new_attention_norm",
  ]

  /// Which invertible adapter the embeddings have: `inv_adapter`, or the object of the first releases.
  static func invertible(_ fields: ConfigurationFile) throws(ModelFileError) -> String? {
    if let object = try fields.object("invertible_adapter") { return try object.text("block_type") }
    return try fields.text("inv_adapter")
  }

  private static func bottleneck(
    _ fields: ConfigurationFile, isOld: Bool
  ) throws(ModelFileError) -> BottleneckAdapter {
    try fields.refuse(["adapter_residual_before_ln", "ln_after", "ln_before", "phm_layer"])
    try fields.refuseAllBut(
      withoutEffect.union(bottleneckWithoutEffect).union([
        "architecture", "output_adapter", "mh_adapter", "is_parallel", "residual_before_ln",
        "original_ln_before", "original_ln_after", "reduction_factor", "non_linearity", "scaling",
        "inv_adapter", "invertible_adapter",
      ]))
    for key in ["output_adapter", "original_ln_after"] {
      if try !fields.flag(key, default: true) { throw fields.problem(key, expected: "true") }
    }
    let isParallel = try fields.flag("is_parallel", default: false)
    let isBefore = try fields.flag("original_ln_before", default: false)
    // A parallel adapter reads what went into the block, before any norm.
    if !isParallel, try !fields.flag("residual_before_ln", default: true) {
      throw fields.problem("residual_before_ln", expected: "true")
    }
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
    return BottleneckAdapter(
      placement: placement, reductionFactor: try fields.count("reduction_factor"),
      activation: try activation(fields, default: .relu, isOld: isOld),
      scaling: try fields.number("scaling") ?? 1)
  }

  private static func prefix(
    _ fields: ConfigurationFile, isOld: Bool
  ) throws(ModelFileError) -> PrefixAdapter {
    try fields.refuseAllBut(
      withoutEffect.union([
        "architecture", "encoder_prefix", "flat", "prefix_length", "bottleneck_size",
        "non_linearity", "shared_gating",
      ]))
    guard try fields.flag("encoder_prefix", default: true) else {
      throw fields.problem("encoder_prefix", expected: "true")
    }
    return PrefixAdapter(
      length: try fields.count("prefix_length"),
      bottleneckSize: try fields.flag("flat", default: false)
        ? 0 : try fields.count("bottleneck_size"),
      activation: try activation(fields, default: .tanh, isOld: isOld))
  }

  /// LoRA, and IA3, which is LoRA's composition mode `scale`.
  private static func lora(
    _ fields: ConfigurationFile, release: String
  ) throws(ModelFileError) -> any Adapter {
    try fields.refuse(["use_dora", "vera_b", "vera_d"])
    try fields.refuseAllBut(
      withoutEffect.union([
        "architecture", "selfattn_lora", "intermediate_lora", "output_lora", "r", "alpha",
        "attn_matrices", "composition_mode", "dtype",
      ]))
    if let type = try fields.text("dtype"), type != "float32" {
      throw fields.problem("dtype", expected: "none, or float32")
    }
    let rank = try fields.count("r")
    // Releases before 1.1.0 trained with a scale of 1, whatever alpha said: adapters#770.
    let stored = isBefore(release, [1, 1, 0]) ? nil : try fields.number("alpha")
    let alpha = stored ?? Double(rank)
    let targets = try projections(fields)
    switch try fields.text("composition_mode") {
    case nil, "add": return LowRankAdapter(rank: rank, alpha: alpha, targets: targets)
    case "scale":
      guard rank == 1 else { throw fields.problem("r", expected: "1 with composition mode scale") }
      guard alpha != 0 else { throw fields.problem("alpha", expected: "another number than 0") }
      return ScalingAdapter(outputs: targets, scale: alpha)
    default: throw fields.problem("composition_mode", expected: "add or scale")
    }
  }

  private static func projections(
    _ fields: ConfigurationFile
  ) throws(ModelFileError) -> [Projection] {
    var targets: [Projection] = []
    if try fields.flag("selfattn_lora", default: true) {
      // "o" is in some configurations, but BERT's attention output has no LoRA in AdapterHub.
      let named = try fields.texts("attn_matrices") ?? ["q", "v"]
      guard named.allSatisfy({ name in name == "o" || letters.contains { $0.letter == name } })
      else { throw fields.problem("attn_matrices", expected: "a list of q, k, v") }
      targets = letters.filter { named.contains($0.letter) }.map(\.projection)
    }
    if try fields.flag("intermediate_lora", default: false) { targets.append(.intermediate) }
    if try fields.flag("output_lora", default: false) { targets.append(.output) }
    return targets
  }

  private static func activation(
    _ fields: ConfigurationFile, default standard: Activation, isOld: Bool
  ) throws(ModelFileError) -> Activation {
    guard let written = try fields.text("non_linearity") else { return standard }
    // adapters' ACTIVATION_RENAME: the words meant something else in adapter-transformers.
    let name =
      switch (isOld, written) {
      case (true, "gelu"): "gelu_new"
      case (true, "gelu_orig"): "gelu"
      default: written.lowercased()
      }
    guard let activation = Activation(rawValue: name == "swish" ? "silu" : name) else {
      throw fields.problem(
        "non_linearity", expected: "one of relu, swish, gelu, gelu_new, gelu_pytorch_tanh, tanh")
    }
    return activation
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

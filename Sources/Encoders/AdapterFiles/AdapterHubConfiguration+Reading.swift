import Foundation
import ModelFiles

extension AdapterHubConfiguration {
  /// The adapter of a configuration, which `release` of the library wrote.
  static func adapter(
    _ fields: ConfigurationFile, release: String
  ) throws(ModelFileError) -> any Adapter {
    try fields.refuse(["use_gating", "leave_out"])
    switch try fields.text("architecture") {
    case nil: return try bottleneck(fields)
    case "prefix_tuning": return try prefix(fields)
    case "lora": return try lora(fields, release: release)
    default:
      throw fields.problem("architecture", expected: "none (a bottleneck), lora or prefix_tuning")
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
    return BottleneckAdapter(
      placement: placement, reductionFactor: try fields.count("reduction_factor"),
      activation: try activation(fields, default: .relu),
      scaling: try fields.number("scaling") ?? 1)
  }

  private static func prefix(_ fields: ConfigurationFile) throws(ModelFileError) -> PrefixAdapter {
    PrefixAdapter(
      length: try fields.count("prefix_length"),
      bottleneckSize: try fields.flag("flat", default: false)
        ? 0 : try fields.count("bottleneck_size"),
      activation: try activation(fields, default: .tanh))
  }

  /// LoRA, and IA3, which is LoRA's composition mode `scale`.
  private static func lora(
    _ fields: ConfigurationFile, release: String
  ) throws(ModelFileError) -> any Adapter {
    try fields.refuse(["use_dora", "vera_b", "vera_d"])
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
    _ fields: ConfigurationFile, default standard: Activation
  ) throws(ModelFileError) -> Activation {
    guard let name = try fields.text("non_linearity")?.lowercased() else { return standard }
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

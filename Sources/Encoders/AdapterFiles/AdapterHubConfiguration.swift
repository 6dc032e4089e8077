import Foundation

/// The field `config` of AdapterHub's adapter_config.json: which module it is, as `adapters` says.
///
/// The keys are those of `adapters/configuration/adapter_config.py`, release 1.3.0. Here is what is
/// written; `AdapterHubConfiguration+Reading.swift` has what is read.
enum AdapterHubConfiguration {
  /// The configuration of an adapter; throws where AdapterHub has no such module.
  static func json(_ adapter: any Adapter) throws(UnsupportedAdapter) -> PythonJSON {
    switch adapter {
    case let adapter as BottleneckAdapter: return json(adapter)
    case let adapter as PrefixAdapter: return json(adapter)
    case let adapter as LowRankAdapter:
      return try lora(
        adapter.targets, rank: adapter.rank, alpha: adapter.alpha, mode: "add", weights: "lora")
    case let adapter as ScalingAdapter:
      guard adapter.inputs.isEmpty else {
        throw UnsupportedAdapter(
          "AdapterHub scales what layers give (IA3), not what they take. --format peft has a place "
            + "for it.")
      }
      return try lora(
        adapter.outputs, rank: 1, alpha: adapter.scale, mode: "scale", weights: "ia3")
    case is BiasAdapter:
      throw UnsupportedAdapter(
        "AdapterHub has no BitFit, which moves the encoder's own biases. --format huggingface "
          + "writes the whole model.")
    default:
      throw UnsupportedAdapter("AdapterHub has no module like \(type(of: adapter)).")
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
      "non_linearity": .text(name(of: adapter.activation)), "original_ln_after": true,
      "original_ln_before": .bool(adapter.placement == .pfeiffer), "output_adapter": true,
      "phm_bias": true, "phm_c_init": "normal", "phm_dim": 4, "phm_init_range": 0.0001,
      "phm_layer": false, "phm_rank": 1, "reduction_factor": .integer(adapter.reductionFactor),
      "residual_before_ln": true, "scaling": .number(adapter.scaling), "shared_W_phm": false,
      "shared_phm_rule": true, "stochastic_depth": 0.0, "use_gating": false,
    ]
  }

  private static func json(_ adapter: PrefixAdapter) -> PythonJSON {
    [
      "architecture": "prefix_tuning",
      // A flat prefix has no bottleneck; the library writes its default all the same.
      "bottleneck_size": .integer(adapter.bottleneckSize == 0 ? 512 : adapter.bottleneckSize),
      "cross_prefix": true, "dropout": 0.0, "encoder_prefix": true,
      "flat": .bool(adapter.bottleneckSize == 0), "init_weights_seed": nil, "leave_out": [],
      "non_linearity": .text(name(of: adapter.activation)),
      "prefix_length": .integer(adapter.length), "shared_gating": true, "use_gating": false,
    ]
  }

  /// LoRA, and IA3, which is LoRA's composition mode `scale`.
  private static func lora(
    _ targets: [Projection], rank: Int, alpha: Double, mode: String, weights: String
  ) throws(UnsupportedAdapter) -> PythonJSON {
    if targets.contains(.attentionOutput) {
      throw UnsupportedAdapter(
        "AdapterHub has no LoRA on the output of attention (adapter.targets has attentionOutput). "
          + "--format peft has a place for it.")
    }
    let matrices = letters.filter { targets.contains($0.projection) }.map(\.letter)
    return [
      "alpha": .shortest(alpha), "architecture": "lora", "attn_matrices": .texts(matrices),
      "composition_mode": .text(mode), "dropout": 0.0, "dtype": nil,
      "init_weights": .text(weights), "init_weights_seed": nil,
      "intermediate_lora": .bool(targets.contains(.intermediate)), "leave_out": [],
      "output_lora": .bool(targets.contains(.output)), "r": .integer(rank),
      "selfattn_lora": .bool(!matrices.isEmpty), "use_dora": false, "use_gating": false,
      "vera_b": nil, "vera_d": nil,
    ]
  }

  static let letters: [(letter: String, projection: Projection)] = [
    ("q", .query), ("k", .key), ("v", .value),
  ]

  private static func name(of activation: Activation) -> String {
    activation == .silu ? "swish" : activation.rawValue
  }
}

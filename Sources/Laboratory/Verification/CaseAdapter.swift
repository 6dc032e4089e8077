import Encoders
import Foundation
import Tensors

/// The field `config` of AdapterHub's adapter_config.json, as far as it names LoRA, IA3 or a prefix.
///
/// The keys and defaults are those of `adapters/configuration/adapter_config.py`, release 1.3.0.
struct AdapterHubModule: Decodable {
  private var architecture: String?
  private var leftOut: [Int]?
  private var usesGating: Bool?
  // LoRA, and IA3 as its composition mode `scale`
  private var rank: Int?
  private var alpha: Double?
  private var mode: String?
  private var isOnAttention: Bool?
  private var isOnIntermediate: Bool?
  private var isOnOutput: Bool?
  private var matrices: [String]?
  private var usesDora: Bool?
  // Prefix tuning
  private var isFlat: Bool?
  private var length: Int?
  private var bottleneckSize: Int?
  private var activation: String?

  private enum CodingKeys: String, CodingKey {
    case architecture
    case leftOut = "leave_out"
    case usesGating = "use_gating"
    case rank = "r"
    case alpha
    case mode = "composition_mode"
    case isOnAttention = "selfattn_lora"
    case isOnIntermediate = "intermediate_lora"
    case isOnOutput = "output_lora"
    case matrices = "attn_matrices"
    case usesDora = "use_dora"
    case isFlat = "flat"
    case length = "prefix_length"
    case bottleneckSize = "bottleneck_size"
    case activation = "non_linearity"
  }

  /// The module that a folder of AdapterHub holds; nil without such a folder.
  static func read(_ folder: String) throws -> AdapterHubModule? {
    struct File: Decodable {
      var config: AdapterHubModule
    }
    let path = folder + "/adapter_config.json"
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    do {
      return try JSONDecoder().decode(File.self, from: data).config
    } catch {
      throw ModelFileError(
        path: path, problem: "it cannot be decoded (\(error))",
        expected: "the configuration of an adapter as AdapterHub saves it")
    }
  }

  /// The adapter; nil for a bottleneck, which case.json describes.
  func adapter() throws -> (any Adapter)? {
    guard let architecture else { return nil }
    guard leftOut ?? [] == [], usesGating != true, usesDora != true else {
      throw LaboratoryError(
        "The case has an adapter with leave_out, use_gating or use_dora; expected one without.")
    }
    switch (architecture, mode ?? "add") {
    case ("prefix_tuning", _):
      let name = activation ?? "tanh"
      guard let activation = Activation(rawValue: name == "swish" ? "silu" : name) else {
        throw LaboratoryError("The case has a prefix with \(name); expected a known activation.")
      }
      return PrefixAdapter(
        length: length ?? 30, bottleneckSize: isFlat == true ? 0 : bottleneckSize ?? 512,
        activation: activation)
    case ("lora", "add"):
      return LowRankAdapter(rank: rank ?? 8, alpha: alpha ?? 8, targets: projections)
    case ("lora", "scale"): return ScalingAdapter(outputs: projections, scale: alpha ?? 8)
    default:
      throw LaboratoryError(
        "The case has an adapter of architecture \(architecture) and composition mode "
          + "\(mode ?? "add"); expected lora (add or scale), prefix_tuning or a bottleneck.")
    }
  }

  private var projections: [Projection] {
    var result: [Projection] = []
    if isOnAttention ?? true {
      let matrices = matrices ?? ["q", "v"]
      result += zip(["q", "k", "v"], [Projection.query, .key, .value])
        .filter { matrices.contains($0.0) }.map { $0.1 }
    }
    if isOnIntermediate ?? false { result.append(.intermediate) }
    if isOnOutput ?? false { result.append(.output) }
    return result
  }
}

extension ReferenceCase.AdapterDescription {
  /// The adapter in the words of experiments.
  func adapter() throws -> (any Adapter)? {
    switch (type, placement.flatMap(BottleneckAdapter.Placement.init)) {
    case ("bottleneck", let placement?):
      let name = activation == "swish" ? "silu" : (activation ?? "relu")
      return BottleneckAdapter(
        placement: placement, reductionFactor: reductionFactor ?? 16,
        activation: Activation(rawValue: name), scaling: scaling)
    case ("lora", _):
      return LowRankAdapter(
        rank: rank ?? 8, alpha: alpha ?? 16,
        targets: try projections(targets) ?? [.query, .value])
    case ("prefix", _):
      return PrefixAdapter(
        length: prefixLength ?? 30, bottleneckSize: prefixBottleneckSize ?? 512)
    case ("ia3", _):
      return ScalingAdapter(
        outputs: try projections(targets) ?? [.key, .value, .intermediate],
        inputs: try projections(inputs) ?? [])
    case ("bitfit", _): return BiasAdapter()
    default:
      throw LaboratoryError(
        "The case has an adapter of type \(type); expected bottleneck, lora, prefix, ia3 or bitfit."
      )
    }
  }

  private func projections(_ names: [String]?) throws -> [Projection]? {
    try names?.map { name in
      guard let projection = Projection(rawValue: name) else {
        let known = Projection.allCases.map(\.rawValue).joined(separator: ", ")
        throw LaboratoryError("The case's adapter is on \(name); expected one of \(known).")
      }
      return projection
    }
  }
}

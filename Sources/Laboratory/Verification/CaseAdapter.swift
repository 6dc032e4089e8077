import Encoders

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

package import Tensors

/// A bottleneck adapter: down, activation, up, beside a residual connection.
///
///     adapter(x) = scaling · (activation(x Wdownᵀ + bdown) Wupᵀ + bup)
///
/// - `pfeiffer` (Pfeiffer et al. 2020): after the feed-forward block, ReLU. It reads
///   `LN(dense + residual)`; the output is `LN(adapter + dense + residual)`.
/// - `houlsby` (Houlsby et al. 2019): after attention and after feed-forward, swish. It reads
///   `dense`; the output is `LN(adapter + dense + residual)`.
/// - `parallel` (He et al. 2022): beside the feed-forward block, ReLU, scaling 4. It reads the
///   block's input; the output is `LN(adapter + dense + residual)`.
///
/// Wup starts at zero, so that a fresh adapter changes nothing.
package struct BottleneckAdapter: Adapter, Hashable {
  /// Where the adapter sits.
  package enum Placement: String, Codable, Hashable, Sendable {
    case pfeiffer, houlsby, parallel
  }

  /// Where the adapter sits.
  package var placement: Placement
  /// `hiddenSize / bottleneckSize`.
  package var reductionFactor: Int
  /// Between down and up.
  package var activation: Activation
  /// What the adapter's output is multiplied with.
  package var scaling: Double

  /// An adapter of a placement, with the activation and scaling of its paper.
  package init(
    placement: Placement, reductionFactor: Int = 16, activation: Activation? = nil,
    scaling: Double? = nil
  ) {
    precondition(reductionFactor >= 1, "A reduction factor is at least 1")
    self.placement = placement
    self.reductionFactor = reductionFactor
    self.activation = activation ?? (placement == .houlsby ? .silu : .relu)
    self.scaling = scaling ?? (placement == .parallel ? 4 : 1)
  }

  /// The size of the bottleneck, at least 1.
  package func bottleneckSize(in configuration: EncoderConfiguration) -> Int {
    max(1, configuration.hiddenSize / reductionFactor)
  }

  private func sites(in configuration: EncoderConfiguration) -> [String] {
    let architecture = configuration.architecture
    let places: [AdapterSite.Place] =
      placement == .houlsby ? [.attention, .feedForward] : [.feedForward]
    return (0..<configuration.layerCount).flatMap { layer in
      places.map { "\(architecture.layer(layer)).\(architecture.site($0))" }
    }
  }

  package func shapes(in configuration: EncoderConfiguration) -> [ParameterName: [Int]] {
    let (hidden, size) = (configuration.hiddenSize, bottleneckSize(in: configuration))
    var shapes: [ParameterName: [Int]] = [:]
    for site in sites(in: configuration) {
      shapes["\(site).adapters.ner.adapter_down.0.weight"] = [size, hidden]
      shapes["\(site).adapters.ner.adapter_down.0.bias"] = [size]
      shapes["\(site).adapters.ner.adapter_up.weight"] = [hidden, size]
      shapes["\(site).adapters.ner.adapter_up.bias"] = [hidden]
    }
    return shapes
  }

  package func freshParameters(
    in configuration: EncoderConfiguration, generator: TensorGenerator
  ) -> Parameters {
    // Layer-normed inputs have unit size, so 1/√hidden keeps the bottleneck at unit size too.
    let deviation = 1 / Double(configuration.hiddenSize).squareRoot()
    var result: Parameters = [:]
    for (name, shape) in shapes(in: configuration).sorted(by: { $0.key < $1.key }) {
      result[name] =
        name.hasSuffix("adapter_down.0.weight")
        ? generator.normal(shape, deviation: deviation) : .zeros(shape)
    }
    return result
  }

  package func output(_ site: AdapterSite, _ block: BlockOutput) -> Tensor {
    guard site.place == .feedForward || placement == .houlsby else {
      return block.joined().normalized
    }
    switch placement {
    case .houlsby:
      let dense = block.dense()
      return block.normalized(adapted(site, dense), dense + block.residual)
    case .pfeiffer:
      let joined = block.joined()
      return block.normalized(adapted(site, joined.normalized), joined.sum)
    case .parallel:
      return block.normalized(adapted(site, block.residual), block.joined().sum)
    }
  }

  /// `scaling · (activation(x Wdownᵀ + bdown) Wupᵀ + bup)` of the adapter in a block.
  private func adapted(_ site: AdapterSite, _ input: Tensor) -> Tensor {
    let (name, parameters) = ("\(site.name).adapters.ner", site.parameters)
    let down = input.linear(
      weight: parameters["\(name).adapter_down.0.weight"],
      bias: parameters["\(name).adapter_down.0.bias"])
    let up = activation(down).linear(
      weight: parameters["\(name).adapter_up.weight"],
      bias: parameters["\(name).adapter_up.bias"])
    return scaling == 1 ? up : up * scaling
  }
}

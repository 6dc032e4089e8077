package import Tensors

/// A low-rank addition to linear projections: LoRA.
///
/// Hu et al. 2022:
///
///     W x + (alpha / rank) · B A x
///
/// A is (rank, inputs) and normal, B is (outputs, rank) and starts at zero, so that a fresh
/// adapter changes nothing. AdapterHub has no LoRA on the output of attention; its parameters are
/// named here as those of the other projections are.
package struct LowRankAdapter: MergeableAdapter, Hashable {
  /// The rank of the addition.
  package var rank: Int
  /// The scale before division by the rank.
  package var alpha: Double
  /// Which projections are added to.
  package var targets: [Projection]

  /// LoRA on query and value unless other targets are named.
  package init(rank: Int = 8, alpha: Double = 16, targets: [Projection] = [.query, .value]) {
    precondition(rank >= 1, "The rank of LoRA is at least 1")
    self.rank = rank
    self.alpha = alpha
    self.targets = targets
  }

  private var scale: Double { alpha / Double(rank) }

  package func shapes(in configuration: EncoderConfiguration) -> [ParameterName: [Int]] {
    var shapes: [ParameterName: [Int]] = [:]
    for layer in 0..<configuration.layerCount {
      for target in targets {
        let name = target.name(layer: layer, in: configuration)
        shapes["\(name).loras.ner.lora_A"] = [rank, target.inputCount(in: configuration)]
        shapes["\(name).loras.ner.lora_B"] = [target.outputCount(in: configuration), rank]
      }
    }
    return shapes
  }

  package func freshParameters(
    in configuration: EncoderConfiguration, generator: TensorGenerator
  ) -> Parameters {
    var result: Parameters = [:]
    for (name, shape) in shapes(in: configuration).sorted(by: { $0.key < $1.key }) {
      result[name] =
        name.hasSuffix("lora_A")
        ? generator.normal(shape, deviation: 1 / Double(shape[1]).squareRoot()) : .zeros(shape)
    }
    return result
  }

  package func changes(_ projection: Projection) -> Bool {
    targets.contains(projection)
  }

  package func projection(
    _ site: ProjectionSite, input: Tensor, linear: (Tensor) -> Tensor
  ) -> Tensor {
    let output = linear(input)
    guard targets.contains(site.projection) else { return output }
    let low = input.linear(weight: site.parameters["\(site.name).loras.ner.lora_A"], bias: nil)
    let addition = low.linear(weight: site.parameters["\(site.name).loras.ner.lora_B"], bias: nil)
    return output + addition * scale
  }

  // MARK: Merging

  /// `W + (alpha / rank) · B A` in the place of each W, and no A and B.
  package func merged(into parameters: Parameters) -> Parameters {
    let own = parameters.filter { isAdapterParameter($0.key) }
    return adding(own, times: scale, to: parameters.filter { !isAdapterParameter($0.key) })
  }

  /// `W′ − (alpha / rank) · B A` in the place of each merged W′, and A and B.
  package func unmerged(_ own: Parameters, from merged: Parameters) -> Parameters {
    adding(own, times: -scale, to: merged).merging(own) { $1 }
  }

  private func adding(
    _ own: Parameters, times factor: Double, to parameters: Parameters
  ) -> Parameters {
    var result = parameters
    let suffix = ".loras.ner.lora_A"
    for (name, a) in own where name.hasSuffix(suffix) {
      let projection = name.dropLast(suffix.count)
      guard let b = own["\(projection).loras.ner.lora_B"],
        let weight = parameters["\(projection).weight"]
      else { preconditionFailure("\(projection) has a lora_A without lora_B or weight") }
      result["\(projection).weight"] = withoutGradients { weight + b.matrixProduct(a) * factor }
    }
    return result
  }
}

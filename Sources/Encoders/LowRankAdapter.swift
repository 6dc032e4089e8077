package import Tensors

/// A low-rank addition to linear projections: LoRA.
///
/// Hu et al. 2022:
///
///     W x + (alpha / rank) · B A x
///
/// A is (rank, inputs) and normal, B is (outputs, rank) and starts at zero, so that a fresh
/// adapter changes nothing.
package struct LowRankAdapter: Adapter, Hashable {
  /// The rank of the addition.
  package var rank: Int
  /// The scale before division by the rank.
  package var alpha: Double
  /// Which projections of self-attention: `query`, `key`, `value`.
  package var targets: [String]

  /// LoRA on query and value unless other targets are named.
  package init(rank: Int = 8, alpha: Double = 16, targets: [String] = ["query", "value"]) {
    precondition(rank >= 1, "The rank of LoRA is at least 1")
    self.rank = rank
    self.alpha = alpha
    self.targets = targets
  }

  package func shapes(in configuration: EncoderConfiguration) -> [ParameterName: [Int]] {
    var shapes: [ParameterName: [Int]] = [:]
    for layer in 0..<configuration.layerCount {
      for target in targets {
        let name =
          "\(configuration.architecture.prefix).encoder.layer.\(layer).attention.self.\(target)"
        shapes["\(name).loras.ner.lora_A"] = [rank, configuration.hiddenSize]
        shapes["\(name).loras.ner.lora_B"] = [configuration.hiddenSize, rank]
      }
    }
    return shapes
  }

  package func freshParameters(
    in configuration: EncoderConfiguration, generator: TensorGenerator
  ) -> Parameters {
    let deviation = 1 / Double(configuration.hiddenSize).squareRoot()
    var result: Parameters = [:]
    for (name, shape) in shapes(in: configuration).sorted(by: { $0.key < $1.key }) {
      result[name] =
        name.hasSuffix("lora_A") ? generator.normal(shape, deviation: deviation) : .zeros(shape)
    }
    return result
  }

  package func projection(
    _ name: String, parameters: ParameterReader, input: Tensor, output: Tensor
  ) -> Tensor {
    guard name.contains(".attention.self."), targets.contains(where: name.hasSuffix) else {
      return output
    }
    let low = input.linear(weight: parameters["\(name).loras.ner.lora_A"], bias: nil)
    let addition = low.linear(weight: parameters["\(name).loras.ner.lora_B"], bias: nil)
    return output + addition * (alpha / Double(rank))
  }
}

package import Tensors

/// Learned vectors that scale what linear projections give: IA3.
///
/// Liu et al. 2022 scale keys, values and the inside of the feed-forward block:
///
///     softmax(q (l_k ⊙ k)ᵀ / √d) (l_v ⊙ v)          (l_ff ⊙ γ(W₁ x)) W₂
///
/// AdapterHub has l_ff before the activation γ instead, as a scale of what `intermediate` gives:
/// `γ(l_ff ⊙ (W₁ x + b₁))`. The default here is AdapterHub's. The paper's place, which peft has
/// too, is a scale of what goes into `output`: `outputs: [.key, .value], inputs: [.output]`.
///
/// The vectors start at one, so that a fresh adapter changes nothing.
package struct ScalingAdapter: MergeableAdapter, Hashable {
  /// The projections whose outputs are scaled; the vectors are `loras.ner.lora_B`.
  package var outputs: [Projection]
  /// The projections whose inputs are scaled; the vectors are `ia3.ner.ia3_l`.
  package var inputs: [Projection]
  /// A fixed factor beside the vectors of outputs, AdapterHub's `alpha`.
  package var scale: Double

  /// IA3 as AdapterHub has it, unless other projections are named.
  package init(
    outputs: [Projection] = [.key, .value, .intermediate], inputs: [Projection] = [],
    scale: Double = 1
  ) {
    precondition(scale != 0, "A scale of 0 leaves nothing to learn")
    self.outputs = outputs
    self.inputs = inputs
    self.scale = scale
  }

  package func shapes(in configuration: EncoderConfiguration) -> [ParameterName: [Int]] {
    var shapes: [ParameterName: [Int]] = [:]
    for layer in 0..<configuration.layerCount {
      for target in outputs {
        let name = target.name(layer: layer, in: configuration)
        shapes["\(name).loras.ner.lora_B"] = [target.outputCount(in: configuration), 1]
      }
      for target in inputs {
        let name = target.name(layer: layer, in: configuration)
        shapes["\(name).ia3.ner.ia3_l"] = [1, target.inputCount(in: configuration)]
      }
    }
    return shapes
  }

  package func freshParameters(
    in configuration: EncoderConfiguration, generator: TensorGenerator
  ) -> Parameters {
    var result: Parameters = [:]
    for (name, shape) in shapes(in: configuration) {
      result[name] = Tensor(
        repeating: name.hasSuffix("lora_B") ? 1 / scale : 1, shape: shape)
    }
    return result
  }

  package func changes(_ projection: Projection) -> Bool {
    inputs.contains(projection) || outputs.contains(projection)
  }

  package func projection(
    _ site: ProjectionSite, input: Tensor, linear: (Tensor) -> Tensor
  ) -> Tensor {
    var input = input
    if inputs.contains(site.projection) {
      input = input * site.parameters["\(site.name).ia3.ner.ia3_l"].reshaped([-1])
    }
    let output = linear(input)
    guard outputs.contains(site.projection) else { return output }
    let vector = site.parameters["\(site.name).loras.ner.lora_B"].reshaped([-1])
    return output * (scale == 1 ? vector : vector * scale)
  }

  // MARK: Merging

  /// `diag(l) W` and `l ⊙ b` for an output's vector l, `W diag(l)` for an input's.
  package func merged(into parameters: Parameters) -> Parameters {
    let own = parameters.filter { isAdapterParameter($0.key) }
    return scaling(parameters.filter { !isAdapterParameter($0.key) }, by: own) { $0 * $1 }
  }

  /// The merged weights divided by the vectors, none of which may have a zero in it.
  package func unmerged(_ own: Parameters, from merged: Parameters) -> Parameters {
    scaling(merged, by: own) { $0 / $1 }.merging(own) { $1 }
  }

  private func scaling(
    _ parameters: Parameters, by own: Parameters, _ change: (Tensor, Tensor) -> Tensor
  ) -> Parameters {
    var result = parameters
    withoutGradients {
      for (name, vector) in own {
        if name.hasSuffix(".loras.ner.lora_B") {
          let projection = name.dropLast(".loras.ner.lora_B".count)
          let factor = vector * scale  // (outputs, 1): one for each row of W
          result["\(projection).weight"] = result["\(projection).weight"].map {
            change($0, factor)
          }
          result["\(projection).bias"] = result["\(projection).bias"].map {
            change($0, factor.reshaped([-1]))
          }
        } else if name.hasSuffix(".ia3.ner.ia3_l") {
          let projection = name.dropLast(".ia3.ner.ia3_l".count)
          result["\(projection).weight"] = result["\(projection).weight"].map {
            change($0, vector)
          }
        }
      }
    }
    return result
  }
}

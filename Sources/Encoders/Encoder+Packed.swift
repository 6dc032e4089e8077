package import Tensors

/// The fast form of the encoder: the same function on packed subwords.
///
/// Equal to the plain form up to rounding, and as often differentiable; dropout draws other numbers,
/// for it draws none for padding.
extension Encoder {
  /// The hidden states of the last layer of every subword that is not padding.
  ///
  /// - Parameter chance: The stream for dropout; nil turns dropout off.
  /// - Returns: (subwords, hiddenSize), in the order of the rows.
  package func hiddenStates(
    _ parameters: Parameters, packed input: PackedInput, chance: TensorGenerator? = nil
  ) -> Tensor {
    let model = ParameterReader(parameters)
    var hidden = embeddings(model, input, chance)
    let prefixes = adapter?.prefixes(in: configuration, parameters: model) ?? []
    for layer in 0..<configuration.layerCount {
      let name = "\(configuration.architecture.prefix).encoder.layer.\(layer)"
      let prefix = prefixes.isEmpty ? nil : prefixes[layer]
      let attended = attention(model, name, hidden, input, prefix, chance)
      hidden = feedForward(model, name, attended, chance)
    }
    return hidden
  }

  private func embeddings(
    _ model: ParameterReader, _ input: PackedInput, _ chance: TensorGenerator?
  ) -> Tensor {
    let name = "\(configuration.architecture.prefix).embeddings"
    let words = model["\(name).word_embeddings.weight"]
      .embedding(input.ids, padding: configuration.paddingID)
    let positions = model["\(name).position_embeddings.weight"].embedding(
      input.positions,
      padding: configuration.architecture == .xlmRoberta ? configuration.paddingID : -1)
    let types = model["\(name).token_type_embeddings.weight"].slice(0..<1)
    let normalized = norm(model, "\(name).LayerNorm", words + types + positions)
    return dropout(normalized, configuration.hiddenDropout, chance)
  }

  private func attention(
    _ model: ParameterReader, _ name: String, _ hidden: Tensor, _ input: PackedInput,
    _ prefix: AttentionPrefix?, _ chance: TensorGenerator?
  ) -> Tensor {
    let context = attended(
      prefix: prefix, padding: input.padding, chance
    ) { heads(input.padded(linear(model, name, $0, hidden))) }
    return attentionOutput(model, name, context: input.packed(context), residual: hidden, chance)
  }
}

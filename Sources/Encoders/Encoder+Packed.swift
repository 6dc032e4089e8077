package import Tensors

/// The fast form of the encoder: the same function on packed subwords, several operations in one.
///
/// Equal to the plain form up to rounding, and as often differentiable; dropout draws other numbers,
/// for it draws none for padding.
extension Encoder {
  /// The hidden states of the last layer of every subword.
  ///
  /// - Parameter generator: The random numbers of dropout; nil turns dropout off.
  /// - Returns: (subwords, hiddenSize), in the order of the batch.
  package func hiddenStates(
    _ parameters: Parameters, _ subwords: SubwordBatch, generator: TensorGenerator? = nil
  ) -> Tensor {
    let input = PackedInput(subwords, configuration: configuration)
    let pass = PackedPass(
      encoder: self, model: ParameterReader(parameters), input: input, generator: generator)
    let prefixes = adapter?.prefixes(in: configuration, parameters: pass.model) ?? []
    if configuration.architecture == .modernBert { return pass.modernHiddenStates(prefixes) }
    let distances = distances(pass.model, generator)
    let layout = prefixes.isEmpty && distances == nil ? nil : input.layout
    var hidden = pass.embeddings()
    for layer in 0..<configuration.layerCount {
      let name = configuration.architecture.layer(layer)
      let context =
        if let layout {
          pass.context(
            name, hidden, prefix: prefixes.isEmpty ? nil : prefixes[layer], distances, layout)
        } else {
          pass.context(name, hidden)
        }
      let attended = pass.block(
        name, .attention, .attentionOutput, input: context, residual: hidden)
      hidden = pass.block(
        name, .feedForward, .output, input: pass.intermediate(name, attended), residual: attended)
    }
    return hidden
  }
}

/// One pass of packed subwords through an encoder.
private struct PackedPass {
  let encoder: Encoder
  let model: ParameterReader
  let input: PackedInput
  let generator: TensorGenerator?

  var configuration: EncoderConfiguration { encoder.configuration }

  func embeddings() -> Tensor {
    let name = "\(configuration.architecture.prefix).embeddings"
    let words = model["\(name).word_embeddings.weight"]
      .embedding(input.ids, padding: configuration.paddingID)
    let architecture = configuration.architecture
    var sum = words
    if configuration.typeVocabularySize > 0 {
      sum = sum + model["\(name).token_type_embeddings.weight"].slice(0..<1)
    }
    var positions: Tensor?
    if architecture.hasPositionTable {
      positions = model["\(name).position_embeddings.weight"].embedding(
        input.positions,
        padding: architecture.countsFromPadding ? configuration.paddingID : -1)
    }
    let normalized = residualNorm(
      sum, bias: nil, residual: positions, norm: "\(name).LayerNorm", drops: false
    ).normalized
    return dropout(normalized, configuration.hiddenDropout, generator)
  }

  /// ModernBERT's states: attention is on packed subwords wherever a layer sees whole sentences.
  func modernHiddenStates(_ prefixes: [AttentionPrefix]) -> Tensor {
    let layout = input.layout
    let window = encoder.beyondWindow(length: layout.length)
    return encoder.modernHiddenStates(
      model, ids: input.ids, positions: input.positions, length: layout.length, generator
    ) { layer, query, key, value in
      let ownWindow = configuration.modernBert.isGlobal(layer) ? nil : window
      if prefixes.isEmpty, ownWindow == nil {
        return .attention(
          query: query, key: key, value: value, starts: input.starts,
          headCount: configuration.attentionHeadCount, keep: 1 - configuration.attentionDropout,
          generator: generator)
      }
      return layout.packed(
        encoder.attended(
          prefix: prefixes.isEmpty ? nil : prefixes[layer], padding: layout.padding,
          window: ownWindow, generator
        ) { encoder.heads(layout.padded([.query: query, .key: key][$0] ?? value)) })
    }
  }

  /// What the heads of a layer gather.
  func context(_ name: String, _ hidden: Tensor) -> Tensor {
    .attention(
      query: encoder.linear(model, name, .query, hidden),
      key: encoder.linear(model, name, .key, hidden),
      value: encoder.linear(model, name, .value, hidden), starts: input.starts,
      headCount: configuration.attentionHeadCount, keep: 1 - configuration.attentionDropout,
      generator: generator)
  }

  /// The same on padded rows: with positions before each sentence's own, or with DeBERTa's distances.
  func context(
    _ name: String, _ hidden: Tensor, prefix: AttentionPrefix?, _ distances: Tensor?,
    _ layout: PaddedLayout
  ) -> Tensor {
    let relative = encoder.relativePositions(
      model, name, distances, length: layout.length, generator)
    return layout.packed(
      encoder.attended(
        prefix: prefix, padding: layout.padding, relative: relative, generator
      ) {
        encoder.heads(layout.padded(encoder.linear(model, name, $0, hidden)))
      })
  }

  /// What is inside the feed-forward block.
  func intermediate(_ name: String, _ hidden: Tensor) -> Tensor {
    let projection = Projection.intermediate
    switch configuration.activation {
    case .gelu, .geluPython:
      let (product, bias) = productAndBias(name, projection, hidden)
      return product.gelu(bias: bias)
    default:
      return configuration.activation(encoder.linear(model, name, projection, hidden))
    }
  }

  /// A block's last linear layer with dropout, residual connection, adapter and layer norm.
  func block(
    _ layer: String, _ place: AdapterSite.Place, _ projection: Projection, input: Tensor,
    residual: Tensor
  ) -> Tensor {
    let architecture = configuration.architecture
    let norm = "\(layer).\(architecture.norm(place))"
    let (product, bias) = productAndBias(layer, projection, input)
    let joined = { residualNorm(product, bias: bias, residual: residual, norm: norm) }
    guard let adapter = encoder.adapter else { return joined().normalized }
    return adapter.output(
      AdapterSite(
        name: "\(layer).\(architecture.site(place))", place: place, parameters: model),
      BlockOutput(
        residual: residual,
        dense: {
          dropout(bias.map { product + $0 } ?? product, configuration.hiddenDropout, generator)
        }, joined: joined,
        normalized: {
          residualNorm($0, bias: nil, residual: $1, norm: norm, drops: false).normalized
        }))
  }

  /// A linear layer's product and its bias apart; no bias apart where an adapter changes the layer.
  private func productAndBias(
    _ layer: String, _ projection: Projection, _ input: Tensor
  ) -> (product: Tensor, bias: Tensor?) {
    if let adapter = encoder.adapter, adapter.changes(projection) {
      return (encoder.linear(model, layer, projection, input), nil)
    }
    let name = "\(layer).\(configuration.architecture.path(projection))"
    return (input.linear(weight: model["\(name).weight"], bias: nil), model["\(name).bias"])
  }

  private func residualNorm(
    _ product: Tensor, bias: Tensor?, residual: Tensor?, norm: String, drops: Bool = true
  ) -> (sum: Tensor, normalized: Tensor) {
    product.residualNorm(
      bias: bias, residual: residual, weight: model["\(norm).weight"], shift: model["\(norm).bias"],
      epsilon: configuration.layerNormEpsilon, keep: 1 - configuration.hiddenDropout,
      generator: drops ? generator : nil)
  }
}

package import Tensors

/// An encoder of BERT's kind: a function of parameters and input.
///
///     embeddings → [attention → feed-forward] × layers
///
/// Devlin et al. 2019; Conneau et al. 2020. The parameters come with each call, under the names
/// of transformers' checkpoints, so that cloning, adapting and freezing are plain values.
/// This is the plain form: padded rows, attention written out, twice differentiable.
package struct Encoder: Sendable {
  /// The encoder's sizes.
  package let configuration: EncoderConfiguration
  /// The parameter-efficient module inside, if any.
  package let adapter: (any Adapter)?

  /// An encoder of a configuration, with an adapter or without.
  package init(_ configuration: EncoderConfiguration, adapter: (any Adapter)? = nil) {
    self.configuration = configuration
    self.adapter = adapter
  }

  /// The hidden states of the last layer.
  ///
  /// - Parameter generator: The random numbers of dropout; nil turns dropout off.
  /// - Returns: (batch, subwords, hiddenSize).
  package func hiddenStates(
    _ parameters: Parameters, _ input: PaddedInput, generator: TensorGenerator? = nil
  ) -> Tensor {
    let model = ParameterReader(parameters)
    if configuration.architecture == .modernBert {
      return modernHiddenStates(model, input, generator)
    }
    var hidden = embeddings(model, input, generator)
    // (batch, 1, 1, subwords): true where a key is padding
    let shape = input.attentionMask.shape
    let padding = input.attentionMask.equals(0).reshaped([shape[0], 1, 1, shape[1]])
    let prefixes = adapter?.prefixes(in: configuration, parameters: model) ?? []
    let distances = distances(model, generator)
    for layer in 0..<configuration.layerCount {
      let name = configuration.architecture.layer(layer)
      let prefix = prefixes.isEmpty ? nil : prefixes[layer]
      let attended = attention(model, name, hidden, padding, prefix, distances, generator)
      hidden = feedForward(model, name, attended, generator)
    }
    return hidden
  }

  private func modernHiddenStates(
    _ model: ParameterReader, _ input: PaddedInput, _ generator: TensorGenerator?
  ) -> Tensor {
    let shape = input.attentionMask.shape
    let padding = input.attentionMask.equals(0).reshaped([shape[0], 1, 1, shape[1]])
    let window = beyondWindow(length: shape[1])
    let prefixes = adapter?.prefixes(in: configuration, parameters: model) ?? []
    return modernHiddenStates(
      model, ids: input.inputIDs, positions: nil, length: shape[1], generator
    ) { layer, query, key, value in
      attended(
        prefix: prefixes.isEmpty ? nil : prefixes[layer], padding: padding,
        window: configuration.modernBert.isGlobal(layer) ? nil : window, generator
      ) { heads([.query: query, .key: key][$0] ?? value) }
    }
  }

  private func embeddings(
    _ model: ParameterReader, _ input: PaddedInput, _ generator: TensorGenerator?
  ) -> Tensor {
    let name = "\(configuration.architecture.prefix).embeddings"
    let ids = input.inputIDs
    let words = model["\(name).word_embeddings.weight"]
      .embedding(ids, padding: configuration.paddingID)
    var sum = words
    if configuration.typeVocabularySize > 0 {
      sum = sum + model["\(name).token_type_embeddings.weight"].slice(0..<1)  // (1, hidden)
    }
    if configuration.architecture.hasPositionTable {
      sum = sum + positions(model["\(name).position_embeddings.weight"], ids)
    }
    let normalized = norm(model, "\(name).LayerNorm", sum)
    return dropout(normalized, configuration.hiddenDropout, generator)
  }

  /// The rows of a table of positions that subwords have; a row each, or one a place of the batch.
  private func positions(_ table: Tensor, _ ids: Tensor) -> Tensor {
    guard configuration.architecture.countsFromPadding else {
      return table.embedding(.range(ids.shape[1]))  // (subwords, hidden), broadcast
    }
    let isWord = ids.equals(Double(configuration.paddingID)).negated().converted(to: .int64)
    let counted =
      (isWord.cumulativeSum(dimension: 1) * isWord + Double(configuration.paddingID))
      .converted(to: .int64)
    return table.embedding(counted, padding: configuration.paddingID)
  }

  /// DeBERTa's table of distances after its norm, (2 · span, hiddenSize); nil for other encoders.
  func distances(_ model: ParameterReader, _ generator: TensorGenerator?) -> Tensor? {
    guard configuration.architecture == .debertaV2 else { return nil }
    let name = "\(configuration.architecture.prefix).encoder"
    return norm(model, "\(name).LayerNorm", model["\(name).rel_embeddings.weight"])
  }

  /// What a layer makes of the distances of sentences of a length.
  func relativePositions(
    _ model: ParameterReader, _ layer: String, _ distances: Tensor?, length: Int,
    _ generator: TensorGenerator?
  ) -> RelativePositions? {
    guard let distances else { return nil }
    let table = dropout(distances, configuration.hiddenDropout, generator)
    return RelativePositions(table, length: length, in: configuration) { projection, rows in
      heads(linear(model, layer, projection, rows))
    }
  }

  private func attention(
    _ model: ParameterReader, _ name: String, _ input: Tensor, _ padding: Tensor,
    _ prefix: AttentionPrefix?, _ distances: Tensor?, _ generator: TensorGenerator?
  ) -> Tensor {
    let relative = relativePositions(
      model, name, distances, length: input.shape[1], generator)
    let context = attended(
      prefix: prefix, padding: padding, relative: relative, generator
    ) { heads(linear(model, name, $0, input)) }
    return attentionOutput(model, name, context: context, residual: input, generator)
  }

  /// What a layer begins with, (batch, subwords, hiddenSize), by head: (batch, heads, subwords,
  /// headSize).
  func heads(_ rows: Tensor) -> Tensor {
    rows.reshaped([
      rows.shape[0], rows.shape[1], configuration.attentionHeadCount, configuration.headSize,
    ]).transposed(1, 2)
  }

  /// What the heads gather: `softmax(Q Kᵀ / √headSize) V`.
  ///
  /// - Parameters:
  ///   - padding: True where a key is padding, (batch, 1, 1, subwords); nil when none is.
  ///   - relative: What distances add to the scores, in DeBERTa.
  ///   - window: True where a key is too far from a query, (1, 1, subwords, subwords), in ModernBERT.
  ///   - heads: Query, key or value by head, (batch, heads, subwords, headSize).
  /// - Returns: (batch, subwords, hiddenSize).
  func attended(
    prefix: AttentionPrefix?, padding: Tensor?, relative: RelativePositions? = nil,
    window: Tensor? = nil,
    _ generator: TensorGenerator?, heads: (Projection) -> Tensor
  ) -> Tensor {
    let query = heads(.query)
    let (batch, subwords) = (query.shape[0], query.shape[2])
    let own = heads(.key)
    var (keys, values, ignored) = (own, heads(.value), padding)
    if let prefix {
      func joined(_ before: Tensor, _ own: Tensor) -> Tensor {
        .concatenating([before.expanded([batch] + before.shape), own], dimension: 2)
      }
      (keys, values) = (joined(prefix.keys, keys), joined(prefix.values, values))
      let none = Tensor(repeating: 0, shape: [batch, 1, 1, prefix.length], type: .bool)
      ignored = padding.map { .concatenating([none, $0], dimension: 3) }
    }
    let parts = relative == nil ? 1 : 3
    let scale = 1 / Double(configuration.headSize * parts).squareRoot()
    var products = query.matrixProduct(keys.transposed())
    if let relative {
      var bias = relative.bias(query: query, key: own)
      if let prefix {
        // A prefix has no place, so no distance.
        let none = Tensor.zeros([batch, query.shape[1], subwords, prefix.length])
          .converted(to: bias.elementType)
        bias = .concatenating([none, bias], dimension: 3)
      }
      products = products + bias
    }
    var scores = products * scale
    if let window {
      let none = prefix.map {
        Tensor(repeating: 0, shape: [1, 1, subwords, $0.length], type: .bool)
      }
      let far = none.map { .concatenating([$0, window], dimension: 3) } ?? window
      scores = scores.filled(where: far, with: -3.4028234663852886e38)
    }
    if let ignored { scores = scores.filled(where: ignored, with: -3.4028234663852886e38) }
    let weights = dropout(scores.softmax(), configuration.attentionDropout, generator)
    return weights.matrixProduct(values)
      .transposed(1, 2).reshaped([batch, subwords, configuration.hiddenSize])
  }

  /// What attention gives to the feed-forward block, of what its heads gathered.
  private func attentionOutput(
    _ model: ParameterReader, _ name: String, context: Tensor, residual input: Tensor,
    _ generator: TensorGenerator?
  ) -> Tensor {
    blockOutput(
      model, name, .attention, dense: linear(model, name, .attentionOutput, context),
      residual: input, generator)
  }

  private func feedForward(
    _ model: ParameterReader, _ name: String, _ input: Tensor, _ generator: TensorGenerator?
  ) -> Tensor {
    let inner = configuration.activation(linear(model, name, .intermediate, input))
    return blockOutput(
      model, name, .feedForward, dense: linear(model, name, .output, inner), residual: input,
      generator)
  }

  /// Dropout, adapter, residual connection and layer norm after a block's last linear layer.
  private func blockOutput(
    _ model: ParameterReader, _ layer: String, _ place: AdapterSite.Place, dense: Tensor,
    residual: Tensor, _ generator: TensorGenerator?
  ) -> Tensor {
    let architecture = configuration.architecture
    let normalize = { norm(model, "\(layer).\(architecture.norm(place))", $0) }
    let dropped = dropout(dense, configuration.hiddenDropout, generator)
    let sum = dropped + residual
    guard let adapter else { return normalize(sum) }
    return adapter.output(
      AdapterSite(
        name: "\(layer).\(architecture.site(place))", place: place, parameters: model),
      BlockOutput(
        residual: residual, dense: { dropped }, joined: { (sum, normalize(sum)) },
        normalized: { normalize($0 + $1) }))
  }

  func linear(
    _ model: ParameterReader, _ layer: String, _ projection: Projection, _ input: Tensor
  ) -> Tensor {
    let name = "\(layer).\(configuration.architecture.path(projection))"
    let hasBias = configuration.hasBias(projection)
    let plain = { (input: Tensor) in
      input.linear(
        weight: model["\(name).weight"], bias: hasBias ? model["\(name).bias"] : nil)
    }
    var projection = projection
    if configuration.architecture.hasOneAttentionProjection, projection == .query {
      projection = [.query, .key, .value].first { adapter?.changes($0) ?? false } ?? .query
    }
    guard let adapter, adapter.changes(projection) else { return plain(input) }
    let site = ProjectionSite(name: name, projection: projection, parameters: model)
    return adapter.projection(site, input: input, linear: plain)
  }

  func norm(_ model: ParameterReader, _ name: String, _ input: Tensor) -> Tensor {
    input.layerNormalized(
      weight: model["\(name).weight"], bias: model["\(name).bias"],
      epsilon: configuration.layerNormEpsilon)
  }
}

/// Zeroes elements with the probability `rate` and scales the others up to keep the mean.
///
/// Srivastava et al. 2014. Without a generator nothing happens.
func dropout(_ input: Tensor, _ rate: Double, _ generator: TensorGenerator?) -> Tensor {
  guard let generator, rate > 0 else { return input }
  return generator.dropped(input, keep: 1 - rate)
}

/// Parameters by name, where a missing one is a programmer's mistake that is named.
package struct ParameterReader {
  private let parameters: Parameters

  /// A view of parameters.
  package init(_ parameters: Parameters) {
    self.parameters = parameters
  }

  /// The parameter of a name.
  package subscript(name: ParameterName) -> Tensor {
    guard let value = parameters[name] else {
      preconditionFailure("The model has no parameter \(name)")
    }
    return value
  }
}

package import Tensors

/// Which parameters a model has: names as in transformers' checkpoints, and shapes.
package struct ParameterLayout: Sendable {
  /// The shape of each parameter, by name.
  package private(set) var shapes: [ParameterName: [Int]] = [:]

  /// The parameters of the encoder alone.
  package init(encoder configuration: EncoderConfiguration) {
    let architecture = configuration.architecture
    if architecture == .modernBert {
      addModernBert(configuration)
      return
    }
    let prefix = architecture.prefix
    let hidden = configuration.hiddenSize
    func norm(_ name: String) {
      shapes["\(name).weight"] = [hidden]
      shapes["\(name).bias"] = [hidden]
    }
    let embeddings = "\(prefix).embeddings"
    shapes["\(embeddings).word_embeddings.weight"] = [configuration.vocabularySize, hidden]
    if architecture.hasPositionTable {
      shapes["\(embeddings).position_embeddings.weight"] = [
        configuration.maximumPositionCount, hidden,
      ]
    }
    if configuration.typeVocabularySize > 0 {
      shapes["\(embeddings).token_type_embeddings.weight"] = [
        configuration.typeVocabularySize, hidden,
      ]
    }
    norm("\(embeddings).LayerNorm")
    if architecture == .debertaV2 {
      shapes["\(prefix).encoder.rel_embeddings.weight"] = [2 * configuration.relativeSpan, hidden]
      norm("\(prefix).encoder.LayerNorm")
    }
    for layer in 0..<configuration.layerCount {
      for projection in Projection.allCases {
        let name = projection.name(layer: layer, in: configuration)
        let outputs = projection.outputCount(in: configuration)
        shapes["\(name).weight"] = [outputs, projection.inputCount(in: configuration)]
        shapes["\(name).bias"] = [outputs]
      }
      for place in [AdapterSite.Place.attention, .feedForward] {
        norm("\(architecture.layer(layer)).\(architecture.norm(place))")
      }
    }
  }

  private mutating func addModernBert(_ configuration: EncoderConfiguration) {
    let (hidden, settings) = (configuration.hiddenSize, configuration.modernBert)
    func add(_ name: String, _ shape: [Int], hasBias: Bool) {
      shapes["\(name).weight"] = shape
      if hasBias { shapes["\(name).bias"] = [shape[0]] }
    }
    shapes[configuration.wordEmbeddingsName] = [configuration.vocabularySize, hidden]
    var norms = ["model.embeddings.norm", "model.final_norm", "head.norm"]
    for layer in 0..<configuration.layerCount {
      let name = configuration.architecture.layer(layer)
      for projection in [Projection.query, .attentionOutput, .intermediate, .output] {
        add(
          projection.name(layer: layer, in: configuration),
          [projection.outputCount(in: configuration), projection.inputCount(in: configuration)],
          hasBias: configuration.hasBias(projection))
      }
      norms += (layer == 0 ? [] : ["\(name).attn_norm"]) + ["\(name).mlp_norm"]
    }
    for norm in norms { add(norm, [hidden], hasBias: settings.hasNormBias) }
    add("head.dense", [hidden, hidden], hasBias: settings.hasHeadBias)
  }

  /// Fresh parameters: weights normal with the configuration's deviation, biases 0, norms 1.
  package func freshParameters(
    deviation: Double, paddingID: Int, generator: TensorGenerator
  ) -> Parameters {
    var result: Parameters = [:]
    for name in shapes.keys.sorted() {
      guard let shape = shapes[name] else { continue }
      if name.hasSuffix(".bias") {
        result[name] = .zeros(shape)
      } else if name.hasSuffix("LayerNorm.weight") || name.hasSuffix("norm.weight") {
        result[name] = .ones(shape)
      } else {
        result[name] = generator.normal(shape, deviation: deviation)
      }
    }
    return result
  }
}

extension EncoderConfiguration {
  /// Whether a projection has a bias.
  func hasBias(_ projection: Projection) -> Bool {
    guard architecture == .modernBert else { return true }
    return switch projection {
    case .query, .key, .value, .attentionOutput: modernBert.hasAttentionBias
    case .intermediate, .output: modernBert.hasFeedForwardBias
    }
  }

  /// The table of subword embeddings, (vocabulary, hidden): most of a multilingual encoder.
  package var wordEmbeddingsName: ParameterName {
    let table = architecture == .modernBert ? "tok_embeddings" : "word_embeddings"
    return "\(architecture.prefix).embeddings.\(table).weight"
  }
}

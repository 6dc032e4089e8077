package import Tensors

/// Which parameters a model has: names as in transformers' checkpoints, and shapes.
package struct ParameterLayout: Sendable {
  /// The shape of each parameter, by name.
  package private(set) var shapes: [ParameterName: [Int]] = [:]

  /// The parameters of the encoder alone.
  package init(encoder configuration: EncoderConfiguration) {
    let prefix = configuration.architecture.prefix
    let hidden = configuration.hiddenSize
    func norm(_ name: String) {
      shapes["\(name).weight"] = [hidden]
      shapes["\(name).bias"] = [hidden]
    }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int) {
      shapes["\(name).weight"] = [outputs, inputs]
      shapes["\(name).bias"] = [outputs]
    }
    let embeddings = "\(prefix).embeddings"
    shapes["\(embeddings).word_embeddings.weight"] = [configuration.vocabularySize, hidden]
    shapes["\(embeddings).position_embeddings.weight"] = [
      configuration.maximumPositionCount, hidden,
    ]
    shapes["\(embeddings).token_type_embeddings.weight"] = [
      configuration.typeVocabularySize, hidden,
    ]
    norm("\(embeddings).LayerNorm")
    for layer in 0..<configuration.layerCount {
      let name = "\(prefix).encoder.layer.\(layer)"
      for projection in ["query", "key", "value"] {
        linear("\(name).attention.self.\(projection)", hidden, hidden)
      }
      linear("\(name).attention.output.dense", hidden, hidden)
      norm("\(name).attention.output.LayerNorm")
      linear("\(name).intermediate.dense", configuration.intermediateSize, hidden)
      linear("\(name).output.dense", hidden, configuration.intermediateSize)
      norm("\(name).output.LayerNorm")
    }
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
      } else if name.hasSuffix("LayerNorm.weight") {
        result[name] = .ones(shape)
      } else {
        result[name] = generator.normal(shape, deviation: deviation)
      }
    }
    return result
  }
}

extension EncoderConfiguration {
  /// The table of subword embeddings, (vocabulary, hidden): most of a multilingual encoder.
  package var wordEmbeddingsName: ParameterName {
    "\(architecture.prefix).embeddings.word_embeddings.weight"
  }
}

package import Encoders
package import Tensors
import Tokenization

/// An encoder with the masked-language-modelling head of BERT.
///
/// Devlin et al. 2019; the head's decoder is the table of word embeddings:
///
///     logits = LN(gelu(h Wᵀ + b)) Eᵀ + c        at the masked subwords only
package struct MaskedLanguageModel: Sendable {
  /// The encoder.
  package let encoder: Encoder

  /// A model around an encoder.
  package init(encoder: Encoder) {
    self.encoder = encoder
  }

  /// The shapes of the head's parameters, named as in `BertForMaskedLM`.
  package var headShapes: [ParameterName: [Int]] {
    let (hidden, vocabulary) = (
      encoder.configuration.hiddenSize, encoder.configuration.vocabularySize
    )
    return [
      "cls.predictions.transform.dense.weight": [hidden, hidden],
      "cls.predictions.transform.dense.bias": [hidden],
      "cls.predictions.transform.LayerNorm.weight": [hidden],
      "cls.predictions.transform.LayerNorm.bias": [hidden],
      "cls.predictions.bias": [vocabulary],
    ]
  }

  /// Fresh parameters of encoder and head.
  package func freshParameters(generator: TensorGenerator) -> Parameters {
    let configuration = encoder.configuration
    var parameters = ParameterLayout(encoder: configuration).freshParameters(
      deviation: configuration.initializerRange, paddingID: configuration.paddingID,
      generator: generator)
    for (name, shape) in headShapes.sorted(by: { $0.key < $1.key }) {
      if name.hasSuffix("LayerNorm.weight") {
        parameters[name] = .ones(shape)
      } else if name.hasSuffix("bias") {
        parameters[name] = .zeros(shape)
      } else {
        parameters[name] = generator.normal(shape, deviation: configuration.initializerRange)
      }
    }
    return parameters
  }

  /// The mean cross entropy at the masked subwords, a scalar.
  package func loss(
    _ parameters: Parameters, _ batch: MaskedBatch, generator: TensorGenerator? = nil
  ) -> Tensor {
    let model = ParameterReader(parameters)
    let input = PaddedInput(batch.subwords, paddingID: encoder.configuration.paddingID)
    let (places, count) = (input.places, batch.positions.count)
    let hidden = encoder.hiddenStates(parameters, input, generator: generator)
      .reshaped([-1, encoder.configuration.hiddenSize])
      .gathering(Tensor(integers: batch.positions.map { places[$0] }, shape: [count]))
    let transform = "cls.predictions.transform"
    let transformed = hidden.linear(
      weight: model["\(transform).dense.weight"], bias: model["\(transform).dense.bias"]
    ).gelu().layerNormalized(
      weight: model["\(transform).LayerNorm.weight"], bias: model["\(transform).LayerNorm.bias"],
      epsilon: encoder.configuration.layerNormEpsilon)
    let prefix = encoder.configuration.architecture.prefix
    let logits = transformed.linear(
      weight: model["\(prefix).embeddings.word_embeddings.weight"],
      bias: model["cls.predictions.bias"])
    return logits.crossEntropy(Tensor(integers: batch.targets, shape: [count]))
  }
}

/// Sentences some of whose subwords are hidden, and what was there.
package struct MaskedBatch: Hashable, Sendable {
  /// What the encoder reads.
  package let subwords: SubwordBatch
  /// The places of the hidden subwords in it.
  package let positions: [Int]
  /// The ids that were there.
  package let targets: [Int]

  /// Hides subwords as BERT does: each with some probability; of those 80 % become the mask, 10 % any
  /// subword, 10 % stay.
  ///
  /// - Parameters:
  ///   - sentences: Subword ids with the special ones.
  ///   - firstOrdinaryID: The ids below are special and never replace another.
  package init(
    _ sentences: [[Int]], mask: Int, vocabularySize: Int, probability: Double,
    firstOrdinaryID: Int, using generator: inout some RandomNumberGenerator
  ) {
    let original = SubwordBatch(sentences)
    var ids = original.ids
    var positions: [Int] = []
    for sentence in 0..<original.sentenceCount {
      // At least one subword of each sentence is hidden, so that none is read for nothing.
      let all = original.range(of: sentence)
      let inner = all.dropFirst().dropLast()
      var hidden = inner.filter { _ in Double.random(in: 0..<1, using: &generator) < probability }
      if hidden.isEmpty, let one = inner.randomElement(using: &generator) { hidden = [one] }
      for position in hidden {
        positions.append(position)
        switch Double.random(in: 0..<1, using: &generator) {
        case ..<0.8: ids[position] = mask
        case ..<0.9:
          ids[position] = Int.random(in: firstOrdinaryID..<vocabularySize, using: &generator)
        default: break
        }
      }
    }
    subwords = original.replacingIDs(with: ids)
    self.positions = positions
    targets = positions.map { original.ids[$0] }
  }
}

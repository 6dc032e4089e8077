package import Encoders
package import Tensors
package import Tokenization

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
    _ parameters: Parameters, _ batch: MaskedBatch, chance: TensorGenerator? = nil
  ) -> Tensor {
    let model = ParameterReader(parameters)
    let hidden = encoder.hiddenStates(parameters, batch.input, chance: chance)
      .reshaped([-1, encoder.configuration.hiddenSize])
      .gathering(batch.positions)  // (masked, hiddenSize)
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
    return logits.crossEntropy(batch.targets)
  }
}

/// Rows of subwords some of which are hidden, and what was there.
package struct MaskedBatch {
  /// What the encoder reads.
  package var input: EncoderInput
  /// The places of the hidden subwords, counted through all rows.
  package var positions: Tensor
  /// The ids that were there.
  package var targets: Tensor

  /// Hides subwords as BERT does: each with a chance; of those 80 % become the mask, 10 % any
  /// subword, 10 % stay.
  ///
  /// - Parameters:
  ///   - rows: Subword ids with the special ones.
  ///   - firstOrdinaryID: The ids below are special and are never put in by chance.
  package init(
    _ rows: [[Int]], special: SpecialSubwords, vocabularySize: Int, probability: Double,
    firstOrdinaryID: Int, using generator: inout some RandomNumberGenerator
  ) {
    let length = rows.reduce(0) { max($0, $1.count) }
    var ids: [Int] = []
    var mask: [Int] = []
    var positions: [Int] = []
    var targets: [Int] = []
    for (number, row) in rows.enumerated() {
      // At least one subword of each row is hidden, so that no row is read for nothing.
      let inner = row.indices.dropFirst().dropLast()
      var hidden: Set<Int> = []
      for position in inner where Double.random(in: 0..<1, using: &generator) < probability {
        hidden.insert(position)
      }
      if hidden.isEmpty, let one = inner.randomElement(using: &generator) { hidden.insert(one) }
      for (position, id) in row.enumerated() {
        mask.append(1)
        guard hidden.contains(position) else {
          ids.append(id)
          continue
        }
        positions.append(number * length + position)
        targets.append(id)
        switch Double.random(in: 0..<1, using: &generator) {
        case ..<0.8: ids.append(special.mask)
        case ..<0.9: ids.append(Int.random(in: firstOrdinaryID..<vocabularySize, using: &generator))
        default: ids.append(id)
        }
      }
      let padding = length - row.count
      ids += Array(repeating: special.padding, count: padding)
      mask += Array(repeating: 0, count: padding)
    }
    let shape = [rows.count, length]
    input = EncoderInput(
      inputIDs: Tensor(integers: ids, shape: shape),
      attentionMask: Tensor(integers: mask, shape: shape))
    self.positions = Tensor(integers: positions, shape: [positions.count])
    self.targets = Tensor(integers: targets, shape: [targets.count])
  }
}

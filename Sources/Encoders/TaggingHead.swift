package import Tensors

/// The tagging head: one linear layer from hidden states to tags, under the name `classifier`.
package struct TaggingHead: Hashable, Sendable {
  /// The number of tags.
  package var tagCount: Int
  /// The size of a hidden state.
  package var hiddenSize: Int

  /// A head for a number of tags.
  package init(tagCount: Int, hiddenSize: Int) {
    self.tagCount = tagCount
    self.hiddenSize = hiddenSize
  }

  /// The names and shapes of its parameters.
  package var shapes: [ParameterName: [Int]] {
    ["classifier.weight": [tagCount, hiddenSize], "classifier.bias": [tagCount]]
  }

  /// Fresh parameters: weights normal, bias 0, as transformers makes them.
  package func freshParameters(deviation: Double, generator: TensorGenerator) -> Parameters {
    [
      "classifier.weight": generator.normal([tagCount, hiddenSize], deviation: deviation),
      "classifier.bias": .zeros([tagCount]),
    ]
  }

  /// Scores for each tag, (batch, subwords, tags).
  package func logits(_ parameters: Parameters, _ hiddenStates: Tensor) -> Tensor {
    let model = ParameterReader(parameters)
    return hiddenStates.linear(weight: model["classifier.weight"], bias: model["classifier.bias"])
  }
}

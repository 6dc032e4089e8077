import CTorch

extension Tensor {
  /// Layer normalisation over the last dimension.
  ///
  /// `(x − mean) / √(variance + ε) · weight + bias` (Ba et al. 2016).
  package func layerNormalized(weight: Tensor, bias: Tensor, epsilon: Double) -> Tensor {
    Tensor(
      ctorch_layer_norm(raw, weight.raw, bias.raw, epsilon), "layer norm", [self, weight, bias])
  }

  /// Exponentials along a dimension, divided by their sum.
  package func softmax(dimension: Int = -1) -> Tensor {
    Tensor(ctorch_softmax(raw, Int32(dimension)), "softmax", [self])
  }

  /// The logarithm of `softmax`.
  package func logSoftmax(dimension: Int = -1) -> Tensor {
    Tensor(ctorch_log_softmax(raw, Int32(dimension)), "log softmax", [self])
  }

  /// The rows of this table (rows, size) that the ids name, as (…, size).
  ///
  /// - Parameters:
  ///   - ids: Integers of any shape.
  ///   - padding: A row that gets no gradient, as `padding_idx` in PyTorch; −1 for none.
  package func embedding(_ ids: Tensor, padding: Int = -1) -> Tensor {
    Tensor(ctorch_embedding(raw, ids.raw, Int64(padding)), "embedding", [self, ids])
  }

  /// The mean of −log softmax(logits)[label] over the rows whose label is not ignored.
  ///
  /// Not a number when every row is ignored, as in PyTorch.
  ///
  /// - Parameters:
  ///   - labels: (rows) integers.
  ///   - ignored: The label that does not count; −100 as in the field.
  /// - Returns: A scalar.
  package func crossEntropy(_ labels: Tensor, ignored: Int = -100) -> Tensor {
    Tensor(ctorch_cross_entropy(raw, labels.raw, Int64(ignored)), "cross entropy", [self, labels])
  }
}

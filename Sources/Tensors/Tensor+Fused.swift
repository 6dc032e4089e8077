import CTorch

/// Steps of a transformer's layer in one operation each.
///
/// With `isFused` false libtorch's own operations compute the same up to rounding: the plain form.
/// What is not float32 is computed in the plain form anyway. Twice differentiable: a second derivative
/// of what is fused cannot be kept as a graph, but for `linear` and dropout, and ends the program.
extension Tensor {
  /// `x Wᵀ + b`.
  ///
  /// Its derivatives are products, each computed by the library that is the faster one at it.
  ///
  /// - Parameters:
  ///   - weight: (outputs, inputs), as PyTorch stores it.
  ///   - bias: (outputs), or none.
  /// - Returns: (…, outputs) of an x of (…, inputs).
  package func linear(
    weight: Tensor, bias: Tensor?, isFused: Bool = FusedOperation.linear.isFused
  ) -> Tensor {
    Tensor(
      ctorch_linear(raw, weight.raw, bias?.raw, isFused), "linear",
      [self, weight] + (bias.map { [$0] } ?? []))
  }

  /// `GELU(x + bias)`, x · Φ(x) with the normal distribution's Φ.
  ///
  /// - Parameter bias: (size) of an x of (…, size), or none.
  package func gelu(bias: Tensor?, isFused: Bool = FusedOperation.gelu.isFused) -> Tensor {
    Tensor(ctorch_bias_gelu(raw, bias?.raw, isFused), "GELU", [self] + (bias.map { [$0] } ?? []))
  }

  /// A residual connection and its layer norm.
  ///
  /// - Parameters:
  ///   - bias: Added before dropout, (size) of an x of (…, size), or none.
  ///   - residual: Added after dropout, of x's shape, or none.
  ///   - weight: The norm's scale, (size).
  ///   - shift: The norm's shift, (size).
  ///   - keep: The probability that an element stays.
  ///   - generator: The stream for dropout; nil drops nothing.
  /// - Returns: `sum` = dropout(x + bias) + residual, and `normalized`, the layer norm of that.
  package func residualNorm(
    bias: Tensor?, residual: Tensor?, weight: Tensor, shift: Tensor, epsilon: Double, keep: Double,
    generator: TensorGenerator?, isFused: Bool = FusedOperation.residualNorm.isFused
  ) -> (sum: Tensor, normalized: Tensor) {
    var (sum, normalized): (ctorch_tensor?, ctorch_tensor?) = (nil, nil)
    let status = ctorch_residual_norm(
      raw, bias?.raw, residual?.raw, weight.raw, shift.raw, epsilon, keep, generator?.raw, isFused,
      &sum, &normalized)
    check(status, "residual norm", [self, weight, shift] + [bias, residual].compactMap { $0 })
    return (Tensor(sum, "residual norm"), Tensor(normalized, "residual norm"))
  }

  /// Attention of each subword to those of its own sentence: `dropout(softmax(Q Kᵀ / √size)) V`.
  ///
  /// - Parameters:
  ///   - query: (subwords, heads · size), the sentences one after the other.
  ///   - key: The same shape.
  ///   - value: The same shape.
  ///   - starts: The first subword of each sentence, and the end of the last.
  /// - Returns: (subwords, heads · size).
  package static func attention(
    query: Tensor, key: Tensor, value: Tensor, starts: Tensor, headCount: Int, keep: Double,
    generator: TensorGenerator?, isFused: Bool = FusedOperation.attention.isFused
  ) -> Tensor {
    Tensor(
      ctorch_attention(
        query.raw, key.raw, value.raw, starts.raw, Int32(headCount), keep, generator?.raw, isFused),
      "attention", [query, key, value, starts])
  }

  /// The sum of the squares of all elements, added up in double precision.
  ///
  /// Infinite where it is more than single precision can hold, as it is in PyTorch: such a number
  /// tells that something has gone wrong.
  package var sumOfSquares: Double {
    sumOfSquares(isFused: FusedOperation.sumOfSquares.isFused)
  }

  /// The same, in one pass over memory or by libtorch's own operations.
  package func sumOfSquares(isFused: Bool) -> Double {
    let value = read("sum of squares", 0) { ctorch_sum_of_squares(raw, isFused, &$0) }
    return value > Double(Float.greatestFiniteMagnitude) ? .infinity : value
  }
}

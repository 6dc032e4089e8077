import CTorch

/// Changes of storage in place, for optimizers and accumulators; never recorded for derivatives.
extension Tensor {
  /// `self += factor · other`.
  package func addInPlace(_ other: Tensor, factor: Double = 1) {
    check(ctorch_add_in_place(raw, other.raw, factor), "add in place", [self, other])
  }

  /// `self *= factor`.
  package func multiplyInPlace(_ factor: Double) {
    check(ctorch_multiply_in_place(raw, factor), "multiply in place", [self])
  }

  /// The other's numbers, in this storage.
  package func copyInPlace(_ other: Tensor) {
    check(ctorch_copy_in_place(raw, other.raw), "copy in place", [self, other])
  }

  /// Puts other numbers in the place of some rows, (indices, …), each index once.
  package func replaceRows(_ indices: [Int], with rows: Tensor) {
    let places = Tensor(integers: indices, shape: [indices.count])
    check(ctorch_replace_rows(raw, places.raw, rows.raw), "replace rows", [self, rows])
  }

  /// One AdamW step of this parameter, with its two moments in place.
  ///
  /// Loshchilov and Hutter 2019, in the order of operations of `torch.optim.AdamW`.
  ///
  /// - Parameter step: Counted from 1.
  package func adamWInPlace(
    gradient: Tensor, firstMoment: Tensor, secondMoment: Tensor, step: Int, learningRate: Double,
    beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double
  ) {
    precondition(step >= 1, "AdamW counts its steps from 1")
    check(
      ctorch_adamw_in_place(
        raw, gradient.raw, firstMoment.raw, secondMoment.raw, Int64(step), learningRate, beta1,
        beta2, epsilon, weightDecay),
      "AdamW", [self, gradient, firstMoment, secondMoment])
  }

  /// The same as `adamWInPlace` in one pass over memory; contiguous float32 only.
  package func fusedAdamWInPlace(
    gradient: Tensor, firstMoment: Tensor, secondMoment: Tensor, step: Int, learningRate: Double,
    beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double
  ) {
    precondition(step >= 1, "AdamW counts its steps from 1")
    check(
      ctorch_adamw_fused(
        raw, gradient.raw, firstMoment.raw, secondMoment.raw, Int64(step), learningRate, beta1,
        beta2, epsilon, weightDecay),
      "AdamW", [self, gradient, firstMoment, secondMoment])
  }

  /// One AdamW step of the first rows of this table, (rows, size), with their moments.
  ///
  /// - Parameter sources: For each of those rows, the row of `gradient` that is its gradient; −1
  ///   for one whose gradient is zero.
  package func adamWRowsInPlace(
    gradient: Tensor, sources: [Int64], firstMoment: Tensor, secondMoment: Tensor, step: Int,
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double
  ) {
    precondition(step >= 1, "AdamW counts its steps from 1")
    check(
      ctorch_adamw_rows(
        raw, gradient.raw, firstMoment.raw, secondMoment.raw, sources, Int64(sources.count),
        Int64(step), learningRate, beta1, beta2, epsilon, weightDecay),
      "AdamW of rows", [self, gradient, firstMoment, secondMoment])
  }
}

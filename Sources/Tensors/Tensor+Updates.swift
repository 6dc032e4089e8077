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
  /// - Parameters:
  ///   - step: Counted from 1.
  ///   - isFused: Whether it is one pass over memory, where all is contiguous float32.
  package func adamWInPlace(
    gradient: Tensor, firstMoment: Tensor, secondMoment: Tensor, step: Int, learningRate: Double,
    beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double,
    isFused: Bool = FusedOperation.adamW.isFused
  ) {
    precondition(step >= 1, "AdamW counts its steps from 1")
    let rule = ctorch_adamw_rule(
      step: Int64(step), learning_rate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weight_decay: weightDecay)
    check(
      ctorch_adamw(raw, gradient.raw, firstMoment.raw, secondMoment.raw, rule, isFused),
      "AdamW", [self, gradient, firstMoment, secondMoment])
  }

  /// One AdamW step of the first rows of this table, (rows, size), with their moments.
  ///
  /// - Parameters:
  ///   - sources: For each of those rows, the row of `gradient` that is its gradient; −1 for one whose
  ///     gradient is zero.
  ///   - step: Counted from 1.
  ///   - isFused: Whether it is one pass over memory, where all is contiguous float32.
  package func adamWRowsInPlace(
    gradient: Tensor, sources: [Int64], firstMoment: Tensor, secondMoment: Tensor, step: Int,
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double,
    isFused: Bool = FusedOperation.adamW.isFused
  ) {
    precondition(step >= 1, "AdamW counts its steps from 1")
    let rule = ctorch_adamw_rule(
      step: Int64(step), learning_rate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weight_decay: weightDecay)
    check(
      ctorch_adamw_rows(
        raw, gradient.raw, firstMoment.raw, secondMoment.raw, sources, Int64(sources.count), rule,
        isFused),
      "AdamW of rows", [self, gradient, firstMoment, secondMoment])
  }
}

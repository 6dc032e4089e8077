import CTorch

extension Tensor {
  /// The same numbers without their history, sharing storage.
  ///
  /// - Parameter requiresGradient: Whether this is a leaf to differentiate with respect to.
  package func detached(requiresGradient: Bool = false) -> Tensor {
    Tensor(ctorch_detach(raw, requiresGradient), "detach", [self])
  }

  /// Whether no tensor but this one, under whatever name, has numbers in its storage, so that it may
  /// be changed in place; always false for one that has a history.
  ///
  /// Derivatives of several inputs may be one tensor, and may lie in another's storage.
  package var ownsStorage: Bool {
    !requiresGradient && read("owns its storage", false) { ctorch_owns_storage(raw, &$0) }
  }

  /// The same numbers in storage of their own, without history: these where they are, if nobody else
  /// has them, else a copy.
  package func owned() -> Tensor {
    ownsStorage ? self : detached().copied()
  }

  /// The same numbers in storage of their own.
  package func copied() -> Tensor {
    Tensor(ctorch_clone(raw), "copy", [self])
  }
}

/// The derivatives of a scalar with respect to each of some tensors, by reverse accumulation.
///
/// - Parameters:
///   - output: A scalar.
///   - inputs: Leaves or inner values of the computation that led to `output`.
///   - keepingGraph: Whether the derivatives can themselves be differentiated.
/// - Returns: One for each input, of its shape; nil where `output` does not depend on it.
package func gradients(
  of output: Tensor, for inputs: [Tensor], keepingGraph: Bool = false
) -> [Tensor?] {
  guard !inputs.isEmpty else { return [] }
  precondition(output.count == 1, "Only a scalar has a gradient, not a shape \(output.shape)")
  guard output.requiresGradient else { return inputs.map { _ in nil } }
  let leaves: [ctorch_tensor?] = inputs.map(\.raw)
  var results = [ctorch_tensor?](repeating: nil, count: inputs.count)
  let status = withExtendedLifetime(inputs) {
    ctorch_gradients(
      output.raw, leaves, Int32(leaves.count), keepingGraph, keepingGraph, &results)
  }
  check(status, "gradient", [output])
  return results.map { raw in raw.map(Tensor.init(adopting:)) }
}

/// The derivatives of `Σ ⟨output, weight⟩` with respect to each of some tensors.
///
/// - Parameters:
///   - outputs: Of any shapes; those that depend on no leaf do not count.
///   - weights: One for each output, of its shape.
/// - Returns: One for each input, of its shape; nil where no output depends on it.
package func gradients(
  of outputs: [Tensor], weightedBy weights: [Tensor], for inputs: [Tensor]
) -> [Tensor?] {
  precondition(outputs.count == weights.count, "Each output has a weight")
  let recorded = outputs.indices.filter { outputs[$0].requiresGradient }
  guard !inputs.isEmpty, !recorded.isEmpty else { return inputs.map { _ in nil } }
  let leaves: [ctorch_tensor?] = inputs.map(\.raw)
  let heads: [ctorch_tensor?] = recorded.map { outputs[$0].raw }
  let factors: [ctorch_tensor?] = recorded.map { weights[$0].raw }
  var results = [ctorch_tensor?](repeating: nil, count: inputs.count)
  let status = withExtendedLifetime((inputs, outputs, weights)) {
    ctorch_weighted_gradients(
      heads, factors, Int32(heads.count), leaves, Int32(leaves.count), &results)
  }
  check(status, "gradient", outputs)
  return results.map { raw in raw.map(Tensor.init(adopting:)) }
}

/// Runs `body` without recording anything for derivatives.
package func withoutGradients<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let before = setRecording(false)
  defer { _ = setRecording(before) }
  return try body()
}

/// Whether the calling thread records what it computes, for derivatives.
var isRecording: Bool { read("gradients enabled", false) { ctorch_gradients_enabled(&$0) } }

/// Turns the calling thread's recording on or off.
///
/// - Returns: Whether it was on.
func setRecording(_ on: Bool) -> Bool {
  read("set gradients enabled", false) { ctorch_set_gradients_enabled(on, &$0) }
}

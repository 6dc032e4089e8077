package import Tensors

/// A part of a batch that fits into memory, and its share in the batch's mean loss.
///
/// The gradient of a batch is the weighted sum of its parts' gradients: gradient accumulation.
package struct MicroBatch<Batch> {
  /// The part.
  package var batch: Batch
  /// Its share; those of a batch add up to 1.
  package var weight: Double

  /// A part and its share.
  package init(_ batch: Batch, weight: Double = 1) {
    precondition(weight > 0 && weight <= 1, "A share is in 0…1, not \(weight)")
    self.batch = batch
    self.weight = weight
  }
}

/// The loss of a batch in parts and its derivatives, one part in memory at a time.
///
/// - Parameter keepingGraph: Whether the derivatives can be differentiated; then the graphs of all
///   parts stay.
/// - Returns: The loss, and a derivative for each of `inputs`; nil where nothing depends on it.
package func accumulatedGradients<L: Learner>(
  _ learner: L, _ parameters: Parameters, _ parts: [MicroBatch<L.Batch>], for inputs: [Tensor],
  chance: TensorGenerator?, keepingGraph: Bool = false, retainingGraph: Bool = false
) -> (loss: Double, gradients: [Tensor?]) {
  precondition(!parts.isEmpty, "A batch has at least one part")
  var total = 0.0
  var sums = [Tensor?](repeating: nil, count: inputs.count)
  for (position, part) in parts.enumerated() {
    var loss = learner.loss(parameters, part.batch, chance: chance)
    if part.weight != 1 { loss = loss * part.weight }
    let slopes = gradients(
      of: loss, for: inputs, keepingGraph: keepingGraph,
      retainingGraph: retainingGraph || position < parts.count - 1)
    total += loss.scalar
    if parts.count == 1 { return (total, slopes) }
    for (index, slope) in slopes.enumerated() {
      guard let slope else { continue }
      sums[index] = sums[index].map { $0 + slope } ?? slope
    }
  }
  return (total, sums)
}

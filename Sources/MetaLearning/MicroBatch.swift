package import Tensors

/// A part of a batch, and its share in the batch's mean loss.
///
/// The gradient of a batch is the weighted sum of its parts' gradients: gradient accumulation. Parts
/// of a batch in a list are in memory one after the other; each is divided further among threads.
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

/// What one thread's part of a batch has come to.
struct PartGradient {
  /// The part's loss times its share.
  var loss: Double
  /// A derivative for each input; nil where the loss does not depend on it.
  var slopes: [Tensor?]
}

/// The losses of a batch's parts and their derivatives, one part of the list in memory at a time, each
/// divided among threads.
///
/// The generators of the threads' parts are seeded from `generator`, so that which thread takes which
/// part changes nothing.
///
/// - Parameter keepingGraph: Whether the derivatives can be differentiated; then all graphs stay.
/// - Returns: One for each thread's part, in order.
func partGradients<L: Learner>(
  _ learner: L, _ parameters: Parameters, _ parts: [MicroBatch<L.Batch>], for inputs: [Tensor],
  generator: TensorGenerator?, keepingGraph: Bool = false
) -> [PartGradient] {
  precondition(!parts.isEmpty, "A batch has at least one part")
  return parts.flatMap { part in
    let shards = learner.parts(of: part.batch, count: Workers.count)
    let streams = shards.count == 1 ? nil : shards.map { _ in generator?.next() }
    return Workers.map(shards.count) { number in
      let shard = shards[number]
      let own = streams.map { $0[number].map { TensorGenerator(seed: $0) } } ?? generator
      var loss = learner.loss(parameters, shard.batch, generator: own)
      let weight = part.weight * shard.weight
      if weight != 1 { loss = loss * weight }
      let slopes = gradients(of: loss, for: inputs, keepingGraph: keepingGraph)
      return PartGradient(loss: loss.scalar, slopes: slopes)
    }
  }
}

/// The sums of the parts' derivatives without their history, in the order of the parts.
///
/// - Parameter parts: Emptied, so that memory is free as soon as it can be.
func summed(_ parts: inout [[Tensor?]]) -> [Tensor?] {
  guard parts.count > 1 else { return parts.popLast() ?? [] }
  let columns = parts[0].indices.map { index in
    Slopes(parts.map { $0[index].map { $0.requiresGradient ? $0.detached() : $0 } })
  }
  parts = []
  return Workers.map(columns.count) { columns[$0].sum() }
}

/// The derivatives that some parts have for the same input, until they are added.
private final class Slopes: @unchecked Sendable {
  private var values: [Tensor?]

  init(_ values: [Tensor?]) {
    self.values = values
  }

  func sum() -> Tensor? {
    defer { values = [] }
    return withoutGradients {
      var sum: Tensor?
      for slope in values {
        guard let slope else { continue }
        guard let before = sum else {
          sum = slope
          continue
        }
        if before.ownsStorage {
          before.addInPlace(slope)
        } else {
          sum = before + slope
        }
      }
      return sum
    }
  }
}

/// The loss of a batch in parts and its derivatives.
///
/// - Returns: The loss, and a derivative for each of `inputs`; nil where nothing depends on it.
package func accumulatedGradients<L: Learner>(
  _ learner: L, _ parameters: Parameters, _ parts: [MicroBatch<L.Batch>], for inputs: [Tensor],
  generator: TensorGenerator?
) -> (loss: Double, gradients: [Tensor?]) {
  // One part of the list at a time, so that only sums stay in memory.
  var (total, sums): (Double, [Tensor?]) = (0, [])
  for part in parts {
    var results = partGradients(learner, parameters, [part], for: inputs, generator: generator)
    total += results.reduce(0) { $0 + $1.loss }
    var slopes = (sums.isEmpty ? [] : [sums]) + results.map(\.slopes)
    // What is held twice cannot be added to where it is.
    (results, sums) = ([], [])
    sums = summed(&slopes)
  }
  return (total, sums)
}

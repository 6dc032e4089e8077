package import Tensors

/// What learns: a loss as a function of parameters and a batch.
///
/// Nothing here knows what the parameters are for; a learner may be a line through points or an
/// encoder with adapters and a head.
package protocol Learner {
  associatedtype Batch

  /// The mean loss of a batch at given parameters, a scalar with its history.
  ///
  /// Called by several threads at once, each with another part of a batch and another generator.
  ///
  /// - Parameter generator: The random numbers of dropout; nil turns dropout off.
  func loss(_ parameters: Parameters, _ batch: Batch, generator: TensorGenerator?) -> Tensor

  /// A batch in at most `count` parts of about the same size, whose weighted losses add up to the
  /// batch's.
  func parts(of batch: Batch, count: Int) -> [MicroBatch<Batch>]
}

extension Learner {
  package func parts(of batch: Batch, count: Int) -> [MicroBatch<Batch>] {
    [MicroBatch(batch)]
  }
}

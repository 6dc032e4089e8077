package import Encoders
package import MetaLearning
package import Tensors

/// The encoder with its adapter and head as something that learns.
package struct EntityLearner: Learner {
  /// The model as a function of parameters and batch.
  package var model: TokenClassifier

  /// A learner around a model.
  package init(model: TokenClassifier) {
    self.model = model
  }

  package func loss(
    _ parameters: Parameters, _ batch: TokenClassificationBatch, generator: TensorGenerator?
  ) -> Tensor {
    model.loss(parameters, batch, generator: generator)
  }

  package func parts(
    of batch: TokenClassificationBatch, count: Int
  ) -> [MicroBatch<TokenClassificationBatch>] {
    batch.parts(count).map { MicroBatch($0.batch, weight: $0.share) }
  }
}

extension TokenClassificationBatch {
  /// The batch in parts of at most `size` sentences (0: whole), each weighted by its labelled words.
  func microBatches(of size: Int) -> [MicroBatch<TokenClassificationBatch>] {
    parts(of: size).map { MicroBatch($0.batch, weight: $0.share) }
  }
}

package import Encoders
import Experiments
package import MetaLearning
import RunFolders
package import Tensors

/// What priming has come to: everything that the next outer step depends on.
package struct PrimingState {
  /// The parameters, step sizes and optimizers.
  package var loop: OuterLoopState
  /// Whether the evaluation that is due at this step is still to come.
  package var isEvaluationDue = false

  /// Outer steps done.
  package var step: Int { loop.step }

  /// Every parameter as sentences of a window see it; without one, when no embeddings are kept apart, as
  /// they are.
  package func parameters(in window: VocabularyWindow?) throws -> Parameters {
    try loop.parameters(reading: window?.ids)
  }
}

extension PrimingState {
  /// A checkpoint with a state; of the parameters it keeps only those that may have moved.
  func checkpoint(_ state: Checkpoint.State, moved: (ParameterName) -> Bool) -> Checkpoint {
    var checkpoint = Checkpoint(state: state)
    checkpoint.state.optimizerSteps = [
      "optimizer": loop.optimizer.step, "stepSizeOptimizer": loop.stepSizeOptimizer.step,
    ]
    checkpoint.add(loop.parameters.filter { moved($0.key) }, under: "parameter")
    checkpoint.add(loop.optimizer.state, under: "optimizer")
    checkpoint.add(loop.stepSizes.multipliers, under: "stepSize")
    checkpoint.add(loop.stepSizeOptimizer.state, under: "stepSizeOptimizer")
    if let table = loop.rowTable?.table {
      checkpoint.state.optimizerSteps["embeddings"] = table.step
      checkpoint.state.embeddingDecay = table.decay
      if table.step > 0 { checkpoint.add(table.state, under: "embeddings") }
    }
    return checkpoint
  }

  /// Takes up what a checkpoint keeps.
  mutating func resume(_ checkpoint: Checkpoint) throws {
    switch checkpoint.state.place {
    case .priming(let step): (loop.step, isEvaluationDue) = (step, false)
    case .primingEvaluation(let step): (loop.step, isEvaluationDue) = (step, true)
    case .tuning, .evaluation:
      preconditionFailure("Priming resumes from a checkpoint of priming")
    }
    try loop.parameters.replace(with: checkpoint.tensors("parameter"))
    try loop.stepSizes.multipliers.replace(with: checkpoint.tensors("stepSize"))
    if let (name, table) = loop.rowTable,
      checkpoint.state.optimizerSteps["embeddings"] ?? 0 > 0
    {
      guard let kept = checkpoint.rowTable(table.base, rule: table.rule) else {
        throw LaboratoryError(
          "The checkpoint's rows of \(name) do not fit the experiment's encoder. Restart the "
            + "run from step 0: primer resume --restart.")
      }
      loop.rowTable = (name, kept)
    }
    loop.optimizer = try checkpoint.optimizer(
      "optimizer", loop.optimizer.rule, of: loop.parameters)
    loop.stepSizeOptimizer = try checkpoint.optimizer(
      "stepSizeOptimizer", loop.stepSizeOptimizer.rule, of: loop.stepSizes.multipliers)
  }
}

extension Dictionary where Key == ParameterName, Value == Tensor {
  /// Puts other tensors in the place of some; a name or a shape that is not there is an error.
  mutating func replace(with others: [String: Tensor]) throws(LaboratoryError) {
    for (name, tensor) in others {
      guard let own = self[name], own.isLike(tensor) else {
        throw LaboratoryError(
          "The checkpoint has a tensor \(name) of \(tensor.shape) and the experiment "
            + (self[name].map { "one of \($0.shape)" } ?? "none")
            + ". Restart it from step 0: primer resume --restart.")
      }
      self[name] = tensor
    }
  }
}

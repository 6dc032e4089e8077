package import LabNotebook
package import MetaLearning
package import Tensors

/// What priming has come to: everything that the next outer step depends on.
package struct PrimingState {
  /// Every parameter.
  package var parameters: Parameters
  /// The step sizes of the inner loop.
  package var stepSizes: StepSizes
  /// The optimizer of the parameters.
  package var optimizer: Optimizer
  /// The optimizer of the step sizes, without decay: what is right for a weight is not for them.
  package var stepSizeOptimizer: Optimizer
  /// Outer steps done.
  package var step = 0
  /// Whether the evaluation that is due at this step is still to come.
  package var isProbeDue = false

  /// The state before the first step.
  package init(parameters: Parameters, stepSizes: StepSizes, rule: OptimizerRule) {
    self.parameters = parameters
    self.stepSizes = stepSizes
    optimizer = Optimizer(rule)
    stepSizeOptimizer =
      switch rule {
      case .sgd(let momentum, _): Optimizer(.sgd(momentum: momentum))
      case .adamW: Optimizer(.adamW(weightDecay: 0))
      }
  }
}

extension PrimingState {
  /// The tensors of a checkpoint: of the parameters, only those that may have moved.
  package func tensors(moved: (ParameterName) -> Bool) -> [String: Tensor] {
    var checkpoint: [String: Tensor] = [:]
    func add(_ tensors: [String: Tensor], under prefix: String) {
      for (name, tensor) in tensors { checkpoint["\(prefix)/\(name)"] = tensor }
    }
    add(parameters.filter { moved($0.key) }, under: "parameter")
    add(optimizer.state, under: "optimizer")
    add(stepSizes.multipliers, under: "stepSize")
    add(stepSizeOptimizer.state, under: "stepSizeOptimizer")
    return checkpoint
  }

  /// Takes up what a checkpoint keeps.
  package mutating func resume(_ checkpoint: Checkpoint) throws {
    switch checkpoint.state.place {
    case .priming(let step): (self.step, isProbeDue) = (step, false)
    case .probe(let step): (self.step, isProbeDue) = (step, true)
    case .tuning, .evaluation:
      preconditionFailure("Priming goes on from a checkpoint of priming")
    }
    try parameters.replace(with: checkpoint.tensors("parameter"))
    try stepSizes.multipliers.replace(with: checkpoint.tensors("stepSize"))
    optimizer = Optimizer(
      optimizer.rule, step: checkpoint.state.optimizerSteps["optimizer"] ?? 0,
      state: checkpoint.tensors("optimizer"))
    stepSizeOptimizer = Optimizer(
      stepSizeOptimizer.rule, step: checkpoint.state.optimizerSteps["stepSizeOptimizer"] ?? 0,
      state: checkpoint.tensors("stepSizeOptimizer"))
  }

  /// Steps that the optimizers have taken, for a checkpoint.
  package var optimizerSteps: [String: Int] {
    ["optimizer": optimizer.step, "stepSizeOptimizer": stepSizeOptimizer.step]
  }
}

extension Dictionary where Key == ParameterName, Value == Tensor {
  /// Puts other tensors in the place of some; a name or a shape that is not there is an error.
  package mutating func replace(with others: [String: Tensor]) throws(LaboratoryError) {
    for (name, tensor) in others {
      guard let own = self[name], own.shape == tensor.shape else {
        throw LaboratoryError(
          "The checkpoint has a tensor \(name) of \(tensor.shape) and the experiment "
            + (self[name].map { "one of \($0.shape)" } ?? "none")
            + ". Begin the run anew: primer resume --anew.")
      }
      self[name] = tensor
    }
  }
}

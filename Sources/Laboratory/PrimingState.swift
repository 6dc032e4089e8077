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

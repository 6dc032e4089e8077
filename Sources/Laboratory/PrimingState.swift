package import Encoders
import LabNotebook
package import MetaLearning
package import Tensors

/// What priming has come to: everything that the next outer step depends on.
package struct PrimingState {
  /// Every parameter but those of `embeddings`.
  package var parameters: Parameters
  /// The step sizes of the inner loop.
  package var stepSizes: StepSizes
  /// The optimizer of the parameters.
  package var optimizer: Optimizer
  /// The optimizer of the step sizes, without decay: what is right for a weight is not for them.
  package var stepSizeOptimizer: Optimizer
  /// The subword embeddings under AdamW or at rest, of which only rows that have moved are kept apart;
  /// nil when they are parameters like any others.
  package var embeddings: (name: ParameterName, table: RowTable)?
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
    add(parameters.filter { moved($0.key) && $0.key != embeddings?.name }, under: "parameter")
    if let table = embeddings?.table, table.step > 0 { add(table.state, under: "embeddings") }
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
    if let (name, table) = embeddings, let step = checkpoint.state.optimizerSteps["embeddings"],
      step > 0
    {
      let kept = RowTable(
        table.base, rule: table.rule, step: step,
        decay: checkpoint.state.embeddingDecay ?? 1, state: checkpoint.tensors("embeddings"))
      guard let kept else {
        throw LaboratoryError(
          "The checkpoint's rows of \(name) do not fit the experiment's encoder. Begin the run "
            + "anew: primer resume --anew.")
      }
      embeddings = (name, kept)
    }
    optimizer = Optimizer(
      optimizer.rule, step: checkpoint.state.optimizerSteps["optimizer"] ?? 0,
      state: try checkpoint.moments("optimizer", of: parameters))
    stepSizeOptimizer = Optimizer(
      stepSizeOptimizer.rule, step: checkpoint.state.optimizerSteps["stepSizeOptimizer"] ?? 0,
      state: try checkpoint.moments("stepSizeOptimizer", of: stepSizes.multipliers))
  }

  /// Steps that the optimizers have taken, for a checkpoint.
  package var optimizerSteps: [String: Int] {
    var steps = ["optimizer": optimizer.step, "stepSizeOptimizer": stepSizeOptimizer.step]
    steps["embeddings"] = embeddings?.table.step
    return steps
  }

  /// Keeps the subword embeddings apart from the other parameters from now on.
  ///
  /// - Parameter rows: Where their rows are.
  package mutating func keepApart(_ name: ParameterName, rows: any RowSource) {
    parameters[name] = nil
    // Embeddings that no outer step moves need no rule; their table takes no step.
    let rule: OptimizerRule = if case .adamW = optimizer.rule { optimizer.rule } else { .adamW() }
    embeddings = (name, RowTable(rows, rule: rule))
  }

  /// Every parameter as sentences of a window see it; without one, when the embeddings are not
  /// apart, as they are.
  package func parameters(in window: VocabularyWindow?) throws -> Parameters {
    guard let (name, table) = embeddings else { return parameters }
    guard let window else { preconditionFailure("Embeddings apart are seen through a window") }
    var seen = parameters
    seen[name] = try table.values(of: window.ids)
    return seen
  }

  /// Puts the embeddings among the parameters again.
  package mutating func putTogether() throws {
    guard let (name, table) = embeddings else { return }
    parameters[name] = try table.whole()
    embeddings = nil
  }
}

extension Dictionary where Key == ParameterName, Value == Tensor {
  /// Puts other tensors in the place of some; a name or a shape that is not there is an error.
  package mutating func replace(with others: [String: Tensor]) throws(LaboratoryError) {
    for (name, tensor) in others {
      guard let own = self[name], own.isLike(tensor) else {
        throw LaboratoryError(
          "The checkpoint has a tensor \(name) of \(tensor.shape) and the experiment "
            + (self[name].map { "one of \($0.shape)" } ?? "none")
            + ". Begin the run anew: primer resume --anew.")
      }
      self[name] = tensor
    }
  }
}

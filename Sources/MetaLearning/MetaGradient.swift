package import Tensors

/// The gradient of one task's query loss with respect to the initial parameters.
package struct MetaGradient {
  /// The derivative for each parameter of the outer mask that the loss depends on.
  package var gradients: Parameters
  /// The derivative for each learned step size, by `StepSizes.multiplierName`.
  package var stepSizeGradients: Parameters = [:]
  /// The loss of the query batch at the adapted parameters, those after the last inner step.
  package var outerLoss: Double
  /// The loss of each support batch before its step.
  package var innerLosses: [Double]
  /// The parameters after the inner loop, without history.
  package var adaptedParameters: Parameters

  /// A gradient and what was seen on the way to it.
  package init(
    gradients: Parameters, outerLoss: Double, innerLosses: [Double], adaptedParameters: Parameters
  ) {
    self.gradients = gradients
    self.outerLoss = outerLoss
    self.innerLosses = innerLosses
    self.adaptedParameters = adaptedParameters
  }
}

/// One task of a meta-batch: batches to adapt on, and the batch that judges.
package struct Task<Batch> {
  /// A name for people; the language.
  package var name: String
  /// The batch of each inner step, counted from 0, in parts.
  package var support: (Int) throws -> [MicroBatch<Batch>]
  /// What the adapted parameters are judged on, in parts.
  package var query: () throws -> [MicroBatch<Batch>]

  /// A task from what makes its batches in parts.
  package init(
    name: String, support: @escaping (Int) throws -> [MicroBatch<Batch>],
    query: @escaping () throws -> [MicroBatch<Batch>]
  ) {
    self.name = name
    self.support = support
    self.query = query
  }

  /// A task from what makes its batches, each in one part.
  package init(
    name: String, support: @escaping (Int) throws -> Batch, query: @escaping () throws -> Batch
  ) {
    self.init(
      name: name, support: { [MicroBatch(try support($0))] }, query: { [MicroBatch(try query())] })
  }
}

extension InnerLoop {
  /// Adapts to a task and differentiates its query loss.
  ///
  /// First order: `∇ L(θp, φ; query)` at the adapted point φ, for every parameter of the outer
  /// mask, those that did not move in the inner loop too. Second order: the same loss as a
  /// function of the initial parameters, through the inner steps:
  ///
  ///     φ_S(θ) = θ − α Σ ∇ L(θp, φ_s; support_s),   g = d L(θp, φ_S(θ); query) / dθ
  ///
  /// With weights v for the inner steps the judge is `Σ v_s L(θp, φ_s; query)`, s = 1…S. Learned
  /// step sizes have a gradient too; with first order the slopes count as constants in it:
  /// `∂/∂m = −α Σ ⟨∇φ L(query), ∇φ L(support)⟩`.
  ///
  /// Inner mask and outer mask are two things: what is frozen in the inner loop still has an
  /// outer gradient.
  ///
  /// - Parameters:
  ///   - outer: Which parameters to differentiate with respect to.
  ///   - lossWeights: How much the query loss after each inner step counts; nil: only the last.
  ///   - chance: The dropout stream of each inner step; the query's is that of step `steps`, and
  ///     after inner step s < S that of step `steps + s`.
  ///   - onStep: Told each inner step and the loss before it.
  package func metaGradient<L: Learner>(
    _ learner: L, at initial: Parameters, task: Task<L.Batch>,
    outer: (ParameterName) -> Bool, lossWeights: [Double]? = nil,
    chance: (Int) -> TensorGenerator? = { _ in nil },
    onStep: (Int, Double) throws -> Void = { _, _ in }
  ) throws -> MetaGradient {
    precondition(
      lossWeights == nil || steps == 0 || lossWeights?.count == steps,
      "There is a weight for each of the \(steps) inner steps")
    var loop = self
    loop.stepSizes.multipliers = stepSizes.multipliers.leaves { _ in true }
    let traced = initial.leaves { outer($0) || (order == .second && updates($0)) }
    let names = initial.sortedNames.filter(outer)
    let sizes = loop.stepSizes.multipliers.sortedNames
    let leaves =
      names.compactMap { traced[$0] } + sizes.compactMap { loop.stepSizes.multipliers[$0] }
    var sums = [Tensor?](repeating: nil, count: leaves.count)
    var innerLosses: [Double] = []
    var outerLoss = 0.0

    func judge(_ adapted: Parameters, step: Int, weight: Double) throws {
      guard weight > 0 else { return }
      let parts = try task.query().map { MicroBatch($0.batch, weight: $0.weight * weight) }
      let (loss, slopes) = accumulatedGradients(
        learner, adapted, parts, for: leaves, chance: chance(step == steps ? step : steps + step),
        retainingGraph: step < steps)
      if step == steps { outerLoss = loss / weight }
      for (index, slope) in slopes.enumerated() {
        guard let slope else { continue }
        sums[index] = sums[index].map { $0 + slope } ?? slope
      }
    }

    let adapted = try loop.adapt(
      learner, from: traced, support: task.support, chance: chance
    ) { step, loss, now in
      innerLosses.append(loss)
      try onStep(step, loss)
      if step + 1 < steps, let lossWeights {
        try judge(now, step: step + 1, weight: lossWeights[step])
      }
    }
    try judge(adapted, step: steps, weight: steps == 0 ? 1 : lossWeights?.last ?? 1)
    func named(_ names: [ParameterName], _ slopes: ArraySlice<Tensor?>) -> Parameters {
      Dictionary(
        uniqueKeysWithValues: zip(names, slopes).compactMap { name, slope in
          slope.map { (name, $0) }
        })
    }
    var result = MetaGradient(
      gradients: named(names, sums[..<names.count]), outerLoss: outerLoss,
      innerLosses: innerLosses, adaptedParameters: adapted.leaves { _ in false })
    result.stepSizeGradients = named(sizes, sums[names.count...])
    return result
  }
}

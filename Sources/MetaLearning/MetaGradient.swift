package import Tensors

/// The gradient of one task's query loss with respect to the initial parameters.
package struct MetaGradient {
  /// The derivative for each parameter of the outer mask that the loss depends on.
  package var gradients: Parameters
  /// The loss of the query batch at the adapted parameters.
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
  /// The batch of each inner step, counted from 0.
  package var support: (Int) throws -> Batch
  /// What the adapted parameters are judged on.
  package var query: () throws -> Batch

  /// A task from what makes its batches.
  package init(
    name: String, support: @escaping (Int) throws -> Batch, query: @escaping () throws -> Batch
  ) {
    self.name = name
    self.support = support
    self.query = query
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
  /// Inner mask and outer mask are two things: what is frozen in the inner loop still has an
  /// outer gradient.
  ///
  /// - Parameters:
  ///   - outer: Which parameters to differentiate with respect to.
  ///   - chance: The dropout stream of each inner step; the query's is that of step `steps`.
  ///   - onStep: Told each inner step and the loss before it.
  package func metaGradient<L: Learner>(
    _ learner: L, at initial: Parameters, task: Task<L.Batch>,
    outer: (ParameterName) -> Bool, chance: (Int) -> TensorGenerator? = { _ in nil },
    onStep: (Int, Double) throws -> Void = { _, _ in }
  ) throws -> MetaGradient {
    var innerLosses: [Double] = []
    let start = order == .second ? initial.leaves(where: outer) : initial
    let traced =
      order == .second
      ? start.merging(start.filter { updates($0.key) && !outer($0.key) }.leaves { _ in true }) {
        $1
      }
      : start
    let adapted = try adapt(learner, from: traced, support: task.support, chance: chance) {
      innerLosses.append($1)
      try onStep($0, $1)
    }
    let names = initial.sortedNames.filter(outer)
    let point = order == .second ? adapted : adapted.leaves(where: outer)
    let leaves = order == .second ? traced : point
    let loss = learner.loss(point, try task.query(), chance: chance(steps))
    let slopes = gradients(of: loss, for: names.compactMap { leaves[$0] })
    var result: Parameters = [:]
    for (name, slope) in zip(names, slopes) { result[name] = slope }
    return MetaGradient(
      gradients: result, outerLoss: loss.scalar, innerLosses: innerLosses,
      adaptedParameters: adapted.leaves { _ in false })
  }
}

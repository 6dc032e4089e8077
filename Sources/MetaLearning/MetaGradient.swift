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
package struct MetaTask<Batch> {
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
  /// The chain rule is written out step by step, from the last to the first, with λ the derivative
  /// with respect to what moves: each step adds `∇ ⟨∇φ L(support_s), −α m λ⟩`, of which every thread
  /// takes its own part of the batch. So the history of only one step is gone through at a time.
  ///
  /// Inner mask and outer mask are two things: what is frozen in the inner loop still has an
  /// outer gradient.
  ///
  /// - Parameters:
  ///   - outer: Which parameters to differentiate with respect to.
  ///   - lossWeights: How much the query loss after each inner step counts; nil: only the last.
  ///   - generator: The random numbers of each inner step, for dropout; the query's are those of step
  ///     `steps`, and after inner step s < S those of step `steps + s`.
  ///   - onStep: Told each inner step and the loss before it.
  package func metaGradient<L: Learner>(
    _ learner: L, at initial: Parameters, task: MetaTask<L.Batch>,
    outer: (ParameterName) -> Bool, lossWeights: [Double]? = nil,
    generator: (Int) -> TensorGenerator? = { _ in nil },
    onStep: (Int, Double) throws -> Void = { _, _ in }
  ) throws -> MetaGradient {
    precondition(
      lossWeights == nil || steps == 0 || lossWeights?.count == steps,
      "There is a weight for each of the \(steps) inner steps")
    let moving = initial.sortedNames.filter(updates)
    let fixed = initial.sortedNames.filter { outer($0) && !updates($0) }
    // Inner steps of first order need no derivative of what does not move.
    let plain = initial.leaves { _ in false }
    let traced = initial.leaves { outer($0) && !updates($0) }
    let fixedLeaves = fixed.compactMap { traced[$0] }

    var taken: [InnerStep] = []
    var values = moving.compactMap { plain[$0] }
    for step in 0..<steps {
      var record = try takeStep(
        learner, step, moving, base: order == .second ? traced : plain, at: values,
        try task.support(step), generator(step), keepingGraph: order == .second)
      values = record.next
      let isJudged = step + 1 == steps || (lossWeights?[step] ?? 0) > 0
      if !isJudged { record.next = [] }
      taken.append(record)
      try onStep(step, record.loss)
    }
    let innerLosses = taken.map(\.loss)
    var adapted = plain
    for (name, value) in zip(moving, values) { adapted[name] = value }

    var chain = ChainRule(
      fixed: fixed, moving: moving,
      needsMoving: { name in
        outer(name) || order == .second || stepSizes.sharing != .fixed
      })
    func judge(_ values: [Tensor], step: Int, weight: Double) throws -> Double {
      guard weight > 0 else { return 0 }
      let leaves = values.map { $0.detached(requiresGradient: true) }
      var point = traced
      for (name, leaf) in zip(moving, leaves) { point[name] = leaf }
      let parts = try task.query().map { MicroBatch($0.batch, weight: $0.weight * weight) }
      let (loss, slopes) = accumulatedGradients(
        learner, point, parts, for: fixedLeaves + chain.movingPlaces.map { leaves[$0] },
        generator: generator(step == steps ? step : steps + step))
      chain.add([slopes])
      return loss / weight
    }
    let outerLoss = try judge(
      values, step: steps, weight: steps == 0 ? 1 : lossWeights?.last ?? 1)
    var stepSizeGradients: Parameters = [:]
    while let record = taken.popLast() {
      let step = taken.count
      if step + 1 < steps, let weight = lossWeights?[step], weight > 0 {
        _ = try judge(record.next, step: step + 1, weight: weight)
      }
      chain.addStepSizes(&stepSizeGradients, record, stepSizes, step: step)
      if order == .second { chain.goThrough(record, stepSizes, step: step, fixedLeaves) }
    }
    var result = MetaGradient(
      gradients: chain.gradients.filter { outer($0.key) }, outerLoss: outerLoss,
      innerLosses: innerLosses, adaptedParameters: adapted)
    result.stepSizeGradients = stepSizeGradients
    return result
  }
}

/// The chain rule through the inner steps: what has been found of the derivative so far.
private struct ChainRule {
  private let fixed: [ParameterName]
  private let moving: [ParameterName]
  /// Which of those that move have a derivative that is needed.
  let movingPlaces: [Int]
  /// Of those that do not move.
  private var fixedSlopes: [Tensor?]
  /// λ: of those that move, as they were before the step that was gone through last.
  private var movingSlopes: [Tensor?]

  init(
    fixed: [ParameterName], moving: [ParameterName], needsMoving: (ParameterName) -> Bool
  ) {
    self.fixed = fixed
    self.moving = moving
    movingPlaces = moving.indices.filter { needsMoving(moving[$0]) }
    fixedSlopes = fixed.map { _ in nil }
    movingSlopes = moving.map { _ in nil }
  }

  /// The derivatives by name.
  var gradients: Parameters {
    Dictionary(
      uniqueKeysWithValues: zip(fixed + moving, fixedSlopes + movingSlopes).compactMap {
        name, slope in
        slope.map { (name, $0) }
      })
  }

  /// Adds lists of derivatives, each with respect to those that do not move, then those of
  /// `movingPlaces`.
  mutating func add(_ lists: [[Tensor?]]) {
    var all = [fixedSlopes + movingPlaces.map { movingSlopes[$0] }] + lists
    (fixedSlopes, movingSlopes) = ([], movingSlopes.map { _ in nil })
    let sums = summed(&all)
    fixedSlopes = Array(sums.prefix(fixed.count))
    for (place, slope) in zip(movingPlaces, sums.dropFirst(fixed.count)) {
      movingSlopes[place] = slope
    }
  }

  /// Adds `−α ⟨λ, slope⟩` to the derivative of each learned step size.
  func addStepSizes(
    _ sums: inout Parameters, _ record: InnerStep, _ sizes: StepSizes, step: Int
  ) {
    guard sizes.sharing != .fixed else { return }
    withoutGradients {
      for (index, name) in moving.enumerated() {
        guard let slope = record.slopes[index], let change = movingSlopes[index] else { continue }
        let key = sizes.multiplierName(name, step: step)
        let product = (slope * change).sum() * -sizes.learningRate
        sums[key] = sums[key].map { $0 + product } ?? product
      }
    }
  }

  /// From after a step to before it: `λ += ∇φ ⟨g, −α m λ⟩`, and the same for what does not move.
  mutating func goThrough(
    _ record: InnerStep, _ sizes: StepSizes, step: Int, _ fixedLeaves: [Tensor]
  ) {
    let weights = withoutGradients {
      moving.indices.map { index in
        movingSlopes[index].map { sizes.scaled($0, moving[index], step: step) }
      }
    }
    let inputs = fixedLeaves + record.leaves
    let parts = Workers.map(record.parts.count) { number in
      let slopes = record.parts[number]
      let known = slopes.indices.filter { slopes[$0] != nil && weights[$0] != nil }
      return Tensors.gradients(
        of: known.compactMap { slopes[$0] }, weightedBy: known.compactMap { weights[$0] },
        for: inputs)
    }
    // `movingPlaces` is all of them here.
    add(parts)
  }
}

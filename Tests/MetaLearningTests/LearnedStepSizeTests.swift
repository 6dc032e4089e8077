import MetaLearning
import Tensors
import TestSupport
import Testing

/// Step sizes that are learned, worked by hand on the case of `MetaGradientTests`.
///
/// With w = (2, 3, 5), x = (1, 2, 3), z = (4, 5, 6), α = ½ and a multiple m:
///
///     w′(m) = w − ½ m 23 x        w′·z = 53 − 368 m
///     dL/dm = (53 − 368 m)(−368) = (−315)(−368) = 115920 at m = 1
@Suite struct LearnedStepSizeTests {
  let initial: Parameters = ["w": Tensor([2, 3, 5])]

  private func loop(
    _ sharing: StepSizes.Sharing, steps: Int, learningRate: Double = 0.5,
    _ order: MetaGradientOrder
  ) -> InnerLoop {
    InnerLoop(
      steps: steps,
      stepSizes: StepSizes(
        learningRate: learningRate, sharing: sharing, moving: ["w"], steps: steps),
      order: order, updates: { $0 == "w" })
  }

  @Test(arguments: MetaGradientOrder.allCases, [StepSizes.Sharing.tensor, .tensorAndStep])
  func `the derivative of a step size matches the hand calculation`(
    order: MetaGradientOrder, sharing: StepSizes.Sharing
  ) throws {
    let result = try loop(sharing, steps: 1, order).metaGradient(
      LinearLearner(), at: initial,
      task: MetaTask(name: "paper", support: { _ in [1, 2, 3] }, query: { [4, 5, 6] }),
      outer: { _ in true })
    let name = sharing == .tensor ? "w" : "w/0"
    #expect(result.stepSizeGradients.mapValues(\.scalar) == [name: 115_920])
    #expect(
      result.gradients["w"]?.floats
        == (order == .first ? [-1260, -1575, -1890] : [3780, 8505, 13230]))
  }

  @Test func `fixed step sizes have nothing to learn`() throws {
    let fixed = loop(.fixed, steps: 3, .second)
    #expect(fixed.stepSizes.multipliers.isEmpty)
  }

  @Test func `each step has its own step size only where the experiment says so`() {
    #expect(loop(.tensor, steps: 3, .first).stepSizes.multipliers.sortedNames == ["w"])
    #expect(
      loop(.tensorAndStep, steps: 3, .first).stepSizes.multipliers.sortedNames
        == ["w/0", "w/1", "w/2"])
  }

  /// The exact derivatives through three steps, against (L(m + h) − L(m − h)) / 2h.
  @Test func `second-order derivatives of step sizes agree with finite differences`() throws {
    let small: Parameters = ["w": Tensor([0.2, -0.1, 0.05])]
    let support: [[Double]] = [[1, 2, 3], [-1, 0.5, 2], [0, 1, -1]]
    var loop = loop(.tensorAndStep, steps: 3, learningRate: 0.05, .second)
    func run() throws -> MetaGradient {
      try loop.metaGradient(
        LinearLearner(), at: small,
        task: MetaTask(name: "t", support: { support[$0] }, query: { [2, -1, 1] }),
        outer: { _ in false })
    }
    let exact = try run().stepSizeGradients
    for step in 0..<3 {
      let name = "w/\(step)"
      let losses = try [Float(1.05), 0.95].map { multiple -> Double in
        loop.stepSizes.multipliers[name] = Tensor([multiple]).reshaped([])
        return try run().outerLoss
      }
      loop.stepSizes.multipliers[name] = .ones([])
      expectClose(
        [exact[name]?.scalar ?? .nan], [(losses[0] - losses[1]) / 0.1], tolerance: 2e-3)
    }
  }
}

/// ½ (b x)² of a single number b.
private struct Slope: Learner {
  func loss(_ parameters: Parameters, _ batch: Double, generator: TensorGenerator?) -> Tensor {
    let product = (parameters["b"] ?? .zeros([1])) * batch
    return (product * product).sum() * 0.5
  }
}

@Suite struct StepLossTests {
  /// Half the way to the annealing's end, five steps of 1/5 have fallen to 1/10.
  @Test(arguments: [
    (0, [0.2, 0.2, 0.2, 0.2, 0.2]), (5, [0.1, 0.1, 0.1, 0.1, 0.6]),
    (9, [0.02, 0.02, 0.02, 0.02, 0.92]), (10, [0, 0, 0, 0, 1]), (11, [0, 0, 0, 0, 1]),
  ])
  func `weights fall in a straight line to the last step alone`(step: Int, expected: [Double]) {
    let weights = annealedLossWeights(steps: 5, outerStep: step, annealingSteps: 10)
    expectClose(weights, expected, tolerance: 1e-12)
  }

  @Test func `weights stay above 3 hundredths of their share until the end`() {
    let weights = annealedLossWeights(steps: 5, outerStep: 99, annealingSteps: 100)
    expectClose(weights, [0.006, 0.006, 0.006, 0.006, 0.976], tolerance: 1e-12)
  }

  @Test func `without annealing steps only the last counts`() {
    #expect(annealedLossWeights(steps: 2, outerStep: 0, annealingSteps: 0) == [0, 1])
  }

  /// b = 3, α = 1/10, x = z = 1: b₁ = 2.7, b₂ = 2.43. With weights ¼ and ¾
  ///
  ///     first order:  ¼ · 2.7 + ¾ · 2.43 = 2.4975
  ///     second order: ¼ · 2.7 · 0.9 + ¾ · 2.43 · 0.81 = 2.083725
  @Test(arguments: [(MetaGradientOrder.first, 2.4975), (.second, 2.083725)])
  func `losses after each step add up as the hand calculation has it`(
    order: MetaGradientOrder, expected: Double
  ) throws {
    let result = try InnerLoop(steps: 2, learningRate: 0.1, order: order, updates: { _ in true })
      .metaGradient(
        Slope(), at: ["b": Tensor([3])],
        task: MetaTask(name: "t", support: { _ in 1 }, query: { 1 }),
        outer: { _ in true }, lossWeights: [0.25, 0.75])
    expectClose(result.gradients["b"]?.doubles ?? [], [expected], tolerance: 1e-6)
    expectClose([result.outerLoss], [0.5 * 2.43 * 2.43], tolerance: 1e-6)
    #expect(result.innerLosses.count == 2)
  }
}

@Suite struct GradientAccumulationTests {
  /// Half the mean of squares over rows; a part of two of three rows has a share of 2/3.
  private struct Rows: Learner {
    func loss(_ parameters: Parameters, _ batch: [Double], generator: TensorGenerator?) -> Tensor {
      let product = (parameters["b"] ?? .zeros([1])) * Tensor(batch.map(Float.init))
      return (product * product).sum() * (0.5 / Double(batch.count))
    }
  }

  @Test(arguments: MetaGradientOrder.allCases)
  func `a batch in parts has the gradient of the whole`(order: MetaGradientOrder) throws {
    func run(_ parts: [MicroBatch<[Double]>]) throws -> MetaGradient {
      try InnerLoop(steps: 2, learningRate: 0.1, order: order, updates: { _ in true })
        .metaGradient(
          Rows(), at: ["b": Tensor([3])],
          task: MetaTask(name: "t", support: { _ in parts }, query: { parts }),
          outer: { _ in true },
          lossWeights: [0.5, 0.5])
    }
    let whole = try run([MicroBatch([1, 2, 3])])
    let inParts = try run([MicroBatch([1, 2], weight: 2.0 / 3), MicroBatch([3], weight: 1.0 / 3)])
    expectClose(
      inParts.gradients["b"]?.doubles ?? [], whole.gradients["b"]?.doubles ?? [], tolerance: 1e-6)
    expectClose(inParts.innerLosses, whole.innerLosses, tolerance: 1e-6)
    expectClose([inParts.outerLoss], [whole.outerLoss], tolerance: 1e-6)
  }
}

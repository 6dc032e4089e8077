import MetaLearning
import Tensors
import TestSupport
import Testing

/// Half the squared product: L(w; x) = ½ (w·x)², so that ∇L = (w·x) x.
struct LinearLearner: Learner {
  func loss(_ parameters: Parameters, _ batch: [Double], generator: TensorGenerator?) -> Tensor {
    let weights = parameters["w"] ?? .zeros([batch.count])
    let product = (weights * Tensor(batch.map(Float.init))).sum()
    return product * product * 0.5
  }
}

/// One step of MAML small enough to do on paper.
///
/// With w = (2, 3, 5), support x = (1, 2, 3) and α = ½:
///
///     w·x = 2 + 6 + 15 = 23          ∇ = 23 x = (23, 46, 69)
///     w′ = w − ½∇ = (−9.5, −20, −29.5)
///
/// and with query z = (4, 5, 6):
///
///     w′·z = −38 − 100 − 177 = −315  first order: −315 z = (−1260, −1575, −1890)
///     second order: (I − ½xxᵀ)(−315 z) = (3780, 8505, 13230)
///
/// The two orders point opposite ways here, so mistaking one for the other cannot pass.
@Suite struct MetaGradientTests {
  let initial: Parameters = ["w": Tensor([2, 3, 5])]
  let support: [Double] = [1, 2, 3]
  let query: [Double] = [4, 5, 6]

  private func metaGradient(
    _ order: MetaGradientOrder, steps: Int = 1, from initial: Parameters? = nil
  ) throws -> MetaGradient {
    try InnerLoop(steps: steps, learningRate: 0.5, order: order, updates: { $0 == "w" })
      .metaGradient(
        LinearLearner(), at: initial ?? self.initial,
        task: MetaTask(name: "paper", support: { _ in support }, query: { query }),
        outer: { _ in true })
  }

  @Test func `one inner step matches the hand calculation`() throws {
    let adapted = try InnerLoop(steps: 1, learningRate: 0.5, updates: { _ in true })
      .adapt(LinearLearner(), from: initial, support: { _ in support })
    #expect(adapted["w"]?.floats == [-9.5, -20, -29.5])
    #expect(initial["w"]?.floats == [2, 3, 5], "adapting leaves the initial parameters alone")
  }

  @Test(arguments: [
    (MetaGradientOrder.first, [Float(-1260), -1575, -1890]),
    (MetaGradientOrder.second, [Float(3780), 8505, 13230]),
  ])
  func `the meta-gradient matches the hand calculation`(
    order: MetaGradientOrder, expected: [Float]
  ) throws {
    let result = try metaGradient(order)
    #expect(result.gradients["w"]?.floats == expected)
    #expect(result.innerLosses == [264.5])  // ½ · 23²
    #expect(result.outerLoss == 49612.5)  // ½ · 315²
    #expect(result.adaptedParameters["w"]?.floats == [-9.5, -20, -29.5])
  }

  /// torchmeta's fixture has the same numbers at another query; here the second hand-worked
  /// case: two parameters, of which the inner loop moves one.
  ///
  /// L(a, b; x) = ½ (a b x)², a = 2 frozen inside, b = 3, support x = 1, α = 1/10:
  ///
  ///     ∂L/∂b = a² b x² = 12             b′ = 3 − 1.2 = 1.8
  ///     query z = 1: L = ½ (a b′)²       first order: ∂a = a b′² = 6.48, ∂b = a² b′ = 7.2
  ///     second order: b′ = b (1 − a²/10), db′/da = −a b / 5 = −1.2, db′/db = 0.6
  ///     ∂a = 6.48 + 7.2 · (−1.2) = −2.16,  ∂b = 7.2 · 0.6 = 4.32
  @Test func `what is frozen inside still has an outer gradient, through the inner step too`()
    throws
  {
    struct Product: Learner {
      func loss(_ parameters: Parameters, _ batch: Double, generator: TensorGenerator?) -> Tensor {
        let product = (parameters["a"] ?? .zeros([1])) * (parameters["b"] ?? .zeros([1])) * batch
        return (product * product).sum() * 0.5
      }
    }
    func run(_ order: MetaGradientOrder) throws -> MetaGradient {
      try InnerLoop(steps: 1, learningRate: 0.1, order: order, updates: { $0 == "b" })
        .metaGradient(
          Product(), at: ["a": Tensor([2]), "b": Tensor([3])],
          task: MetaTask(name: "paper", support: { _ in 1 }, query: { 1 }), outer: { _ in true })
    }
    for (order, a, b) in [(MetaGradientOrder.first, 6.48, 7.2), (.second, -2.16, 4.32)] {
      let result = try run(order)
      expectClose(result.gradients["a"]?.doubles ?? [], [a], tolerance: 1e-6)
      expectClose(result.gradients["b"]?.doubles ?? [], [b], tolerance: 1e-6)
      expectClose(result.adaptedParameters["a"]?.doubles ?? [], [2])
      expectClose(result.adaptedParameters["b"]?.doubles ?? [], [1.8])
    }
  }

  @Test func `the second-order gradient agrees with finite differences`() throws {
    // Small numbers, for the loss after three steps of size ½ grows fast.
    let start: [Float] = [0.2, -0.1, 0.05]
    func outerLoss(_ weights: [Float]) throws -> Double {
      let result = try InnerLoop(steps: 3, learningRate: 0.05, updates: { _ in true })
        .metaGradient(
          LinearLearner(), at: ["w": Tensor(weights)],
          task: MetaTask(
            name: "t", support: { [[1, 2, 3], [-1, 0.5, 2], [0, 1, -1]][$0] },
            query: { [2, -1, 1] }), outer: { _ in false })
      return result.outerLoss
    }
    let exact = try InnerLoop(steps: 3, learningRate: 0.05, order: .second, updates: { _ in true })
      .metaGradient(
        LinearLearner(), at: ["w": Tensor(start)],
        task: MetaTask(
          name: "t", support: { [[1, 2, 3], [-1, 0.5, 2], [0, 1, -1]][$0] },
          query: { [2, -1, 1] }), outer: { _ in true })
    let step: Float = 1e-2
    let expected = try start.indices.map { index -> Double in
      var up = start
      var down = start
      up[index] += step
      down[index] -= step
      return (try outerLoss(up) - outerLoss(down)) / Double(up[index] - down[index])
    }
    expectClose(exact.gradients["w"]?.doubles ?? [], expected, tolerance: 1e-4)
  }

  @Test(arguments: MetaGradientOrder.allCases)
  func `without inner steps the meta-gradient is the gradient`(order: MetaGradientOrder) throws {
    let result = try metaGradient(order, steps: 0)
    // w·z = 8 + 15 + 30 = 53
    #expect(result.gradients["w"]?.floats == [212, 265, 318])
    #expect(result.innerLosses.isEmpty)
  }

  @Test(arguments: MetaGradientOrder.allCases)
  func `an inner learning rate of zero leaves the parameters unchanged`(
    order: MetaGradientOrder
  ) throws {
    let adapted = try InnerLoop(steps: 4, learningRate: 0, order: order, updates: { _ in true })
      .adapt(
        LinearLearner(), from: initial.leaves { _ in true }, support: { _ in support })
    #expect(adapted["w"]?.floats == [2, 3, 5])
  }

  @Test func `only the outer mask has gradients`() throws {
    let result = try InnerLoop(steps: 1, learningRate: 0.5, updates: { $0 == "w" })
      .metaGradient(
        LinearLearner(), at: ["w": Tensor([2, 3, 5]), "other": Tensor([1])],
        task: MetaTask(name: "t", support: { _ in support }, query: { query }),
        outer: { $0 == "other" })
    #expect(result.gradients.isEmpty, "the loss does not depend on the only parameter of the mask")
  }
}

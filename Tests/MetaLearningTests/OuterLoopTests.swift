import MetaLearning
import Tensors
import TestSupport
import Testing

/// The outer loop on the learner of `MetaGradientTests`, with two tasks worked by hand.
///
/// L(w; x) = ½ (w·x)², w = (2, 3, 5), one inner step of size α = ½, first order:
///
///     task A   support (1, 2, 3)   L = ½ · 23² = 264.5    φ = (−9.5, −20, −29.5)
///              query   (4, 5, 6)   L = ½ · 315² = 49612.5
///              g = −315 (4, 5, 6) = (−1260, −1575, −1890)
///     task B   support (0, 1, 0)   L = ½ · 3² = 4.5        φ = (2, 1.5, 5)
///              query   (1, 0, 2)   L = ½ · 12² = 72
///              g = 12 (1, 0, 2) = (12, 0, 24)
///     sum      (−1248, −1575, −1866)      mean  (−624, −787.5, −933)
@Suite struct OuterLoopTests {
  private let a = MetaTask<[Double]>(
    name: "A", support: { _ in [1, 2, 3] }, query: { [4, 5, 6] })
  private let b = MetaTask<[Double]>(
    name: "B", support: { _ in [0, 1, 0] }, query: { [1, 0, 2] })

  private func loop(
    _ change: (inout OuterLoopConfiguration) -> Void = { _ in }
  ) -> OuterLoop<LinearLearner> {
    var configuration = OuterLoopConfiguration(innerSteps: 1, optimizer: .sgd())
    change(&configuration)
    return OuterLoop(
      LinearLearner(), configuration, innerUpdates: { _ in true }, outerUpdates: { _ in true })
  }

  private func state(
    _ loop: OuterLoop<LinearLearner>, _ weights: [Float] = [2, 3, 5]
  ) -> OuterLoopState {
    loop.initialState(["w": Tensor(weights)])
  }

  private func rates(
    outer: Double, stepSizes: Double = 0, clipNorm: Double = 0, totalSteps: Int = 8
  ) -> OuterLoopRates {
    OuterLoopRates(
      inner: 0.5, outer: outer, stepSizes: stepSizes, clipNorm: clipNorm, totalSteps: totalSteps)
  }

  // With β = ¼: w − ¼ g.
  @Test(arguments: [
    (OuterLoopConfiguration.Reduction.mean, [Float(158), 199.875, 238.25]),
    (.sum, [Float(314), 396.75, 471.5]),
  ])
  func `a step moves the parameters against the mean or the sum of the tasks' gradients`(
    reduction: OuterLoopConfiguration.Reduction, expected: [Float]
  ) throws {
    let loop = loop { $0.reduction = reduction }
    var state = state(loop)
    _ = try loop.step(&state, [a, b], rates(outer: 0.25))
    #expect(state.parameters["w"]?.floats == expected)
    #expect(state.step == 1)
  }

  @Test func `a step returns each task's losses, and tells them as they come`() throws {
    let loop = loop()
    var state = state(loop)
    var events: [OuterLoopEvent] = []
    let step = try loop.step(&state, [a, b], rates(outer: 0.25)) { events.append($0) }
    #expect(
      step.tasks == [
        OuterStep.TaskResult(name: "A", innerLosses: [264.5], outerLoss: 49612.5),
        OuterStep.TaskResult(name: "B", innerLosses: [4.5], outerLoss: 72),
      ])
    #expect(step.loss == 24842.25)
    #expect(step.number == 1 && step.learningRate == 0.25 && step.isApplied)
    // √(624² + 787.5² + 933²) = √1 880 021.25
    expectClose([step.gradientNorm], [Double(1_880_021.25).squareRoot()], tolerance: 1e-6)
    #expect(
      events == [
        .taskBegan(0), .innerStep(task: 0, step: 1, loss: 264.5),
        .taskBegan(1), .innerStep(task: 1, step: 1, loss: 4.5),
      ])
  }

  @Test func `losses before and after adaptation are the first and the last of two or more`() {
    func result(_ losses: [Double]) -> OuterStep.TaskResult {
      OuterStep.TaskResult(name: "t", innerLosses: losses, outerLoss: 1)
    }
    #expect(result([3, 2, 1.5]).innerLossBefore == 3 && result([3, 2, 1.5]).innerLossAfter == 1.5)
    #expect(result([3]).innerLossBefore == 3 && result([3]).innerLossAfter == nil)
    #expect(result([]).innerLossBefore == nil && result([]).innerLossAfter == nil)
  }

  /// Without inner steps and with query z = (3, 4, 0): w·z = 18, g = (54, 72, 0), of norm 90.
  ///
  /// Clipped to 9 it is (5.4, 7.2, 0); with β = ½ w becomes (−0.7, −0.6, 5).
  @Test func `the gradient is clipped, and its norm told as it was before`() throws {
    let loop = loop { $0.innerSteps = 0 }
    var state = state(loop)
    let task = MetaTask<[Double]>(name: "t", support: { _ in [] }, query: { [3, 4, 0] })
    let step = try loop.step(&state, [task], rates(outer: 0.5, clipNorm: 9))
    expectClose([step.gradientNorm], [90], tolerance: 1e-6)
    expectClose(state.parameters["w"]?.doubles ?? [], [-0.7, -0.6, 5], tolerance: 1e-6)
  }

  /// Warm-up over 2 of 6 steps: 0, ½, 1, ¾, ½, ¼; when the 6 become 10 after three steps, the fourth
  /// is 1 − (3 − 2) / (10 − 2) = ⅞.
  @Test func `the learning rate follows the schedule, whose end may move`() throws {
    let loop = loop {
      $0.schedule = .linear
      $0.warmupSteps = 2
    }
    var state = state(loop, [0, 0, 0])
    func rate(of totalSteps: Int) throws -> Double {
      try loop.step(&state, [a], rates(outer: 2, totalSteps: totalSteps)).learningRate
    }
    #expect(try (0..<3).map { _ in try rate(of: 6) } == [0, 1, 2])
    #expect(try rate(of: 10) == 1.75)
    #expect(try (4..<6).map { _ in try rate(of: 6) } == [1, 0.5])
  }

  /// Reptile's gradient is θ − φ: (11.5, 23, 34.5) of A and (0, 1.5, 0) of B.
  ///
  /// The mean is (5.75, 12.25, 17.25), which with β = 1 leads to (−3.75, −9.25, −12.25).
  @Test func `Reptile moves towards the adapted parameters`() throws {
    let loop = loop { $0.taskGradient = .reptile }
    var state = state(loop)
    let step = try loop.step(&state, [a, b], rates(outer: 1))
    #expect(state.parameters["w"]?.floats == [-3.75, -9.25, -12.25])
    #expect(step.tasks.map(\.outerLoss) == [264.5, 4.5], "it has no query")
  }

  /// dL/dm is 115920 of A, as in `LearnedStepSizeTests`, and −½ (12, 0, 24)·(0, 3, 0) = 0 of B.
  ///
  /// The mean is 57960, so that a step of 1/115920 leaves m = ½. With it A adapts to
  ///
  ///     φ = w − ½ · ½ · 23 (1, 2, 3) = (−3.75, −8.5, −12.25)
  ///     φ·z = −131,  L = ½ · 131² = 8580.5
  @Test func `learned step sizes move, and the next step adapts with them`() throws {
    let loop = loop { $0.stepSizes = .tensor }
    var state = state(loop)
    let rates = rates(outer: 0, stepSizes: 1.0 / 115_920)
    _ = try loop.step(&state, [a, b], rates)
    expectClose([state.stepSizes.multipliers["w"]?.scalar ?? .nan], [0.5], tolerance: 1e-6)
    let step = try loop.step(&state, [a], rates)
    expectClose([step.tasks[0].outerLoss], [8580.5], tolerance: 1e-6)
  }

  /// w = 3, α = 1/10, x = z = 1: w is 2.7 and 2.43 after the two inner steps.
  ///
  /// Over four outer steps the weight of the first falls from ½ by ⅛ a step: ½ · 2.7 + ½ · 2.43 = 2.565, then 2.53125 … and 2.43.
  @Test(arguments: [4, nil])
  func `the query losses after all inner steps count at first, and in the end the last`(
    steps: Int?
  ) throws {
    let loop = loop {
      $0.innerSteps = 2
      $0.queryLosses = .annealed(over: steps)
    }
    var state = state(loop, [3])
    let task = MetaTask<[Double]>(name: "t", support: { _ in [1] }, query: { [1] })
    let rates = OuterLoopRates(inner: 0.1, outer: 0, totalSteps: 8)
    let norms = try (0..<6).map { _ in try loop.step(&state, [task], rates).gradientNorm }
    expectClose(norms, [2.565, 2.53125, 2.4975, 2.46375, 2.43, 2.43], tolerance: 1e-6)
  }

  @Test func `a step whose loss is not finite changes nothing but the number of steps done`() throws
  {
    let loop = loop { $0.stepSizes = .tensor }
    var state = state(loop)
    let explosive = MetaTask<[Double]>(
      name: "t", support: { _ in [1, 2, 3] }, query: { [1e30, 0, 0] })
    let step = try loop.step(&state, [a, explosive], rates(outer: 0.25, stepSizes: 1))
    #expect(!step.isApplied && !step.loss.isFinite)
    #expect(step.tasks[0].outerLoss == 49612.5)
    #expect(state.parameters["w"]?.floats == [2, 3, 5])
    #expect(state.stepSizes.multipliers["w"]?.scalar == 1)
    #expect(state.optimizer.step == 0 && state.stepSizeOptimizer.step == 0)
    #expect(state.step == 1)
  }

  /// With AdamW a first step is of size β against the sign of each slope; that of A is below zero
  /// everywhere, and the slope of what the outer mask leaves out is not taken.
  @Test func `the masks say what the loops move, and the optimizer is the configuration's`() throws
  {
    let loop = OuterLoop(
      LinearLearner(), OuterLoopConfiguration(innerSteps: 1, optimizer: .adamW(weightDecay: 0)),
      innerUpdates: { $0 == "w" }, outerUpdates: { $0 == "w" })
    var state = loop.initialState(["w": Tensor([2, 3, 5]), "other": Tensor([1])])
    _ = try loop.step(&state, [a], rates(outer: 0.5))
    expectClose(state.parameters["w"]?.doubles ?? [], [2.5, 3.5, 5.5], tolerance: 1e-5)
    #expect(state.parameters["other"]?.floats == [1])
  }

  /// A learner that reads two of four rows: L = ½ (3 w₂ + w₀)² with w₂ = 5 and w₀ = 2.
  ///
  /// The slopes are 17 · (3, 1), so AdamW moves both rows by β = ½.
  @Test func `of a table that is read by rows only those that were read are moved`() throws {
    struct Rows: Learner {
      func loss(_ parameters: Parameters, _ batch: [Double], generator: TensorGenerator?) -> Tensor
      {
        let rows = parameters["table"] ?? .zeros([batch.count, 1])
        let product = (rows.reshaped([batch.count]) * Tensor(batch.map(Float.init))).sum()
        return product * product * 0.5
      }
    }
    let loop = OuterLoop(
      Rows(), OuterLoopConfiguration(innerSteps: 0, optimizer: .adamW(weightDecay: 0)),
      innerUpdates: { _ in true }, outerUpdates: { _ in true })
    let table = Tensor([2, 3, 5, 7], shape: [4, 1])
    var state = loop.initialState([:], rows: ("table", table))
    let task = MetaTask<[Double]>(name: "t", support: { _ in [] }, query: { [3, 1] })
    let step = try loop.step(&state, [task], reading: [2, 0], rates(outer: 0.5))
    #expect(step.loss == 144.5)
    try state.mergeRowTable()
    expectClose(state.parameters["table"]?.doubles ?? [], [1.5, 3, 4.5, 7], tolerance: 1e-5)
    #expect(table.floats == [2, 3, 5, 7], "the table itself stays as it is")
  }
}

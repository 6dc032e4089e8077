import MetaLearning
import Tensors
import TestSupport
import Testing

@Suite struct OptimizerTests {
  @Test func `SGD goes against the gradient`() {
    let parameters: Parameters = ["w": Tensor([1, 2])]
    var optimizer = Optimizer(.sgd())
    optimizer.update(parameters, with: ["w": Tensor([10, -10])], learningRate: 0.1)
    expectClose(parameters["w"]?.doubles ?? [], [0, 3])
    #expect(optimizer.step == 1)
  }

  /// The second step sees the velocity of the first.
  ///
  /// Momentum 0.9, weight decay 0.1, learning rate 0.1 at w = 1 with gradient 1 twice:
  ///
  ///     v = 1 + 0.1·1 = 1.1          w = 1 − 0.11 = 0.89
  ///     v = 0.9·1.1 + 1 + 0.089 = 2.079   w = 0.89 − 0.2079 = 0.6821
  @Test func `SGD with momentum and decay matches the hand calculation`() {
    let parameters: Parameters = ["w": Tensor([1])]
    var optimizer = Optimizer(.sgd(momentum: 0.9, weightDecay: 0.1))
    let gradient = Tensor([1])
    optimizer.update(parameters, with: ["w": gradient], learningRate: 0.1)
    expectClose(parameters["w"]?.doubles ?? [], [0.89])
    optimizer.update(parameters, with: ["w": gradient], learningRate: 0.1)
    expectClose(parameters["w"]?.doubles ?? [], [0.6821])
    #expect(gradient.floats == [1], "the gradient is not used as storage")
  }

  /// Two steps on paper.
  ///
  /// At w = 1, learning rate 0.1, decay 0.5, gradients 2 then −1 (β 0.9, 0.999, ε 1e-8):
  ///
  ///     w ← 1 (1 − 0.05) = 0.95; m̂ = 2, v̂ = 4: w = 0.95 − 0.1 · 2/2 = 0.85
  ///     w ← 0.85 · 0.95 = 0.8075; m = 0.9·0.2 − 0.1 = 0.08, m̂ = 0.08/0.19 = 0.4210526
  ///     v = 0.999·0.004 + 0.001 = 0.004996, v̂ = 0.004996/0.001999 = 2.4992496
  ///     w = 0.8075 − 0.1 · 0.4210526/1.5808999 = 0.7808661
  @Test func `AdamW matches the hand calculation`() {
    let parameters: Parameters = ["w": Tensor([1])]
    var optimizer = Optimizer(.adamW(weightDecay: 0.5))
    optimizer.update(parameters, with: ["w": Tensor([2])], learningRate: 0.1)
    expectClose(parameters["w"]?.doubles ?? [], [0.85])
    optimizer.update(parameters, with: ["w": Tensor([-1])], learningRate: 0.1)
    expectClose(parameters["w"]?.doubles ?? [], [0.7808661])
  }

  @Test func `an optimizer continued from its state takes the same steps`() {
    let gradients = [Tensor([2]), Tensor([-1]), Tensor([0.5])]
    let whole: Parameters = ["w": Tensor([1])]
    var one = Optimizer(.adamW())
    for gradient in gradients { one.update(whole, with: ["w": gradient], learningRate: 0.1) }
    let parts: Parameters = ["w": Tensor([1])]
    var first = Optimizer(.adamW())
    first.update(parts, with: ["w": gradients[0]], learningRate: 0.1)
    var second = Optimizer(.adamW(), step: first.step, state: first.state)
    for gradient in gradients.dropFirst() {
      second.update(parts, with: ["w": gradient], learningRate: 0.1)
    }
    #expect(whole["w"]?.floats == parts["w"]?.floats)
  }

  @Test func `a parameter without a gradient stays as it is, decay or not`() {
    let parameters: Parameters = ["w": Tensor([1]), "frozen": Tensor([5])]
    var optimizer = Optimizer(.adamW(weightDecay: 0.5))
    optimizer.update(parameters, with: ["w": Tensor([1])], learningRate: 0.1)
    #expect(parameters["frozen"]?.floats == [5])
  }

  @Test func `clipping scales the whole gradient to the norm and reports the norm before`() {
    // √(3² + 4² + 12²) = 13
    var gradients: Parameters = ["a": Tensor([3, 4]), "b": Tensor([12])]
    #expect(abs(clip(&gradients, to: 6.5) - 13) < 1e-5)
    expectClose(gradients["a"]?.doubles ?? [], [1.5, 2], tolerance: 1e-5)
    expectClose(gradients["b"]?.doubles ?? [], [6], tolerance: 1e-5)
  }

  @Test func `a gradient within the norm, or a norm of zero, changes nothing`() {
    var small: Parameters = ["a": Tensor([0.3, 0.4])]
    #expect(abs(clip(&small, to: 1) - 0.5) < 1e-6)
    #expect(small["a"]?.floats == [0.3, 0.4])
    var unlimited: Parameters = ["a": Tensor([300])]
    #expect(clip(&unlimited, to: 0) == 300)
    #expect(unlimited["a"]?.floats == [300])
  }
}

@Suite struct LearningRateScheduleTests {
  @Test func `linear climbs from zero, then falls to zero`() {
    let schedule = LearningRateSchedule(.linear, warmupSteps: 2, totalSteps: 6)
    #expect((0...6).map(schedule.factor) == [0, 0.5, 1, 0.75, 0.5, 0.25, 0])
  }

  @Test func `constant stays at its height after the warm-up`() {
    let schedule = LearningRateSchedule(.constant, warmupSteps: 1, totalSteps: 3)
    #expect((0..<4).map(schedule.factor) == [0, 1, 1, 1])
  }

  @Test func `cosine is at half its height half way`() {
    let schedule = LearningRateSchedule(.cosine, totalSteps: 4)
    expectClose((0...4).map(schedule.factor), [1, 0.8535534, 0.5, 0.1464466, 0], tolerance: 1e-6)
  }

  @Test(arguments: LearningRateSchedule.Course.allCases)
  func `no schedule leaves 0…1, not even past its end or without steps`(
    course: LearningRateSchedule.Course
  ) {
    for (warmup, total) in [(0, 0), (3, 2), (0, 5)] {
      let schedule = LearningRateSchedule(course, warmupSteps: warmup, totalSteps: total)
      #expect((0..<12).allSatisfy { (0...1).contains(schedule.factor(at: $0)) })
    }
  }
}

import MetaLearning
import Tensors
import Testing

@Suite struct TaskSamplerTests {
  private func sampler(
    _ sizes: [Int], _ sampling: TaskSampling, metaBatchSize: Int, seed: Int = 1
  ) -> TaskSampler {
    TaskSampler(
      sizes: sizes, sampling: sampling, metaBatchSize: metaBatchSize, innerSteps: 2,
      supportSize: 3, querySize: 4, seed: seed)
  }

  @Test func `a step draws the same meta-batch whatever was drawn before it`() {
    let sampler = sampler([20, 30, 40], .uniform, metaBatchSize: 2)
    let all = (0..<10).map(sampler.metaBatch)
    #expect(sampler.metaBatch(at: 7) == all[7])
    #expect(Set(all).count == 10)
    let other = self.sampler([20, 30, 40], .uniform, metaBatchSize: 2, seed: 2)
    #expect(other.metaBatch(at: 7) != all[7])
  }

  @Test func `a task's batches are as many and as large as was said, of its own examples`() {
    for drawn in sampler([12, 30], .uniform, metaBatchSize: 2).metaBatch(at: 3) {
      #expect(drawn.batches.support.map(\.count) == [3, 3] && drawn.batches.query.count == 4)
      let all = drawn.batches.support.joined() + drawn.batches.query
      #expect(Set(all).count == 10)
      #expect(all.allSatisfy { (0..<(drawn.task == 0 ? 12 : 30)).contains($0) })
    }
  }

  /// 4000 draws of one task; deviations are about √(4000 p (1 − p)): at most 32.
  @Test(arguments: [
    (TaskSampling.uniform, [1333, 1333, 1333]), (.bySize, [500, 1000, 2500]),
    // The square roots of 1, 2 and 5 are 1, 1.414 and 2.236, of 4.650 in all.
    (.temperature(2), [860, 1217, 1923]), (.temperature(1), [500, 1000, 2500]),
  ])
  func `tasks are drawn as often as the sampling says`(sampling: TaskSampling, expected: [Int]) {
    let sampler = sampler([100, 200, 500], sampling, metaBatchSize: 1)
    var counts = [0, 0, 0]
    for step in 0..<4000 { counts[sampler.metaBatch(at: step)[0].task] += 1 }
    for (count, wanted) in zip(counts, expected) { #expect(abs(count - wanted) < 150) }
  }

  @Test(arguments: [TaskSampling.uniform, .bySize, .temperature(5)])
  func `a meta-batch has every task before any a second time`(sampling: TaskSampling) {
    let sampler = sampler([10, 300, 900], sampling, metaBatchSize: 5)
    for step in 0..<50 {
      let tasks = sampler.metaBatch(at: step).map(\.task)
      #expect(Set(tasks.prefix(3)) == [0, 1, 2])
      #expect(Set(tasks.suffix(2)).count == 2)
    }
  }
}

@Suite struct TaskBatchesTests {
  @Test(arguments: [(5, 16, 16, 200), (0, 16, 4, 10), (3, 2, 2, 8)])
  func `no example is in two batches of a task`(
    steps: Int, support: Int, query: Int, examples: Int
  ) {
    for seed in 0..<20 {
      var generator = SeededGenerator(seed: seed, "test")
      let batches = TaskBatches(
        innerSteps: steps, supportSize: support, querySize: query, exampleCount: examples,
        using: &generator)
      #expect(batches.support.count == steps)
      #expect(batches.support.allSatisfy { $0.count == support })
      #expect(batches.query.count == query)
      let all = batches.support.flatMap { $0 } + batches.query
      #expect(Set(all).count == all.count)
      #expect(all.allSatisfy { (0..<examples).contains($0) })
    }
  }

  @Test func `a small task comes round again, every example before any a second time`() {
    var generator = SeededGenerator(seed: 4, "test")
    let batches = TaskBatches(
      innerSteps: 3, supportSize: 2, querySize: 2, exampleCount: 4, using: &generator)
    let all = batches.support.flatMap { $0 } + batches.query
    #expect(Set(all.prefix(4)).count == 4)
    #expect(Set(all.suffix(4)).count == 4)
  }

  @Test func `every example is drawn about as often as any other`() {
    var counts = [Int](repeating: 0, count: 10)
    for step in 0..<3000 {
      var generator = SeededGenerator(seed: 1, "task", step)
      let batches = TaskBatches(
        innerSteps: 1, supportSize: 2, querySize: 1, exampleCount: 10, using: &generator)
      for example in batches.support[0] + batches.query { counts[example] += 1 }
    }
    // 9000 draws over 10 examples: 900 each, with a deviation of about 25.
    #expect(counts.allSatisfy { abs($0 - 900) < 130 })
  }
}

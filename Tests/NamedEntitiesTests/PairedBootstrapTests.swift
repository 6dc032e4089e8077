import NamedEntities
import TestSupport
import Testing

@Suite struct PairedBootstrapTests {
  private let right = SentenceCounts(correct: 1, predicted: 1, gold: 1)
  private let wrong = SentenceCounts(correct: 0, predicted: 1, gold: 1)

  @Test func `a run does not differ from itself`() throws {
    let run = [right, wrong, right, wrong, wrong]
    let result = try difference(control: [run], treatment: [run])
    #expect(result.difference == 0)
    #expect(result.lower == 0 && result.upper == 0)
    #expect(result.pValue == 1)
    #expect(!result.isBeyondNoise)
  }

  @Test func `a run that is better on every sentence is beyond noise`() throws {
    let result = try difference(
      control: [[wrong, wrong, wrong]], treatment: [[right, right, right]])
    #expect(result.difference == 1)
    #expect(result.lower == 1 && result.upper == 1)
    #expect(result.pValue == 0)
    #expect(result.isBeyondNoise)
  }

  /// Two sentences; the control finds the first, the other run both: F1 ½ and 1.
  ///
  /// A draw is (1, 1), (1, 2), (2, 1) or (2, 2): the difference is 0, ½, ½ or 1.
  @Test func `a small case has the differences of its four draws`() throws {
    let result = try difference(control: [[right, wrong]], treatment: [[right, right]])
    #expect(result.difference == 0.5)
    #expect(result.lower == 0 && result.upper == 1)
    #expect(abs(result.pValue - 0.5) < 0.05, "a quarter of the draws show no difference")
    #expect(!result.isBeyondNoise)
  }

  @Test func `roles exchanged, the interval changes sides`() throws {
    let (a, b) = (Self.counts(0, 0, 60), Self.counts(1, 0, 60))
    let there = try difference(control: [a], treatment: [b])
    let back = try difference(control: [b], treatment: [a])
    expectClose(
      [there.difference, there.lower, there.upper], [-back.difference, -back.upper, -back.lower],
      tolerance: 1e-12)
    #expect(there.pValue == back.pValue)
  }

  @Test func `the same seed gives the same interval, another one another`() throws {
    let test = PairedTest(control: [Self.counts(0, 0, 60)], treatment: [Self.counts(1, 0, 60)])
    let first = PairedBootstrap(resamples: 500, seed: 3).difference(over: [test])
    #expect(first == PairedBootstrap(resamples: 500, seed: 3).difference(over: [test]))
    let other = PairedBootstrap(resamples: 500, seed: 4).difference(over: [test])
    #expect(first?.lower != other?.lower)
    #expect(first?.resamples == 500)
  }

  /// The control's seeds score ½ and 1, mean ¾; the other method's 1 and 1.
  ///
  /// The largest difference, 1, takes the first seed twice and the second sentence twice: one draw
  /// in sixteen, which is more than the 2.5 % above the interval.
  @Test func `a method of several seeds scores the mean of their F1, and seeds are drawn too`()
    throws
  {
    let result = try difference(
      control: [[right, wrong], [right, right]], treatment: [[right, right], [right, right]])
    #expect(result.difference == 0.25)
    #expect(result.lower == 0 && result.upper == 1)
    #expect(result.seeds == 2)
  }

  /// The first seed gains, the second loses on every sentence: which seeds are drawn is all.
  @Test func `where seeds disagree no difference is beyond noise`() throws {
    let result = try difference(
      control: [[wrong, wrong], [right, right]], treatment: [[right, right], [wrong, wrong]])
    #expect(result.difference == 0)
    #expect(result.lower == -1 && result.upper == 1)
    #expect(result.significantChange == nil)
  }

  @Test func `the same seeds are drawn for every language`() throws {
    let one = PairedTest(
      control: [[wrong], [right]], treatment: [[right], [wrong]])
    let other = PairedTest(control: [[right], [wrong]], treatment: [[wrong], [right]])
    let result = try #require(PairedBootstrap(resamples: 400).difference(over: [one, other]))
    #expect(result.lower == 0 && result.upper == 0, "what one language gains the other loses")
  }

  @Test func `a difference beyond noise says which way it goes`() throws {
    let (low, high) = ([wrong, wrong, wrong], [right, right, right])
    #expect(try difference(control: [low], treatment: [high]).significantChange == .better)
    #expect(try difference(control: [high], treatment: [low]).significantChange == .worse)
    #expect(try difference(control: [low], treatment: [low]).significantChange == nil)
  }

  @Test func `the difference over languages is the mean of theirs`() throws {
    let better = PairedTest(control: [[wrong, wrong]], treatment: [[right, right]])
    let alike = PairedTest(control: [[right]], treatment: [[right]])
    let result = try #require(PairedBootstrap(resamples: 200).difference(over: [better, alike]))
    #expect(result.difference == 0.5)
    #expect(result.lower == 0.5 && result.upper == 0.5)
  }

  @Test func `without sentences there is no difference`() {
    #expect(PairedBootstrap().difference(over: []) == nil)
    #expect(
      PairedBootstrap().difference(over: [PairedTest(control: [[]], treatment: [[]])]) == nil)
  }

  /// The same in numpy 2.4.6, with 400 000 resamples of its own generator.
  ///
  ///     def counts(run, language, n):
  ///         i = np.arange(n)
  ///         gold = 1 + i % 3
  ///         predicted = (i * 7 + run + language) % 4
  ///         correct = np.minimum(np.minimum(gold, predicted), (i * 5 + 2 * run + language) % 3)
  ///         return np.stack([correct, predicted, gold], 1)
  ///     def f1(sums):
  ///         return 2 * sums[..., 0] / (sums[..., 1] + sums[..., 2])
  ///     def differences(tests, resamples, rng):
  ///         seeds = len(tests[0][0])
  ///         drawn = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples) / seeds
  ///         total = 0
  ///         for control, treatment in tests:
  ///             n = len(control[0])
  ///             weights = rng.multinomial(n, np.full(n, 1 / n), size=resamples)
  ///             mean = lambda runs: sum(drawn[:, s] * f1(weights @ r) for s, r in enumerate(runs))
  ///             total = total + mean(treatment) - mean(control)
  ///         return total / len(tests)
  ///     d = differences(tests, 400_000, np.random.default_rng(7))
  ///     np.percentile(d, [2.5, 97.5]); min(1, 2 * min((d <= 0).mean(), (d >= 0).mean()))
  ///
  /// one seed, one language: −0.095238, [−0.177976, −0.005542], p 0.0382, deviation 0.0440;
  /// runs 0 1 4 and 2 3 5, 120 and 90 sentences: 0.003134, [−0.071666, 0.077406], p 0.919,
  /// deviation 0.0370. An end of the interval scatters by 0.027 deviations in 10 000 resamples.
  @Test func `intervals agree with numpy within the error of resampling`() throws {
    let one = try difference(
      control: [Self.counts(0, 0, 120)], treatment: [Self.counts(1, 0, 120)])
    #expect(abs(one.difference - -0.09523809523809523) < 1e-12)
    #expect(abs(one.lower - -0.177976) < 0.0044)
    #expect(abs(one.upper - -0.005542) < 0.0044)
    #expect(abs(one.pValue - 0.0382) < 0.012)
    #expect(one.isBeyondNoise)

    let tests = [(0, 120), (1, 90)].map { language, count in
      PairedTest(
        control: [0, 1, 4].map { Self.counts($0, language, count) },
        treatment: [2, 3, 5].map { Self.counts($0, language, count) })
    }
    let two = try #require(PairedBootstrap().difference(over: tests))
    #expect(abs(two.difference - 0.0031344917649228365) < 1e-12)
    #expect(abs(two.lower - -0.071666) < 0.0040)
    #expect(abs(two.upper - 0.077406) < 0.0040)
    #expect(abs(two.pValue - 0.919) < 0.04)
  }

  private func difference(
    control: [[SentenceCounts]], treatment: [[SentenceCounts]]
  ) throws -> BootstrapDifference {
    try #require(
      PairedBootstrap().difference(over: [PairedTest(control: control, treatment: treatment)]))
  }

  private static func counts(_ run: Int, _ language: Int, _ sentences: Int) -> [SentenceCounts] {
    (0..<sentences).map { i in
      let gold = 1 + i % 3
      let predicted = (i * 7 + run + language) % 4
      return SentenceCounts(
        correct: min(gold, predicted, (i * 5 + 2 * run + language) % 3), predicted: predicted,
        gold: gold)
    }
  }
}

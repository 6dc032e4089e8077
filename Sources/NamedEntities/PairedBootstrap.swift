/// What one sentence adds to a score: entities found, predicted and in the corpus.
package struct SentenceCounts: Hashable, Sendable {
  /// Predicted entities that are exactly a gold one.
  package var correct: Int32
  /// Entities predicted.
  package var predicted: Int32
  /// Entities in the corpus.
  package var gold: Int32

  /// Counts given one by one.
  package init(correct: Int, predicted: Int, gold: Int) {
    self.correct = Int32(correct)
    self.predicted = Int32(predicted)
    self.gold = Int32(gold)
  }

  /// The counts of a sentence's entities.
  package init(gold: [EntitySpan], predicted: [EntitySpan]) {
    let (gold, predicted) = (Set(gold), Set(predicted))
    self.init(
      correct: gold.intersection(predicted).count, predicted: predicted.count, gold: gold.count)
  }
}

/// Two methods on the same test sentences, once for each seed.
package struct PairedTest: Hashable, Sendable {
  /// The control's counts: a row for each seed, a count for each sentence.
  package var control: [[SentenceCounts]]
  /// The other method's counts, of the same seeds and sentences in the same order.
  package var treatment: [[SentenceCounts]]

  /// A test of runs with the same seeds over the same sentences.
  package init(control: [[SentenceCounts]], treatment: [[SentenceCounts]]) {
    precondition(!control.isEmpty, "Both methods have at least one run")
    precondition(control.count == treatment.count, "Both methods have a run of each seed")
    let count = control[0].count
    precondition(
      (control + treatment).allSatisfy { $0.count == count },
      "Every run of a paired test has the same sentences")
    self.control = control
    self.treatment = treatment
  }
}

/// Which way a difference goes that is more than noise.
package enum SignificantChange: Hashable, Sendable {
  case better, worse

  /// The mark of it in tables.
  package var mark: String {
    switch self {
    case .better: "▲"
    case .worse: "▼"
    }
  }

  /// The mark where only ASCII can be shown.
  package var plainMark: String {
    switch self {
    case .better: "^"
    case .worse: "v"
    }
  }
}

/// How much better one method is than another, and how sure that is.
package struct BootstrapDifference: Hashable, Codable, Sendable {
  /// Treatment minus control, in F1 from −1 to 1.
  package var difference: Double
  /// The 2.5th percentile of the differences of the resamples.
  package var lower: Double
  /// The 97.5th percentile.
  package var upper: Double
  /// Twice the smaller share of resamples on either side of zero, at most 1.
  package var pValue: Double
  /// How many resamples there were.
  package var resamples: Int
  /// How many seeds each method has; two or more were resampled like the sentences.
  package var seeds: Int

  /// Which way the difference goes, where the interval leaves zero out: it is more than the noise of
  /// what was resampled.
  package var significantChange: SignificantChange? {
    if lower > 0 { return .better }
    return upper < 0 ? .worse : nil
  }

  /// Whether the interval leaves zero out.
  package var isBeyondNoise: Bool { significantChange != nil }
}

/// The paired bootstrap over test sentences, and over seeds where there are two or more.
///
/// Koehn 2004; Berg-Kirkpatrick, Burkett and Klein 2012. Each resample draws as many sentences as
/// there are, with replacement, and scores both methods on that same draw; the interval holds the
/// middle 95 % of the differences (percentile method). Of several test sets (languages) each is drawn
/// on its own and the differences are averaged.
///
/// Methods with several seeds score the mean of their F1 over a draw of the seeds, as many as there
/// are, with replacement: the same for both methods, since runs of one seed share their fresh
/// parameters and the order of their sentences, and for all languages. This is the Multi-Bootstrap
/// for paired seeds of Sellam et al., "The MultiBERTs: BERT Reproductions for Robustness Analysis",
/// ICLR 2022, algorithm 1. So the interval speaks for other seeds and other test sentences; with one
/// seed, for other sentences alone. Of n seeds a bootstrap sees (n − 1)/n of their variance: with two
/// or three the interval is too narrow rather than too wide.
package struct PairedBootstrap: Hashable, Sendable {
  /// How many resamples are drawn.
  package var resamples: Int
  /// Where the draws begin; the same seed gives the same interval.
  package var seed: UInt64

  /// A bootstrap of some thousand resamples.
  package init(resamples: Int = 10_000, seed: UInt64 = 1) {
    precondition(resamples >= 1, "A bootstrap has at least one resample")
    self.resamples = resamples
    self.seed = seed
  }

  /// The mean difference over some test sets, with its interval; nil without sentences.
  package func difference(over tests: [PairedTest]) -> BootstrapDifference? {
    guard !tests.isEmpty, tests.allSatisfy({ !$0.control[0].isEmpty }) else { return nil }
    let seeds = tests[0].control.count
    precondition(
      tests.allSatisfy { $0.control.count == seeds }, "Every test set has a run of each seed")
    let drawnSeeds = seeds > 1 ? drawnSeeds(of: seeds) : []
    let everySeed = Array(0..<seeds)
    var generator = Generator(state: seed)
    var sums = [Double](repeating: 0, count: resamples)
    var observed = 0.0
    for test in tests {
      let counts = Flat(test)
      observed += counts.difference(of: everySeed[...]) { $0 }
      for resample in 0..<resamples {
        let chosen =
          seeds > 1 ? drawnSeeds[resample * seeds..<(resample + 1) * seeds] : everySeed[...]
        sums[resample] += counts.difference(of: chosen) { _ in
          generator.next(below: counts.sentenceCount)
        }
      }
    }
    let scale = 1 / Double(tests.count)
    let differences = sums.map { $0 * scale }.sorted()
    let below = Double(differences.count { $0 <= 0 }) / Double(resamples)
    let above = Double(differences.count { $0 >= 0 }) / Double(resamples)
    return BootstrapDifference(
      difference: observed * scale, lower: Self.percentile(differences, 0.025),
      upper: Self.percentile(differences, 0.975), pValue: min(1, 2 * min(below, above)),
      resamples: resamples, seeds: seeds)
  }

  /// The seeds of each resample, one resample after the other.
  ///
  /// They have a generator of their own, so that the sentences drawn do not depend on them.
  private func drawnSeeds(of count: Int) -> [Int] {
    var generator = Generator(state: seed ^ 0x5eed_5eed_5eed_5eed)
    return (0..<resamples * count).map { _ in generator.next(below: count) }
  }

  /// The value below which a share of sorted numbers lies, between neighbours in a straight line.
  static func percentile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let low = Int(place)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }

  /// SplitMix64 (Steele, Lea and Flood 2014).
  private struct Generator {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
      state &+= 0x9e37_79b9_7f4a_7c15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
      bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
      bits ^= bits >> 31
      return Int(bits.multipliedFullWidth(by: UInt64(bound)).high)  // unbiased to 2⁻⁵⁰
    }
  }

  /// The counts of a test in rows of sentences, so that a drawn sentence is one stretch of memory.
  private struct Flat {
    let sentenceCount: Int
    let seeds: Int
    let runs: Int
    let counts: [SentenceCounts]  // (sentences, runs), control first

    init(_ test: PairedTest) {
      sentenceCount = test.control[0].count
      seeds = test.control.count
      let all = test.control + test.treatment
      runs = all.count
      counts = (0..<sentenceCount).flatMap { sentence in all.map { $0[sentence] } }
    }

    /// Mean F1 of the treatment's runs minus that of the control's, of chosen seeds and sentences.
    func difference(of chosenSeeds: ArraySlice<Int>, choosing: (Int) -> Int) -> Double {
      withUnsafeTemporaryAllocation(of: SIMD4<Int32>.self, capacity: runs) { sums in
        for run in 0..<runs { sums.initializeElement(at: run, to: .zero) }
        counts.withUnsafeBufferPointer { counts in
          for position in 0..<sentenceCount {
            let row = choosing(position) * runs
            for run in 0..<runs {
              let count = counts[row + run]
              sums[run] &+= SIMD4(count.correct, count.predicted, count.gold, 0)
            }
          }
        }
        var (control, treatment) = (0.0, 0.0)
        func f1(_ run: Int) -> Double {
          Score(
            correct: Int(sums[run][0]), predicted: Int(sums[run][1]), gold: Int(sums[run][2])
          ).f1
        }
        for seed in chosenSeeds {
          control += f1(seed)
          treatment += f1(seeds + seed)
        }
        return treatment / Double(seeds) - control / Double(seeds)
      }
    }
  }
}

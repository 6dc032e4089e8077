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
  /// The other method's counts, of the same sentences in the same order.
  package var treatment: [[SentenceCounts]]

  /// A test of runs over the same sentences.
  package init(control: [[SentenceCounts]], treatment: [[SentenceCounts]]) {
    precondition(!control.isEmpty && !treatment.isEmpty, "Both methods have at least one run")
    let count = control[0].count
    precondition(
      (control + treatment).allSatisfy { $0.count == count },
      "Every run of a paired test has the same sentences")
    self.control = control
    self.treatment = treatment
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

  /// Whether the interval leaves zero out: more than the noise of which sentences were tested.
  package var isBeyondNoise: Bool { lower > 0 || upper < 0 }
}

/// The paired bootstrap over test sentences.
///
/// Koehn 2004; Berg-Kirkpatrick, Burkett and Klein 2012. Each resample draws as many sentences as
/// there are, with replacement, and scores both methods on that same draw; the interval holds the
/// middle 95 % of the differences (percentile method). A method with several seeds scores the mean
/// of their F1 on the draw; of several test sets (languages) each is drawn on its own and the
/// differences are averaged. So the interval speaks for other test sentences, and for these seeds:
/// how far seeds scatter is told by their standard deviation, not by it.
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
    var generator = Generator(state: seed)
    var sums = [Double](repeating: 0, count: resamples)
    var observed = 0.0
    for test in tests {
      let counts = Flat(test)
      observed += counts.difference { $0 }
      for resample in 0..<resamples {
        sums[resample] += counts.difference { _ in generator.next(below: counts.sentenceCount) }
      }
    }
    let scale = 1 / Double(tests.count)
    let differences = sums.map { $0 * scale }.sorted()
    let below = Double(differences.count { $0 <= 0 }) / Double(resamples)
    let above = Double(differences.count { $0 >= 0 }) / Double(resamples)
    return BootstrapDifference(
      difference: observed * scale, lower: Self.percentile(differences, 0.025),
      upper: Self.percentile(differences, 0.975), pValue: min(1, 2 * min(below, above)),
      resamples: resamples)
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
    let controlRuns: Int
    let runs: Int
    let counts: [SentenceCounts]  // (sentences, runs), control first

    init(_ test: PairedTest) {
      sentenceCount = test.control[0].count
      controlRuns = test.control.count
      let all = test.control + test.treatment
      runs = all.count
      counts = (0..<sentenceCount).flatMap { sentence in all.map { $0[sentence] } }
    }

    /// Mean F1 of the treatment's runs minus that of the control's, over chosen sentences.
    func difference(choosing: (Int) -> Int) -> Double {
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
        for run in 0..<runs {
          let f1 = Score(
            correct: Int(sums[run][0]), predicted: Int(sums[run][1]), gold: Int(sums[run][2])
          ).f1
          if run < controlRuns { control += f1 } else { treatment += f1 }
        }
        return treatment / Double(runs - controlRuns) - control / Double(controlRuns)
      }
    }
  }
}

package import Experiments
package import NamedEntities
import RunFolders

/// What a study has come to: the table of methods × tunings, languages across.
package struct StudyResults: Encodable, Sendable {
  /// One run of the grid with what the notebook has of it.
  package struct Entry: Sendable {
    /// The cell of the grid.
    package var cell: Study.Cell
    /// Its run.
    package var run: RunRecord
    /// Seconds that priming took, without evaluations and pauses; nil where it primed nothing.
    package var primingSeconds: Double?
    /// The run whose primed encoder it took; nil when it primed itself.
    package var primedBy: RunID?

    /// An entry with all that is known of it.
    package init(
      cell: Study.Cell, run: RunRecord, primingSeconds: Double? = nil, primedBy: RunID? = nil
    ) {
      self.cell = cell
      self.run = run
      self.primingSeconds = primingSeconds
      self.primedBy = primedBy
    }
  }

  /// A column of the table.
  package enum Column: Hashable, Sendable {
    case language(String)
    /// The mean of all languages.
    case mean

    /// What heads it.
    package var name: String {
      switch self {
      case .language(let language): language
      case .mean: "mean"
      }
    }
  }

  /// F1 of one language, or their mean, over the seeds of a row.
  package struct Score: Encodable, Sendable {
    /// What it is the score of.
    package var column: Column
    /// F1 in points over the seeds; nil before a run has finished.
    package var f1: Spread?
    /// The difference from the control with its interval, in F1 from −1 to 1; nil for the control
    /// itself, and where predictions are missing.
    package var difference: BootstrapDifference?

    private enum CodingKeys: String, CodingKey {
      case column = "language"
      case f1, difference
    }
  }

  /// A method with a tuning.
  package struct Row: Encodable, Sendable {
    /// The method.
    package var method: String
    /// The tuning.
    package var tuning: String
    /// Whether the others are compared with it.
    package var isControl: Bool
    /// The runs, by seed.
    package var runs: [RunID]
    /// How many of them have finished.
    package var finished: Int
    /// The languages, and their mean at the end.
    package var scores: [Score]
  }

  /// What a method spends in a run.
  package struct Budget: Codable, Sendable {
    /// The method.
    package var method: String
    /// How it is matched to the reference.
    package var match: StudyMatch
    /// What priming spends.
    package var priming: PrimingBudget
    /// Seconds of priming over the runs that primed; nil when none has.
    package var seconds: Spread?
  }

  /// The study.
  package var name: String
  /// The split that is compared.
  package var split: String
  /// The target languages.
  package var languages: [String]
  /// How many seeds each row has.
  package var seedCount: Int
  /// The method that the others are compared with.
  package var control: String
  /// The table.
  package var rows: [Row]
  /// What each method spends.
  package var budgets: [Budget]
  /// How many resamples an interval rests on; 0 where none were asked for.
  package var resamples: Int
  /// What kept an interval from being computed.
  package var problems: [String] = []

  /// The columns of scores: the languages, and their mean at the end.
  package var columns: [Column] { languages.map(Column.language) + [.mean] }

  /// Puts the table together.
  ///
  /// - Parameter bootstrap: How intervals are found; nil: none are, and nobody's sentences are read.
  package init(
    study: Study, split: String, entries: [Entry], bootstrap: PairedBootstrap? = PairedBootstrap()
  ) throws(ExperimentError) {
    name = study.name
    self.split = split
    languages = study.base[Settings.tuningLanguages]
    seedCount = study.seeds.count
    control = study.control
    resamples = bootstrap?.resamples ?? 0
    rows = []
    budgets = []
    var predictions = PredictionCache(split: split)
    for tuning in study.tunings {
      func finished(_ method: String) -> [Entry] {
        entries.filter {
          $0.cell.method == method && $0.cell.tuning == tuning.name && $0.run.state == .finished
        }
      }
      let control = finished(study.control)
      for method in study.methods {
        let own = finished(method.name)
        let isControl = method.name == study.control
        var row = Row(
          method: method.name, tuning: tuning.name, isControl: isControl,
          runs: entriesInOrder(entries, method.name, tuning.name).map(\.run.id),
          finished: own.count, scores: [])
        var tests: [PairedTest] = []
        for language in languages {
          let numbers = own.compactMap { $0.run.f1(language: language, split: split) }
          let test =
            isControl || bootstrap == nil
            ? nil : predictions.test(control, own, language: language)
          if let test { tests.append(test) }
          row.scores.append(
            Score(
              column: .language(language), f1: Spread(numbers.map { 100 * $0 }),
              difference: test.flatMap { bootstrap?.difference(over: [$0]) }))
        }
        let means = own.compactMap { entry -> Double? in
          let numbers = languages.compactMap { entry.run.f1(language: $0, split: split) }
          guard numbers.count == languages.count, !numbers.isEmpty else { return nil }
          return numbers.reduce(0, +) / Double(numbers.count)
        }
        row.scores.append(
          Score(
            column: .mean, f1: Spread(means.map { 100 * $0 }),
            difference: tests.count == languages.count
              ? bootstrap?.difference(over: tests) : nil))
        rows.append(row)
      }
    }
    for method in study.methods {
      let own = entries.filter { $0.cell.method == method.name }
      let experiment: Experiment
      if let planned = own.first?.cell.experiment {
        experiment = planned
      } else {
        experiment = try study.experiment(of: method)
      }
      budgets.append(
        Budget(
          method: method.name, match: try study.match(of: method),
          priming: PrimingBudget(experiment),
          seconds: Spread(
            own.filter { $0.primedBy == nil && $0.run.state == .finished }.compactMap(
              \.primingSeconds))))
    }
    problems = predictions.problems
  }
}

private func entriesInOrder(
  _ entries: [StudyResults.Entry], _ method: String, _ tuning: String
) -> [StudyResults.Entry] {
  entries.filter { $0.cell.method == method && $0.cell.tuning == tuning }
    .sorted { $0.cell.seed < $1.cell.seed }
}

extension RunRecord {
  /// F1 of a language on a split, 0…1; nil before it was measured.
  package func f1(language: String, split: String) -> Double? {
    results.first { $0.language == language && $0.split == split }?.scores.micro.f1
  }
}

/// The counts of sentences of runs, each file read once.
private struct PredictionCache {
  let split: String
  var problems: [String] = []
  private var known: [String: [PredictedSentence]] = [:]

  init(split: String) {
    self.split = split
  }

  /// The paired test of two methods, by the seeds that both have; nil where files are missing or
  /// sentences differ, which is then among the problems.
  mutating func test(
    _ control: [StudyResults.Entry], _ own: [StudyResults.Entry], language: String
  ) -> PairedTest? {
    let seeds = Set(control.map(\.cell.seed)).intersection(own.map(\.cell.seed)).sorted()
    guard !seeds.isEmpty else { return nil }
    func rows(_ entries: [StudyResults.Entry]) -> [[PredictedSentence]] {
      seeds.compactMap { seed in
        entries.first { $0.cell.seed == seed }.flatMap { sentences(of: $0.run, language) }
      }
    }
    let (before, after) = (rows(control), rows(own))
    guard before.count == seeds.count, after.count == seeds.count else { return nil }
    for other in before.dropFirst() + after {
      if let number = firstDifference(before[0], other) {
        note(
          "The runs were tested on different sentences of \(language)/\(split): number \(number)")
        return nil
      }
    }
    return PairedTest(
      control: before.map { $0.map(\.counts) }, treatment: after.map { $0.map(\.counts) })
  }

  private mutating func sentences(of run: RunRecord, _ language: String) -> [PredictedSentence]? {
    let key = "\(run.id)/\(language)"
    if let sentences = known[key] { return sentences }
    do {
      let sentences = try run.predictions(language: language, split: split)
      known[key] = sentences
      return sentences
    } catch {
      note("\(error)")
      return nil
    }
  }

  private mutating func note(_ problem: String) {
    if !problems.contains(problem) { problems.append(problem) }
  }
}

package import Experiments
package import NamedEntities
import RunFolders

/// Some runs side by side: their settings, their scores, and how sure the differences are.
package struct RunComparison: Sendable {
  /// A setting that not all runs have the same value of.
  package struct SettingRow: Hashable, Sendable {
    /// The setting.
    package var key: String
    /// Its value in each run.
    package var values: [SettingValue]
  }

  /// The mean over the languages of a split that every run with results has.
  package struct Mean: Hashable, Sendable {
    /// The split.
    package var split: String
    /// The languages.
    package var languages: [String]
    /// One of each run; nil for a run without results.
    package var results: [MeanResult?]
  }

  /// The mean F1 of one run.
  package struct MeanResult: Hashable, Sendable {
    /// The mean of the languages' F1.
    package var f1: Double
    /// That minus the control's; nil for the control itself.
    package var difference: Double?
    /// The paired bootstrap of the difference, where every language has one.
    package var bootstrap: BootstrapDifference?
  }

  /// The runs.
  package let runs: [RunRecord]
  /// Which of them the others are compared with.
  package let control: Int
  /// How intervals are found.
  package let bootstrap: PairedBootstrap
  /// The settings that differ, in the order of the table; the names of the runs are left out.
  package let settings: [SettingRow]
  /// The languages and splits that some run has results of: split by split.
  package let tests: [ComparedTest]
  /// The means over languages, of splits with more than one.
  package let means: [Mean]

  /// Compares runs.
  ///
  /// - Parameters:
  ///   - splits: The splits that are compared; nil for all.
  ///   - languages: The languages that are compared; nil for all.
  package init(
    _ runs: [RunRecord], control: Int = 0, splits: [String]? = nil, languages: [String]? = nil,
    bootstrap: PairedBootstrap = PairedBootstrap()
  ) {
    precondition(runs.indices.contains(control), "The control is one of the runs")
    self.runs = runs
    self.control = control
    self.bootstrap = bootstrap
    settings = Self.settings(of: runs)
    let places = Self.places(in: runs, splits: splits, languages: languages)
    tests = places.map {
      ComparedTest(
        runs, control: control, language: $0.language, split: $0.split, bootstrap: bootstrap)
    }
    means = Self.means(of: tests, control: control, bootstrap: bootstrap)
  }

  /// Why some differences have no interval, each said once.
  package var problems: [String] {
    tests.flatMap { $0.results.compactMap(\.problem) }.reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }

  private static func settings(of runs: [RunRecord]) -> [SettingRow] {
    Settings.all.compactMap { descriptor in
      guard descriptor.key != Settings.name.key else { return nil }
      let values = runs.map { $0.experiment[key: descriptor.key] ?? descriptor.defaultValue }
      return Set(values).count > 1 ? SettingRow(key: descriptor.key, values: values) : nil
    }
  }

  /// Languages in the order in which the runs name them; splits as a corpus has them.
  private static func places(
    in runs: [RunRecord], splits: [String]?, languages: [String]?
  ) -> [(language: String, split: String)] {
    let results = runs.flatMap(\.results)
    let known = results.map(\.language).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return CorpusFormat.splits.filter { splits?.contains($0) ?? true }.flatMap { split in
      known.filter { language in
        languages?.contains(language) ?? true
          && results.contains { $0.language == language && $0.split == split }
      }.map { ($0, split) }
    }
  }

  private static func means(
    of tests: [ComparedTest], control: Int, bootstrap: PairedBootstrap
  ) -> [Mean] {
    CorpusFormat.splits.compactMap { split in
      let tests = tests.filter { $0.split == split }
      guard let runs = tests.first?.results.indices else { return nil }
      let scored = runs.filter { run in tests.contains { $0.results[run].scores != nil } }
      let common = tests.filter { test in scored.allSatisfy { test.results[$0].scores != nil } }
      guard common.count > 1 else { return nil }
      func f1(_ run: Int) -> Double? {
        let scores = common.compactMap { $0.results[run].scores?.micro.f1 }
        return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
      }
      let results = runs.map { run -> MeanResult? in
        guard let mean = f1(run) else { return nil }
        guard run != control, let other = f1(control) else { return MeanResult(f1: mean) }
        let pairs = common.compactMap { test -> PairedTest? in
          guard let mine = test.counts[run], let others = test.counts[control] else { return nil }
          return PairedTest(control: [others], treatment: [mine])
        }
        return MeanResult(
          f1: mean, difference: mean - other,
          bootstrap: pairs.count == common.count ? bootstrap.difference(over: pairs) : nil)
      }
      return Mean(split: split, languages: common.map(\.language), results: results)
    }
  }
}

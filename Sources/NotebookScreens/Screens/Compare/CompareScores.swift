import Experiments
import LabNotebook
import NamedEntities
import RunFolders

/// The lines of the scores: each language and split with every run below it.
struct CompareScores {
  /// A line.
  enum Line: Hashable {
    /// A language and split, or the mean of a split; what else there is to say of it.
    case heading(String, String)
    case run(Row)
  }

  /// What a run has there.
  struct Row: Hashable {
    /// The run, counted among those compared.
    var index: Int
    var f1: Double?
    /// F1 minus the control's; nil for the control itself.
    var difference: Double?
    var bootstrap: BootstrapDifference?
  }

  private(set) var lines: [Line] = []

  /// The scores that the runs have now, with the intervals that are known.
  init(_ runs: [RunRecord], control: RunID, comparison: RunComparison?) {
    let results = runs.flatMap(\.results)
    for split in CorpusFormat.splits.reversed() {
      let languages = results.filter { $0.split == split }.map(\.language)
        .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      for language in languages {
        let test = comparison?.tests.first { $0.language == language && $0.split == split }
        let scores = runs.map { $0.f1(language: language, split: split) }
        add(
          "\(language) \(split)", test?.sentenceCount.map { "\($0) sentences" } ?? "", scores, runs,
          control
        ) { test?.results[$0].bootstrap }
      }
      addMean(of: languages, split, runs, control, comparison)
    }
  }

  // The mean is over the languages that every run with results has, so that it compares.
  private mutating func addMean(
    of languages: [String], _ split: String, _ runs: [RunRecord], _ control: RunID,
    _ comparison: RunComparison?
  ) {
    let scored = runs.filter { run in run.results.contains { $0.split == split } }
    let common = languages.filter { language in
      scored.allSatisfy { $0.f1(language: language, split: split) != nil }
    }
    guard common.count > 1 else { return }
    let mean = comparison?.means.first { $0.split == split && Set($0.languages) == Set(common) }
    let scores = runs.map { run -> Double? in
      let numbers = common.compactMap { run.f1(language: $0, split: split) }
      return numbers.count == common.count
        ? numbers.reduce(0, +) / Double(numbers.count) : nil
    }
    let of = common.count == languages.count ? "" : "of \(common.joined(separator: " "))"
    add("mean \(split)", of, scores, runs, control) { mean?.results[$0]?.bootstrap }
  }

  private mutating func add(
    _ title: String, _ detail: String, _ scores: [Double?], _ runs: [RunRecord], _ control: RunID,
    bootstrap: (Int) -> BootstrapDifference?
  ) {
    lines.append(.heading(title, detail))
    let place = runs.firstIndex { $0.id == control }
    for (index, f1) in scores.enumerated() {
      var row = Row(index: index, f1: f1)
      if index != place, let f1, let other = place.flatMap({ scores[$0] }) {
        row.difference = f1 - other
        row.bootstrap = bootstrap(index)
      }
      lines.append(.run(row))
    }
  }
}

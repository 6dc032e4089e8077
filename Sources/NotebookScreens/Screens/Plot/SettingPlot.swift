package import Experiments
package import LabNotebook
import RunFolders

/// F1 of runs against one of their settings: for each value, the runs that have it.
package struct SettingPlot: Sendable {
  /// What is measured: F1 on a split, of a language or the mean of all that every run has.
  package struct Measure: Hashable, Sendable {
    package var split: String
    /// Nil: the mean of the languages.
    package var language: String?

    package init(split: String, language: String? = nil) {
      self.split = split
      self.language = language
    }
  }

  /// The runs with one value of the setting.
  package struct Group: Sendable {
    package var value: SettingValue
    /// Those with a score, the best first, with F1 from 0 to 1.
    package var runs: [(id: RunID, f1: Double)]

    /// Their mean and deviation; nil where no run has a score.
    package var spread: Spread? { Spread(runs.map(\.f1)) }

    /// The value on a numeric axis; nil where it is no number.
    package var number: Double? {
      switch value {
      case .integer(let number): Double(number)
      case .number(let number): number
      case .bool, .text, .list: nil
      }
    }
  }

  package let measure: Measure
  /// The values, ascending where they are numbers, else in the order in which runs have them.
  package let groups: [Group]
  /// The languages whose mean is taken: those that all runs with a score have, so that like is
  /// compared with like.
  package let languages: [String]
  /// How many of the runs have no score yet.
  package let unfinished: Int

  /// - Parameter key: A setting of the table.
  package init(_ runs: [RunRecord], key: String, measure: Measure) {
    self.measure = measure
    let measured = runs.map { run in
      Set(run.scores.all.filter { $0.split == measure.split }.map(\.language))
    }
    let common = measured.filter { !$0.isEmpty }
    let shared = common.dropFirst().reduce(common.first ?? []) { $0.intersection($1) }.sorted()
    languages = measure.language.map { [$0] } ?? shared
    var groups: [Group] = []
    var places: [SettingValue: Int] = [:]
    var unfinished = 0
    for run in runs {
      guard let value = run.experiment[key: key] else { continue }
      let place = places[value] ?? groups.count
      if place == groups.count {
        groups.append(Group(value: value, runs: []))
        places[value] = place
      }
      let scores = languages.compactMap { language in
        run.scores.all.first { $0.language == language && $0.split == measure.split }?.f1
      }
      guard !languages.isEmpty, scores.count == languages.count else {
        unfinished += 1
        continue
      }
      groups[place].runs.append((run.id, scores.reduce(0, +) / Double(scores.count)))
    }
    for place in groups.indices { groups[place].runs.sort { $0.f1 > $1.f1 } }
    if groups.allSatisfy({ $0.number != nil }) {
      groups.sort { ($0.number ?? 0) < ($1.number ?? 0) }
    }
    self.groups = groups
    self.unfinished = unfinished
  }

  /// Whether the setting's values are numbers, which have distances.
  package var isNumeric: Bool { groups.allSatisfy { $0.number != nil } }

  /// Whether the values are spread so that a logarithmic axis shows them better: all above zero, and
  /// the largest at least twenty times the smallest.
  package var suitsLogarithm: Bool {
    let numbers = groups.compactMap(\.number)
    guard isNumeric, let least = numbers.min(), let most = numbers.max() else { return false }
    return least > 0 && most >= 20 * least
  }

  /// The settings that differ among runs, numbers first; the seed comes last.
  package static func varying(_ runs: [RunRecord]) -> [SettingDescriptor] {
    let keys = Settings.all.filter { descriptor in
      descriptor.key != Settings.name.key
        && Set(runs.map { $0.experiment[key: descriptor.key] }).count > 1
    }
    func rank(_ descriptor: SettingDescriptor) -> Int {
      if descriptor.key == Settings.seed.key { return 2 }
      switch descriptor.kind {
      case .integer, .number: return 0
      default: return 1
      }
    }
    return (0...2).flatMap { wanted in keys.filter { rank($0) == wanted } }
  }

  /// What was measured of runs: for each split, the mean and the languages.
  package static func measures(_ runs: [RunRecord]) -> [Measure] {
    let results = runs.flatMap(\.scores.all)
    return ["test", "dev", "train"].flatMap { split -> [Measure] in
      let languages = Set(results.filter { $0.split == split }.map(\.language)).sorted()
      guard !languages.isEmpty else { return [] }
      return [Measure(split: split)] + languages.map { Measure(split: split, language: $0) }
    }
  }
}

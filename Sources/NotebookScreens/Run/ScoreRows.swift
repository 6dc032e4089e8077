import LabNotebook
import NamedEntities
import TerminalUI

/// The rows of the F1 pane: a bar for each language and split, under a heading for each phase.
struct ScoreRows {
  enum Line: Hashable {
    case heading(String)
    case bar(BarChart.Bar)

    var isBar: Bool {
      if case .bar = self { return true }
      return false
    }
  }

  private(set) var lines: [Line] = []
  /// What stands after the pane's title.
  private(set) var subtitle = ""

  init(run: RunRecord, history: RunHistory) {
    let tuned = history.evaluations.filter { $0.phase != .priming }
    let primed = history.evaluations.filter { $0.phase == .priming }
    let splits = Self.list("evaluation.splits", in: run.experiment)
    var after: [Line] = []
    for language in Self.ordered(run.tuningLanguages, and: tuned) {
      let known = tuned.filter { $0.language == language }.map(\.split)
      for split in splits + known.filter({ !splits.contains($0) }).uniqued {
        let results = tuned.filter { $0.language == language && $0.split == split }
        after.append(.bar(Self.bar(language, split, results, style: Style(.barFilled))))
      }
    }
    var during: [Line] = []
    for language in Self.ordered(run.tuningLanguages, and: primed) {
      for split in primed.filter({ $0.language == language }).map(\.split).uniqued {
        let results = primed.filter { $0.language == language && $0.split == split }
        during.append(.bar(Self.bar(language, split, results, style: Style(.outerLoss))))
      }
    }
    let step = primed.last?.step ?? 0
    guard !during.isEmpty else {
      lines = after
      subtitle = after.isEmpty ? "" : " after tuning"
      return
    }
    // What is going on stands first.
    let duringPart = [.heading("while priming, at step \(step)")] + during
    let afterPart = after.isEmpty ? [] : [.heading("after tuning")] + after
    lines = tuned.isEmpty ? duringPart + afterPart : afterPart + duringPart
  }

  private static func bar(
    _ language: String, _ split: String, _ results: [EvaluationResult], style: Style
  ) -> BarChart.Bar {
    let newest = results.last?.scores.micro.f1
    let before = results.dropLast().last?.scores.micro.f1
    var change: Double?
    if let newest, let before { change = newest - before }
    return BarChart.Bar(
      label: StyledText(.init(language), .init(" \(split)", .faint)), value: newest,
      change: change, style: style)
  }

  private static func ordered(_ first: [String], and results: [EvaluationResult]) -> [String] {
    (first.filter { language in !results.isEmpty || !language.isEmpty }
      + results.map(\.language)).uniqued
  }

  private static func list(_ key: String, in experiment: Experiment) -> [String] {
    if case .list(let values)? = experiment[key: key] { return values }
    return []
  }
}

extension Array where Element: Hashable {
  /// The elements without those that came before.
  fileprivate var uniqued: [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}

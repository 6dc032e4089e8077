import Experiments
import LabNotebook
import NamedEntities
import RunFolders
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
    let tuned = history.scores.standings.filter { !$0.isPriming }
    let primed = history.scores.standings.filter(\.isPriming)
    let splits = run.experiment[Settings.evaluationSplits].map(\.rawValue)
    var after: [Line] = []
    for language in Self.ordered(run.tuningLanguages, and: tuned) {
      let known = tuned.filter { $0.language == language }
      for split in (splits + known.map(\.split)).uniqued {
        let standing = known.first { $0.split == split }
        after.append(.bar(Self.bar(language, split, standing, style: Style(.barFilled))))
      }
    }
    var during: [Line] = []
    for language in Self.ordered(run.tuningLanguages, and: primed) {
      for standing in primed where standing.language == language {
        during.append(
          .bar(Self.bar(language, standing.split, standing, style: Style(.outerLoss))))
      }
    }
    guard !during.isEmpty else {
      lines = after
      subtitle = after.isEmpty ? "" : " after tuning"
      return
    }
    // What is going on stands first.
    let duringPart =
      [.heading("while priming, at step \(history.scores.primingStep)")] + during
    let afterPart = after.isEmpty ? [] : [.heading("after tuning")] + after
    lines = tuned.isEmpty ? duringPart + afterPart : afterPart + duringPart
  }

  private static func bar(
    _ language: String, _ split: String, _ standing: RunScores.Standing?, style: Style
  ) -> BarChart.Bar {
    let newest = standing?.newest.scores.micro.f1
    let before = standing?.before?.scores.micro.f1
    var change: Double?
    if let newest, let before { change = newest - before }
    return BarChart.Bar(
      label: StyledText(.init(language), .init(" \(split)", .faint)), value: newest,
      change: change, style: style)
  }

  private static func ordered(
    _ first: [String], and standings: [RunScores.Standing]
  ) -> [String] {
    (first.filter { !standings.isEmpty || !$0.isEmpty } + standings.map(\.language)).uniqued
  }
}

extension Array where Element: Hashable {
  /// The elements without those that came before.
  fileprivate var uniqued: [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}

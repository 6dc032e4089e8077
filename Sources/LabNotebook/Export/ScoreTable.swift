import Experiments
import Foundation
import NamedEntities
import RunFolders

/// The scores of a run's languages after tuning, as a table for a paper or a page.
package struct ScoreTable {
  private struct Row {
    var language: String
    var split: String
    var score: Score?
    var f1: Double
    var sentences: Int?
  }

  private static let headings = [
    "language", "split", "precision", "recall", "F1", "support", "sentences",
  ]

  private let run: RunRecord
  private let rows: [Row]

  /// The table of a run, of some languages alone where any are given; nil without any score.
  package init?(_ run: RunRecord, language: String? = nil) {
    let results = run.results.filter { language == nil || $0.language == language }
    if results.isEmpty { return nil }
    self.run = run
    var rows = results.map { result in
      Row(
        language: result.language, split: result.split, score: result.scores.micro,
        f1: result.scores.micro.f1, sentences: result.sentenceCount)
    }
    let splits = results.map(\.split).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    for split in splits {
      let scores = results.filter { $0.split == split }.map(\.scores.micro.f1)
      guard scores.count > 1 else { continue }
      let mean = scores.reduce(0, +) / Double(scores.count)
      rows.append(Row(language: "mean", split: split, score: nil, f1: mean, sentences: nil))
    }
    self.rows = rows
  }

  /// `Run #3 for adapters: maml, 300 steps; tuned adapter+head; seed 1`.
  private var caption: String {
    let experiment = run.experiment
    let method = experiment[Settings.primingMethod]
    let priming =
      method == .none ? "no priming" : "\(method), \(experiment[Settings.primingSteps]) steps"
    let start = experiment.startWords.map { "; began with \($0)" } ?? ""
    return "Run #\(run.id) \(run.name): \(priming)\(start); "
      + "tuned \(experiment[Settings.tuningUpdates]); seed \(experiment[Settings.seed])"
  }

  private func cells(_ row: Row) -> [String] {
    func percent(_ value: Double?) -> String {
      value.map { String(format: "%.1f", 100 * $0) } ?? ""
    }
    return [
      row.language, row.split, percent(row.score?.precision), percent(row.score?.recall),
      percent(row.f1), row.score.map { String($0.support) } ?? "",
      row.sentences.map(String.init) ?? "",
    ]
  }

  /// The table in Markdown, scores in points, a caption before it.
  package var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(\.escapedForMarkdown).joined(separator: " | ") + " |"
    }
    let rule = "|---|---|" + String(repeating: "---:|", count: Self.headings.count - 2)
    return
      ([caption.escapedForMarkdown, "", line(Self.headings), rule] + rows.map { line(cells($0)) })
      .joined(separator: "\n") + "\n"
  }

  /// The table in LaTeX, scores in points, with the rules of booktabs.
  package var latex: String {
    func line(_ cells: [String]) -> String {
      "  " + cells.map(\.escapedForLatex).joined(separator: " & ") + " \\\\"
    }
    let scores = rows.filter { $0.score != nil }
    let means = rows.filter { $0.score == nil }
    return
      ([
        "% Needs \\usepackage{booktabs}.", "\\begin{table}", "  \\centering",
        "  \\begin{tabular}{ll\(String(repeating: "r", count: Self.headings.count - 2))}",
        "  \\toprule", line(Self.headings), "  \\midrule",
      ] + scores.map { line(cells($0)) } + (means.isEmpty ? [] : ["  \\midrule"])
      + means.map { line(cells($0)) } + [
        "  \\bottomrule", "  \\end{tabular}",
        "  \\caption{\(caption.escapedForLatex)}", "\\end{table}",
      ]).joined(separator: "\n") + "\n"
  }
}

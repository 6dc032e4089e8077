import Experiments
import Foundation
package import NamedEntities

extension StudyResults {
  /// The table in Markdown: the best of a column is bold where it is better than the control beyond
  /// the noise.
  package func markdown() -> String {
    let heading = ["method", "tuning"] + columns.map(\.name) + ["difference"]
    var lines = [
      "| " + heading.joined(separator: " | ") + " |",
      "|---|---|" + String(repeating: "---:|", count: languages.count + 2),
    ]
    for row in rows {
      let cells = row.scores.map { score in
        let text = Self.points(score.f1)
        let mark = score.difference?.significantChange.map { " \($0.mark)" } ?? ""
        return (isBest(score, of: row) ? "**\(text)**" : text) + mark
      }
      let difference = row.isControl ? "control" : row.scores.last.map(Self.text) ?? "–"
      lines.append(
        "| "
          + ([row.method, row.tuning].map(\.escapedForMarkdown) + cells + [difference])
          .joined(separator: " | ") + " |")
    }
    lines += ["", "| method | encoder updates | sentences read | seconds of priming |"]
    lines.append("|---|---:|---:|---:|")
    for budget in budgets {
      lines.append(
        "| " + ([budget.method.escapedForMarkdown] + cells(of: budget)).joined(separator: " | ")
          + " |")
    }
    return (lines + ["", caption]).joined(separator: "\n") + "\n"
  }

  /// The table as LaTeX's `tabular` with the rules of booktabs; bold as in `markdown`.
  package func latex() -> String {
    let alignment = "ll" + String(repeating: "r", count: languages.count + 2)
    var lines = [
      "% \(caption(better: "an arrow up", worse: "down"))", "% Needs \\usepackage{booktabs}.",
      "\\begin{tabular}{\(alignment)}", "\\toprule",
    ]
    let heading = ["method", "tuning"] + columns.map(\.name) + ["difference"]
    lines += [heading.joined(separator: " & ") + " \\\\", "\\midrule"]
    for row in rows {
      let cells =
        row.scores.map { latexCell($0, of: row) } + [
          row.isControl ? "control" : row.scores.last.map(Self.latexDifference) ?? "--"
        ]
      lines.append(
        ([row.method, row.tuning].map(\.escapedForLatex) + cells).joined(separator: " & ")
          + " \\\\")
    }
    return (lines + ["\\bottomrule", "\\end{tabular}"]).joined(separator: "\n") + "\n"
  }

  private func latexCell(_ score: Score, of row: Row) -> String {
    guard score.f1 != nil else { return "--" }
    let text = Self.points(score.f1).replacing("±", with: "\\pm")
    let mark = score.difference?.significantChange.map(Self.latexMark) ?? ""
    return isBest(score, of: row) ? "$\\mathbf{\(text)}\(mark)$" : "$\(text)\(mark)$"
  }

  /// In math, where a hyphen is a minus sign.
  private static func latexDifference(_ score: Score) -> String {
    guard let found = score.difference else { return "--" }
    let mark = found.significantChange.map(latexMark) ?? ""
    return "$\(numbers(found).replacing(" ", with: "\\ "))\(mark)$"
  }

  private static func latexMark(_ change: SignificantChange) -> String {
    switch change {
    case .better: "^{\\uparrow}"
    case .worse: "^{\\downarrow}"
    }
  }

  /// Whether a score is the highest of its column with this tuning, and better than the control's
  /// beyond the noise.
  private func isBest(_ score: Score, of row: Row) -> Bool {
    guard score.difference?.significantChange == .better, let mean = score.f1?.mean else {
      return false
    }
    return rows.allSatisfy { other in
      other.tuning != row.tuning
        || other.scores.allSatisfy { $0.column != score.column || ($0.f1?.mean ?? 0) <= mean }
    }
  }

  /// One line for each row and language, with every number unrounded.
  package func csv() -> String {
    var lines = [
      "method,tuning,language,split,finished,f1,deviation,difference,lower,upper,p,beyondNoise"
    ]
    for row in rows {
      for score in row.scores {
        let difference = score.difference
        let numbers: [Double?] = [
          score.f1?.mean, score.f1?.deviation, difference.map { 100 * $0.difference },
          difference.map { 100 * $0.lower }, difference.map { 100 * $0.upper },
          difference?.pValue,
        ]
        lines.append(
          ([row.method, row.tuning, score.column.name, split].map(\.csvField)
            + ["\(row.finished)"] + numbers.map { $0.map { "\($0)" } ?? "" }
            + [difference.map { $0.isBeyondNoise ? "yes" : "no" } ?? ""]).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the numbers are, in a sentence or two.
  package var caption: String {
    caption(
      better: SignificantChange.better.mark, worse: SignificantChange.worse.mark)
  }

  private func caption(better: String, worse: String) -> String {
    let resampled = resampled.map { "over \($0)" } ?? "over test sentences"
    return "F1 on \(split) in points, mean ± standard deviation over \(seedCount) "
      + "\(seedCount == 1 ? "seed" : "seeds"); differences from \(control) with their 95 % intervals "
      + "by a paired bootstrap \(resampled) (\(resamples) resamples); \(better) better and "
      + "\(worse) worse where the interval leaves zero out."
  }

  /// What the intervals rest on: `seeds and test sentences`; nil where there is no interval.
  package var resampled: String? {
    let counts = Set(rows.flatMap(\.scores).compactMap { $0.difference?.seeds })
    guard !counts.isEmpty else { return nil }
    if counts == [1] { return "test sentences" }
    return counts.contains(1)
      ? "test sentences, and seeds where a row has two or more" : "seeds and test sentences"
  }

  /// The cells of a method's budget: updates, sentences, seconds.
  package func cells(of budget: Budget) -> [String] {
    let seconds = budget.seconds.map { spread in
      String(format: "%.0f", spread.mean)
        + (spread.deviation.map { String(format: " ± %.0f", $0) } ?? "")
    }
    return [
      "\(budget.priming.encoderUpdates)", "\(budget.priming.sentences)",
      seconds ?? (budget.priming.steps == 0 ? "0" : "–"),
    ]
  }

  /// `61.2 ± 0.8`, or `61.2` of one number, or `–` of none.
  package static func points(_ spread: Spread?) -> String {
    guard let spread else { return "–" }
    return String(format: "%.1f", spread.mean)
      + (spread.deviation.map { String(format: " ± %.1f", $0) } ?? "")
  }

  /// `+12.3 [+10.1, +14.2] ▲` of a difference.
  package static func text(_ difference: Score) -> String {
    guard let found = difference.difference else { return "–" }
    return numbers(found) + (found.significantChange.map { " \($0.mark)" } ?? "")
  }

  /// `+12.3 [+10.1, +14.2]` of a difference.
  package static func numbers(_ difference: BootstrapDifference) -> String {
    String(
      format: "%+.1f [%+.1f, %+.1f]", 100 * difference.difference, 100 * difference.lower,
      100 * difference.upper)
  }
}

extension StudyResults.Column: Encodable {
  /// Encodes what heads the column.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

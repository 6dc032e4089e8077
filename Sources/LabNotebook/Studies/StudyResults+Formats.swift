import Experiments
import Foundation
import NamedEntities

extension StudyResults {
  /// The table in a format for papers and pages: only what is beyond the noise is bold.
  package func markdown() -> String {
    let heading = ["method", "tuning"] + columns.map(\.name) + ["difference"]
    var lines = [
      "| " + heading.joined(separator: " | ") + " |",
      "|---|---|" + String(repeating: "---:|", count: languages.count + 2),
    ]
    for row in rows {
      let cells =
        row.scores.map { Self.points($0.f1) } + [
          difference(row, emphasis: { "**\($0)**" })
        ]
      lines.append(
        "| "
          + ([row.method, row.tuning].map(\.escapedForMarkdown) + cells).joined(separator: " | ")
          + " |")
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

  /// The table as LaTeX's `tabular`; only what is beyond the noise is bold.
  package func latex() -> String {
    let alignment = "ll" + String(repeating: "r", count: languages.count + 2)
    var lines = ["% \(caption)", "\\begin{tabular}{\(alignment)}", "\\hline"]
    let heading = ["method", "tuning"] + columns.map(\.name) + ["difference"]
    lines += [heading.joined(separator: " & ") + " \\\\", "\\hline"]
    for row in rows {
      let cells =
        row.scores.map { "$\(Self.points($0.f1).replacing("±", with: "\\pm"))$" } + [
          difference(row, emphasis: { "\\textbf{\($0)}" })
        ]
      lines.append(
        ([row.method, row.tuning].map(\.escapedForLatex) + cells).joined(separator: " & ")
          .replacing("$–$", with: "--") + " \\\\")
    }
    return (lines + ["\\hline", "\\end{tabular}"]).joined(separator: "\n") + "\n"
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
    "F1 on \(split) in points, mean ± standard deviation over \(seedCount) "
      + "\(seedCount == 1 ? "seed" : "seeds"); differences from \(control) with their 95 % intervals "
      + "by a paired bootstrap over test sentences (\(resamples) resamples; the seeds are not "
      + "resampled); * where the interval leaves zero out."
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

  /// `+12.3 [+10.1, +14.2] *` of a difference.
  package static func text(_ difference: Score) -> String {
    guard let found = difference.difference else { return "–" }
    return String(
      format: "%+.1f [%+.1f, %+.1f]", 100 * found.difference, 100 * found.lower,
      100 * found.upper) + (found.isBeyondNoise ? " *" : "")
  }

  private func difference(_ row: Row, emphasis: (String) -> String) -> String {
    guard !row.isControl else { return "control" }
    guard let mean = row.scores.last else { return "–" }
    let text = Self.text(mean)
    return mean.difference?.isBeyondNoise == true ? emphasis(text) : text
  }
}

extension StudyResults.Column: Encodable {
  /// Encodes what heads the column.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

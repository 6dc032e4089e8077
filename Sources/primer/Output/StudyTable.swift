import Experiments
import LabNotebook

/// A study's results for a terminal: F1, differences from the control, budgets.
struct StudyTable {
  let results: StudyResults

  init(_ results: StudyResults) {
    self.results = results
  }

  var text: String {
    """

    \(results.name): F1 on \(results.split)

    \(scores)

    Differences from \(results.control)

    \(differences)

    What each method spends on priming

    \(budgets)

    \(wrapped(results.caption, to: 88))
    """
  }

  /// A text in lines of at most so many characters.
  private func wrapped(_ text: String, to width: Int) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count + 1 > width { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines.joined(separator: "\n")
  }

  private var columns: [String] { results.columns.map(\.name) }

  private var scores: String {
    var table = TextTable(
      [.left("method"), .left("tuning")] + columns.map { .right($0) } + [.right("runs")])
    for row in results.rows {
      table.add(
        [row.method + (row.isControl ? " (control)" : ""), row.tuning]
          + row.scores.map { StudyResults.points($0.f1) }
          + ["\(row.finished)/\(results.seedCount)"])
    }
    return table.text
  }

  private var differences: String {
    var table = TextTable([.left("method"), .left("tuning")] + columns.map { .left($0) })
    for row in results.rows where !row.isControl {
      table.add([row.method, row.tuning] + row.scores.map(StudyResults.text))
    }
    return table.text
  }

  private var budgets: String {
    var table = TextTable([
      .left("method"), .right("encoder updates"), .right("sentences read"),
      .right("seconds of priming"), .left("matched by"),
    ])
    for budget in results.budgets {
      table.add(
        [budget.method] + results.cells(of: budget)
          + [budget.match == .none ? "–" : budget.match.rawValue])
    }
    return table.text
  }
}

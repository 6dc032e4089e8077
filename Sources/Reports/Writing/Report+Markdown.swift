import Foundation
import NamedEntities
import NotebookScreens
import TerminalUI

extension Report {
  private static let (chartColumns, chartRows) = (76, 16)

  /// The report in GitHub's Markdown; charts are drawn with letters.
  package var markdown: String {
    var parts = ["# \(title.inMarkdown)"] + summary.map { "**\($0.inMarkdown)**" }
    for section in sections {
      parts.append("## \(section.title.inMarkdown)")
      parts += section.blocks.flatMap(Self.markdown)
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func markdown(_ block: Block) -> [String] {
    switch block {
    case .paragraph(let text): return [text.inMarkdown]
    case .list(let items):
      return [items.map { "- \($0.inMarkdown)" }.joined(separator: "\n")]
    case .heading(let text): return ["### \(text.inMarkdown)"]
    case .prose(let text):
      // As a quotation, no heading and no fence of theirs reaches into the report.
      let lines = text.linesWithVisibleControls
        .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      return [lines.map { $0.isEmpty ? ">" : "> \($0)" }.joined(separator: "\n")]
    case .table(let table):
      return [markdown(table)] + (table.note.isEmpty ? [] : [table.note.inMarkdown])
    case .chart(let titled):
      return [
        "### \(titled.title.inMarkdown)",
        fenced(titled.chart.text(columns: chartColumns, rows: chartRows)),
      ]
    // The table beside it has the same numbers.
    case .intervals: return []
    case .code(let text): return [fenced(text)]
    case .folded(let title, let blocks):
      return ["### \(title.inMarkdown)"] + blocks.flatMap(markdown)
    }
  }

  private static func fenced(_ text: String) -> String {
    let text = text.linesWithVisibleControls.trimmingCharacters(in: .newlines)
    // A fence is longer than any that stands in it.
    let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)text\n\(text)\n\(fence)"
  }

  private static func markdown(_ table: ReportTable) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rule = table.columns.map { $0.isNumber ? "---:" : "---" }
    let rows = table.rows.map { cells in
      line(
        cells.map { cell in
          let text = cell.text.inMarkdown
          return cell.look == .plain || text.isEmpty ? text : "**\(text)**"
        })
    }
    return ([line(table.columns.map(\.title.inMarkdown)), line(rule)] + rows)
      .joined(separator: "\n")
  }
}

extension String {
  /// The text in one line of Markdown, every character as itself.
  fileprivate var inMarkdown: String {
    var result = ""
    for scalar in withVisibleControls.unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "|", "[", "]", "~", "$":
        result.unicodeScalars.append("\\")
        result.unicodeScalars.append(scalar)
      case "<": result += "&lt;"
      case "&": result += "&amp;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

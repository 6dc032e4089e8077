import Foundation

/// Texts in cells of tables, written so that the format shows them as they are.
extension String {
  /// In a Markdown table.
  var escapedForMarkdown: String {
    replacing("|", with: "\\|").replacing("\n", with: " ")
  }

  /// In LaTeX, outside of mathematics.
  var escapedForLatex: String {
    var result = ""
    for character in self {
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "\\": result += "\\textbackslash{}"
      case "\n": result += " "
      default: result.append(character)
      }
    }
    return result
  }

  /// A field of CSV, as RFC 4180 has it: in quotes where it needs them.
  var csvField: String {
    guard contains(where: { ",\"".contains($0) || $0.isNewline }) else { return self }
    return "\"" + replacing("\"", with: "\"\"") + "\""
  }
}

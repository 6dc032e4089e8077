/// The colours of a chart as a picture, as SVG's attributes name them.
package struct ChartColors: Hashable, Sendable {
  /// Those of the curves, which start again after the last.
  package var curves: [String]
  /// The letters; nil: black, without a word.
  package var text: String?
  /// The lines behind the curves.
  package var grid: String
  /// The axes and their labels.
  package var axis: String
  /// The lines of marks.
  package var mark: String
  /// Letters beside marks.
  package var faint: String
  /// What marks a value that is not finite.
  package var wrong: String
  /// What lies behind everything; nil: what the picture stands on.
  package var ground: String?
  /// Whether the title stands above the chart; else only programs that read pictures aloud find it.
  package var showsTitle: Bool

  /// On white, for a picture that stands alone.
  package static let paper = ChartColors(
    curves: [
      "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c6d31",
    ], text: nil, grid: "#e2e2e2", axis: "#444", mark: "#999", faint: "#666", wrong: "#c00000",
    ground: "#ffffff", showsTitle: true)

  /// The variables of a page's style sheet, so that a picture in it follows light and dark:
  /// `--curve-1` to `--curve-8`, `--text`, `--grid`, `--axis`, `--mark`, `--faint`, `--wrong`.
  package static let page = ChartColors(
    curves: (1...8).map { "var(--curve-\($0))" }, text: "var(--text)", grid: "var(--grid)",
    axis: "var(--axis)", mark: "var(--mark)", faint: "var(--faint)", wrong: "var(--wrong)",
    ground: nil, showsTitle: false)

  /// The colour of the n-th curve.
  package func curve(_ index: Int) -> String { curves[index % curves.count] }
}

extension String {
  /// The text for an element or a quoted attribute of XML or HTML; what neither can hold, and what turns
  /// the direction of writing, becomes `·`.
  package var escapedForXML: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // What XML 1.0 cannot hold.
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += "·"
      case _ where scalar.value & 0xFFFE == 0xFFFE: result += "·"
      case "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "·"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

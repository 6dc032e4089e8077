import Foundation
import NamedEntities
import NotebookScreens
import TerminalUI

extension Report {
  /// The size of a chart in a page, in pixels at its natural size.
  private static let (chartWidth, chartHeight) = (520, 300)

  /// The report as one HTML file that loads nothing and runs no script.
  package var html: String {
    let links = sections.enumerated().map { index, section in
      "<li><a href=\"#s\(index + 1)\">\(section.title.inHTML)</a></li>"
    }
    var lines = [
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Primer">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'">
      <title>\(title.inHTML)</title>
      <style>
      \(Self.styleSheet)
      </style>
      </head>
      <body>
      <main>
      <h1>\(title.inHTML)</h1>
      """
    ]
    lines += summary.map { "<p class=\"summary\">\($0.inHTML)</p>" }
    if sections.count > 2 {
      lines.append("<nav aria-label=\"Contents\"><ul>\(links.joined())</ul></nav>")
    }
    for (index, section) in sections.enumerated() {
      lines.append("<section>\n<h2 id=\"s\(index + 1)\">\(section.title.inHTML)</h2>")
      lines += Self.html(section.blocks)
      lines.append("</section>")
    }
    lines.append("</main>\n</body>\n</html>")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Blocks; charts that follow each other stand side by side where there is room.
  private static func html(_ blocks: [Block]) -> [String] {
    var lines: [String] = []
    var isAmongCharts = false
    for block in blocks {
      let isChart = if case .chart = block { true } else { false }
      if isChart != isAmongCharts { lines.append(isChart ? "<div class=\"charts\">" : "</div>") }
      isAmongCharts = isChart
      lines.append(html(block))
    }
    return isAmongCharts ? lines + ["</div>"] : lines
  }

  private static func html(_ block: Block) -> String {
    switch block {
    case .paragraph(let text): return "<p>\(text.inHTML)</p>"
    case .list(let items):
      return "<ul>\n" + items.map { "<li>\($0.inHTML)</li>\n" }.joined() + "</ul>"
    case .heading(let text): return "<h3>\(text.inHTML)</h3>"
    case .prose(let text):
      return "<div class=\"prose\" dir=\"auto\">\n\(ProseHTML(text).html)</div>"
    case .table(let table): return html(table)
    case .chart(let titled):
      let svg = titled.chart.svg(
        title: titled.title, width: chartWidth, height: chartHeight, colors: .page)
      return figure(titled.title, svg)
    case .intervals(let plot): return figure(plot.title, plot.svg)
    case .code(let text):
      return "<pre><code>\(text.trimmingCharacters(in: .newlines).inHTML)</code></pre>"
    case .folded(let title, let blocks):
      return "<details>\n<summary>\(title.inHTML)</summary>\n"
        + html(blocks).joined(separator: "\n") + "\n</details>"
    }
  }

  private static func figure(_ title: String, _ svg: String) -> String {
    "<figure>\n<figcaption>\(title.inHTML)</figcaption>\n\(svg)</figure>"
  }

  private static func html(_ table: ReportTable) -> String {
    func row(_ cells: [(tag: String, look: ReportTable.Cell.Look, text: String)]) -> String {
      "<tr>"
        + zip(table.columns, cells).map { column, cell in
          let classes =
            (column.isNumber ? ["n"] : []) + (cell.look == .plain ? [] : [cell.look.rawValue])
          let attribute =
            classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
          let scope = cell.tag == "th" ? " scope=\"col\"" : ""
          return "<\(cell.tag)\(scope)\(attribute)>\(cell.text.inHTML)</\(cell.tag)>"
        }.joined() + "</tr>\n"
    }
    let hasHeading = table.columns.contains { !$0.title.isEmpty }
    let head =
      hasHeading
      ? "<thead>\n\(row(table.columns.map { ("th", .plain, $0.title) }))</thead>\n" : ""
    let body = table.rows.map { cells in row(cells.map { ("td", $0.look, $0.text) }) }.joined()
    let note = table.note.isEmpty ? "" : "\n<p class=\"note\">\(table.note.inHTML)</p>"
    return "<div class=\"scroll\"><table>\n\(head)<tbody>\n\(body)</tbody>\n</table></div>" + note
  }

  private static let styleSheet = """
    :root { color-scheme: light dark;
      --ground: #ffffff; --text: #1b1f24; --faint: #57606a; --axis: #444c56; --grid: #e2e5e9;
      --mark: #9aa2ab; --wrong: #b00020; --line: #d0d7de; --panel: #f4f6f8; --link: #0b5cad;
      --better: #0b6b3a; --worse: #a33a00;
      --curve-1: #0072b2; --curve-2: #d55e00; --curve-3: #009e73; --curve-4: #b3568c;
      --curve-5: #b87a00; --curve-6: #3b93c9; --curve-7: #333333; --curve-8: #8c6d31; }
    @media (prefers-color-scheme: dark) { :root {
      --ground: #14171a; --text: #e3e6e9; --faint: #9aa4ae; --axis: #b4bcc4; --grid: #2b3138;
      --mark: #6b747d; --wrong: #ff7b86; --line: #363d45; --panel: #1d2126; --link: #7cb8f2;
      --better: #63c58c; --worse: #f0965f;
      --curve-1: #4fa8de; --curve-2: #f08a4b; --curve-3: #3cc79f; --curve-4: #dd95bd;
      --curve-5: #e6b04a; --curve-6: #93cff2; --curve-7: #dddddd; --curve-8: #c4a266; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--text);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .75rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 2.25rem 0 .5rem; padding-top: .5rem;
      border-top: 1px solid var(--line); }
    h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; overflow-wrap: anywhere; }
    p, li { max-width: 46rem; overflow-wrap: anywhere; }
    a { color: var(--link); }
    .summary { font-size: 1.1rem; margin: .25rem 0; }
    nav ul { list-style: none; padding: 0; margin: 1rem 0 0; display: flex; flex-wrap: wrap;
      gap: .25rem 1rem; }
    .scroll { overflow-x: auto; margin: .75rem 0; }
    table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
    th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top;
      border-bottom: 1px solid var(--grid); }
    th { color: var(--faint); font-weight: 600; border-bottom-color: var(--line); }
    .n { text-align: right; white-space: nowrap; }
    .better { color: var(--better); font-weight: 600; }
    .worse { color: var(--worse); font-weight: 600; }
    .best { font-weight: 700; }
    .note { color: var(--faint); font-size: .875rem; margin: .25rem 0 1rem; }
    figure { margin: .75rem 0; }
    figcaption { font-weight: 600; font-size: .95rem; }
    svg { max-width: 100%; height: auto; display: block; }
    .charts { display: grid; gap: 0 1.5rem;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 28rem), 1fr)); }
    .charts figure, .charts svg { width: 100%; }
    .prose { border-left: 3px solid var(--line); padding-left: 1rem; }
    pre { background: var(--panel); border-radius: 4px; padding: .75rem; overflow-x: auto;
      font-size: .85rem; line-height: 1.4; }
    code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
    summary { cursor: pointer; margin: .5rem 0; overflow-wrap: anywhere; }
    @media print {
      :root { --ground: #fff; --text: #000; --panel: #fff; }
      body { font-size: 10pt; }
      main { max-width: none; padding: 0; }
      nav { display: none; }
      h2, h3 { break-after: avoid; }
      figure, tr { break-inside: avoid; }
      .scroll, pre { overflow: visible; }
      pre { white-space: pre-wrap; border: 1px solid var(--line); }
      details::details-content { content-visibility: visible; }
    }
    """
}

extension String {
  /// The text for an element or an attribute of HTML; what would turn the direction of writing or
  /// steer something is visible.
  var inHTML: String { linesWithVisibleControls.escapedLines }

  private var escapedLines: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).escapedForXML }
      .joined(separator: "\n")
  }
}

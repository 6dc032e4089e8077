import NotebookScreens
import TerminalUI
import TestSupport
import Testing

@testable import Reports

@Suite struct ReportWritingTests {
  private static let hostile = "<script>alert(1)</script> & \"x\" | *y* \u{1B}[31m\u{202E}"

  private var report: Report {
    var table = ReportTable([.text("name"), .number("F1")], note: Self.hostile)
    table.add([Self.hostile, "61.2"])
    let chart = LineChart(
      [.init(name: Self.hostile, points: [.init(x: 1, y: 2), .init(x: 2, y: 1)], role: .series1)],
      xLabel: "step")
    return Report(
      title: Self.hostile, summary: [Self.hostile],
      sections: [
        Report.Section(
          Self.hostile,
          [
            .paragraph(Self.hostile), .list([Self.hostile]), .heading(Self.hostile),
            .prose("# \(Self.hostile)\n<img src=x onerror=alert(1)>\n\n```\n\(Self.hostile)"),
            .table(table), .chart(.init(title: Self.hostile, chart: chart)),
            .intervals(
              IntervalPlot(
                title: Self.hostile, axisLabel: Self.hostile,
                rows: [.init(label: Self.hostile, value: 1, interval: -1...3)])),
            .code(Self.hostile), .folded(Self.hostile, [.code("```")]),
          ])
      ])
  }

  @Test func `nothing that people wrote becomes an element or steers anything in HTML`() {
    let html = report.html
    #expect(!html.contains("<script"))
    #expect(!html.contains("<img"))
    #expect(!html.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;"))
    #expect(html.contains("&lt;img src=x onerror=alert(1)&gt;"))
  }

  @Test func `nothing that people wrote becomes markup in Markdown`() {
    let lines = report.markdown.split(separator: "\n").map(String.init)
    var fence: String?
    for line in lines where !line.hasPrefix(">") {
      if line.hasPrefix("```") {
        // A fence is closed by one of the same length alone.
        let own = String(line.prefix { $0 == "`" })
        if fence == nil { fence = own } else if fence == own { fence = nil }
        continue
      }
      if fence != nil { continue }
      #expect(!line.contains("<script"), "\(line)")
      #expect(!line.contains(" *y*") || line.contains("\\*y\\*"), "\(line)")
    }
    #expect(fence == nil)
    #expect(lines.contains { $0.hasPrefix("| &lt;script>") && $0.contains("\\|") })
  }

  @Test func `a report has the same bytes each time it is written`() {
    #expect(report.html == report.html)
    #expect(report.html.contains("prefers-color-scheme: dark"))
    for loading in ["href=\"http", "url(", "<link", "@import", " src=\""] {
      #expect(!report.html.contains(loading))
    }
  }

  @Test func `the parts of a page stand under its headings`() {
    let parts = PageParts(
      """
      About it.
      # Hypothesis

      It pays.
      ## Why
      Few sentences.
      # Setting
      Five languages.
      ### Conclusion:
      It does.
      ```
      # Hypothesis
      ```
      # Later
      More.
      """)
    #expect(parts.hypothesis == "It pays.\n## Why\nFew sentences.")
    #expect(parts.conclusion == "It does.\n```\n# Hypothesis\n```")
    #expect(parts.rest == "About it.\n# Setting\nFive languages.\n# Later\nMore.")
    #expect(PageParts("").hypothesis.isEmpty)
  }

  @Test func `the plot of intervals fills the points that are beyond the noise`() {
    let plot = IntervalPlot(
      title: "t", axisLabel: "points",
      rows: [
        .init(label: "sure", value: 2, interval: 1...3),
        .init(label: "unsure", value: -0.5, interval: -2...1),
      ])
    let circles = plot.svg.split(separator: "\n").filter { $0.contains("<circle") }
    #expect(circles.count == 2)
    #expect(circles[0].contains("fill=\"var(--curve-1)\""))
    #expect(circles[1].contains("fill=\"var(--ground)\""))
  }

  @Test func `neighbouring runs are a range`() {
    #expect(RunFacts.numbers([4, 1, 2, 3, 7, 9, 10]) == "#1–#4, #7, #9, #10")
  }
}

import Testing

@testable import TerminalUI

/// Markdown as rows of a screen.
@Suite struct MarkdownTests {
  private func rows(_ text: String, width: Int = 40, _ glyphs: Glyphs = .braille) -> [String] {
    MarkdownView(text, glyphs: glyphs).rows(width: width).map(\.plain)
  }

  private func line(_ text: String) -> StyledText {
    MarkdownView(text).rows(width: 10_000).first ?? ""
  }

  @Test func `blocks stand apart, and lines of a paragraph stay lines`() {
    #expect(
      rows("# One\ntext\nmore\n\nTwo\n===\n---\n> a\n> b")
        == [
          "One", "", "text", "more", "", "Two", "", String(repeating: "─", count: 40), "", "▌ a",
          "▌ b",
        ])
  }

  @Test func `lists are numbered, nested and ticked`() {
    #expect(
      rows("- one\n  - two\n    lines\n- [x] done\n- [ ] open\n\n9. nine\n10. ten")
        == ["• one", "  • two", "    lines", "☑ done", "☐ open", "", "9.  nine", "10. ten"])
    #expect(rows("- a\n- [x] b", .ascii) == ["- a", "[x] b"])
  }

  @Test func `items wrap under their text`() {
    #expect(rows("- one two three", width: 9) == ["• one two", "  three"])
  }

  @Test func `code is as it stands`() {
    #expect(rows("```sh\na  **b**\n\n  c\n```\nx") == ["▌ a  **b**", "▌ ", "▌   c", "", "x"])
    #expect(rows("    indented\n\nx") == ["▌ indented", "", "x"])
    #expect(rows("```\nnever closed") == ["▌ never closed"])
  }

  @Test func `tables line up, and wide cells give way`() {
    #expect(
      rows("| a | **b** |\n|---|:-:|\n| one | 2 |\n| x |\n")
        == ["a    b", "───  ─", "one  2", "x     "])
    #expect(
      rows("|a|b|\n|-|-|\n|a long cell|y|", width: 10)
        == ["a        b", "───────  ─", "a long…  y"])
  }

  @Test func `emphasis, code and links have their styles`() {
    let text = line("a **b *c*** `d_e_` [f](http://g.h) \\*i\\* http://j.k.")
    #expect(text.plain == "a b c d_e_ f (http://g.h) *i* http://j.k.")
    func style(_ part: String) -> Style? { text.spans.first { $0.text == part }?.style }
    #expect(style("b ")?.attributes == .bold)
    #expect(style("d_e_")?.role == .keyName)
    #expect(style("f") == Style(.accent, on: nil, .underline))
    #expect(style("http://j.k") == Style(.accent, on: nil, .underline))
  }

  @Test(arguments: [
    "a_b_c", "2 * 3 * 4", "**open", "[no](link", "`open", "a ** b", "[]", "\\", "!", "<http",
    "snake_case_name",
  ]) func `what is no mark stays text`(text: String) {
    #expect(line(text).plain == text)
  }

  @Test func `nothing written in any depth is lost or hangs`() {
    let deep = String(repeating: "> ", count: 200) + "deep"
    #expect(rows(deep, width: 500).joined().contains("deep"))
    let stars = String(repeating: "*", count: 3000) + "x" + String(repeating: "*", count: 3000)
    #expect(line(stars).plain.contains("x"))
    let lists = (0..<60).map { String(repeating: " ", count: $0 * 2) + "- x\($0)" }
      .joined(separator: "\n")
    #expect(rows(lists, width: 400).joined().contains("x59"))
    let images =
      String(repeating: "![", count: 5000) + "deep" + String(repeating: "](a)", count: 5000)
    #expect(rows(images, width: 10_000).joined().contains("deep"))
    #expect(rows("").isEmpty && rows("\n\n").isEmpty)
  }

  @Test func `GitHub's additions are read, and HTML stays text`() {
    let text = line("~~gone~~ www.a.org <b>bold</b> a@b.org &amp; ![plot](p.png)")
    #expect(text.plain == "gone www.a.org <b>bold</b> a@b.org & image: plot (p.png)")
    #expect(text.spans.first?.style == Style(.faint))
    #expect(rows("<div>\n  x\n</div>") == ["<div>", "  x", "</div>"])
    #expect(rows("[a]: http://b.c\n\nsee [a]") == ["see a (http://b.c)"])
    #expect(rows("one  \ntwo\\\nthree") == ["one", "two", "three"])
  }

  @Test func `a text that would take too long, or too much, stands as it is`() {
    let long = String(repeating: "# a\n", count: MarkdownBlock.longestText / 4 + 1)
    #expect(rows(long).first == "# a")
    // Each row of a table is filled up to as many cells as its first one has.
    let cells = String(repeating: "|a", count: 5000)
    let marks = String(repeating: "|-", count: 5000)
    #expect(rows(cells + "\n" + marks + "\n" + String(repeating: "|\n", count: 5000)).count > 5000)
  }
}

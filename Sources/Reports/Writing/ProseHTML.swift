import NamedEntities
import TerminalUI

/// Markdown that people wrote, as HTML.
///
/// Only what `MarkdownBlock` knows becomes elements; HTML within the text stays text, and links stand
/// as their words with the address behind, so that nothing in a note can act in the page.
struct ProseHTML {
  private let blocks: [MarkdownBlock]

  /// A note or a page.
  init(_ text: String) {
    blocks = MarkdownBlock.blocks(of: text)
  }

  /// The elements, each with its line's end.
  var html: String { Self.html(blocks) }

  private static func html(_ blocks: [MarkdownBlock]) -> String { blocks.map(html).joined() }

  private static func html(_ block: MarkdownBlock) -> String {
    switch block {
    case .heading(let level, let text):
      // The page has two levels of its own above.
      let tag = "h\(min(level + 2, 6))"
      return "<\(tag)>\(text.plain.inHTML)</\(tag)>\n"
    case .paragraph(let lines): return "<p>\(lines.map(html).joined(separator: "<br>\n"))</p>\n"
    case .list(let items, let start):
      let tag = start == nil ? "ul" : "ol"
      let first = start.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
      return "<\(tag)\(first)>\n" + items.map(html).joined() + "</\(tag)>\n"
    case .quote(let blocks): return "<blockquote>\n\(html(blocks))</blockquote>\n"
    case .code(let lines):
      return "<pre><code>\(lines.joined(separator: "\n").inHTML)</code></pre>\n"
    case .rule: return "<hr>\n"
    case .table(let header, let rows):
      func row(_ cells: [StyledText], _ tag: String) -> String {
        "<tr>" + cells.map { "<\(tag)>\(html($0))</\(tag)>" }.joined() + "</tr>\n"
      }
      return "<div class=\"scroll\"><table>\n<thead>\n\(row(header, "th"))</thead>\n<tbody>\n"
        + rows.map { row($0, "td") }.joined() + "</tbody>\n</table></div>\n"
    }
  }

  private static func html(_ item: MarkdownItem) -> String {
    let task = item.isDone.map { $0 ? "☑ " : "☐ " } ?? ""
    // An item of one paragraph is that text alone.
    if item.blocks.count == 1, case .paragraph(let lines) = item.blocks[0] {
      return "<li>\(task)\(lines.map(html).joined(separator: "<br>\n"))</li>\n"
    }
    return "<li>\(task)\(html(item.blocks))</li>\n"
  }

  private static func html(_ text: StyledText) -> String {
    text.spans.map { span in
      let words = span.text.inHTML
      if span.style.role == .keyName { return "<code>\(words)</code>" }
      // A link's words are underlined too; they are no emphasis.
      let isLink = span.style.role == .accent && span.style.attributes.contains(.underline)
      let isHeader = span.style.role == .header
      let strong = span.style.attributes.contains(.bold) && !isHeader
      let emphasis = span.style.attributes.contains(.underline) && !isLink
      return (strong ? "<strong>" : "") + (emphasis ? "<em>" : "") + words
        + (emphasis ? "</em>" : "") + (strong ? "</strong>" : "")
    }.joined()
  }
}

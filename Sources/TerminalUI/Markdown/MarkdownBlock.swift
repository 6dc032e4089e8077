import CMarkdown

/// A part of a Markdown text that stands for itself.
///
/// CommonMark's blocks and GitHub's tables, tasks, strikethrough and addresses, as libcmark-gfm reads
/// them. A line end within a paragraph stays one, as in GitHub's comments: notes are written line by
/// line. Emphasis, code and links have become styles.
package indirect enum MarkdownBlock: Hashable, Sendable {
  /// A heading of a level from 1 to 6.
  case heading(level: Int, StyledText)
  /// Lines of text.
  case paragraph([StyledText])
  /// Items; the number of the first where they are numbered.
  case list([MarkdownItem], start: Int?)
  case quote([MarkdownBlock])
  /// Lines as they are.
  case code([String])
  case table(header: [StyledText], rows: [[StyledText]])
  case rule

  /// A longer text, in bytes, is not parsed: its lines stand as they are.
  static let longestText = 100_000
  /// Lists in lists in quotes and so on; what is deeper is text.
  static let deepest = 12
  /// A text that could have more cells than this has no tables, since each row is filled up.
  private static let mostCells = 50_000

  /// The blocks of a text.
  package static func blocks(of text: String) -> [MarkdownBlock] {
    var text = text
    return text.withUTF8 { bytes in
      guard !bytes.isEmpty else { return [] }
      let document = bytes.withMemoryRebound(to: CChar.self) { characters in
        characters.count > longestText
          ? nil : cmarkdown_parse(characters.baseAddress, characters.count, canHaveTables(bytes))
      }
      guard let document else {
        let lines = String(decoding: bytes, as: UTF8.self)
          .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return [.paragraph(lines.map { StyledText(String($0)) })]
      }
      defer { cmark_node_free(document) }
      return children(of: document).flatMap { MarkdownTree.blocks(of: $0, depth: 0) }
    }
  }

  private static func canHaveTables(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    let columns = lines.map { line in line.count { $0 == UInt8(ascii: "|") } + 1 }.max() ?? 0
    return columns * lines.count <= mostCells
  }
}

/// An item of a list.
package struct MarkdownItem: Hashable, Sendable {
  /// Whether a task is done; nil where it is no task.
  package var isDone: Bool?
  package var blocks: [MarkdownBlock]
}

/// The nodes within a node, one level below it.
private func children(of node: OpaquePointer) -> [OpaquePointer] {
  var children: [OpaquePointer] = []
  var next = cmark_node_first_child(node)
  while let child = next {
    children.append(child)
    next = cmark_node_next(child)
  }
  return children
}

/// Makes blocks of libcmark-gfm's tree.
private enum MarkdownTree {
  static func blocks(of node: OpaquePointer, depth: Int) -> [MarkdownBlock] {
    let kind = cmarkdown_kind_of(node)
    if depth >= MarkdownBlock.deepest, kind == CMARKDOWN_QUOTE || kind == CMARKDOWN_LIST {
      return flattened(node)
    }
    func inner(_ node: OpaquePointer) -> [MarkdownBlock] {
      children(of: node).flatMap { blocks(of: $0, depth: depth + 1) }
    }
    switch kind {
    case CMARKDOWN_QUOTE: return [.quote(inner(node))]
    case CMARKDOWN_LIST:
      let items = children(of: node).map { item in
        let task = cmarkdown_task(item)
        return MarkdownItem(isDone: task == 0 ? nil : task == 2, blocks: inner(item))
      }
      let isNumbered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
      return [.list(items, start: isNumbered ? Int(cmark_node_get_list_start(node)) : nil)]
    case CMARKDOWN_RULE: return [.rule]
    case CMARKDOWN_TABLE:
      let rows = children(of: node).enumerated().map { index, row in
        children(of: row).map { cell in
          lines(of: cell, style: index == 0 ? Style(.header) : .text).first ?? ""
        }
      }
      guard let header = rows.first, !header.isEmpty else { return [] }
      let others = rows.dropFirst().map { row in
        header.indices.map { $0 < row.count ? row[$0] : "" }
      }
      return [.table(header: header, rows: others)]
    default: return leaf(node, kind).map { [$0] } ?? []
    }
  }

  /// A block that has no blocks within it.
  private static func leaf(_ node: OpaquePointer, _ kind: cmarkdown_kind) -> MarkdownBlock? {
    switch kind {
    case CMARKDOWN_HEADING:
      let level = Int(cmark_node_get_heading_level(node))
      let style =
        level == 1
        ? Style(.title, on: nil, [.bold, .underline])
        : Style(level == 2 ? .title : .accent, on: nil, .bold)
      let lines = lines(of: node, style: style)
      return .heading(
        level: level, StyledText(Array(lines.map(\.spans).joined(separator: [.init(" ", style)]))))
    case CMARKDOWN_PARAGRAPH: return .paragraph(lines(of: node, style: .text))
    case CMARKDOWN_CODE_BLOCK: return .code(literalLines(node))
    case CMARKDOWN_HTML_BLOCK: return .paragraph(literalLines(node).map { StyledText($0) })
    default: return nil
    }
  }

  /// Blocks that are too deep, one after the other; without recursion, since there is no limit.
  private static func flattened(_ node: OpaquePointer) -> [MarkdownBlock] {
    var blocks: [MarkdownBlock] = []
    walk(node) { event, node in
      let kind = cmarkdown_kind_of(node)
      guard event == CMARK_EVENT_ENTER else { return }
      if kind == CMARKDOWN_TABLE_CELL {
        blocks.append(.paragraph(lines(of: node, style: .text)))
      } else if let block = leaf(node, kind) {
        blocks.append(block)
      }
    }
    return blocks
  }

  private static func walk(
    _ node: OpaquePointer, _ visit: (cmark_event_type, OpaquePointer) -> Void
  ) {
    guard let iterator = cmark_iter_new(node) else { return }
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      guard event != CMARK_EVENT_DONE, let node = cmark_iter_get_node(iterator) else { return }
      visit(event, node)
    }
  }

  private static func text(_ characters: UnsafePointer<CChar>?) -> String {
    characters.map { String(cString: $0) } ?? ""
  }

  private static func literalLines(_ node: OpaquePointer) -> [String] {
    var lines = text(cmark_node_get_literal(node))
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { String($0.replacing("\t", with: "    ")) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  // MARK: Text

  /// The text of a block in lines, its marks turned into styles.
  private static func lines(of block: OpaquePointer, style: Style) -> [StyledText] {
    var lines: [[StyledText.Span]] = [[]]
    var styles = [style]
    /// The text of the links that are open, to tell whether it is their address.
    var links: [String] = []
    func add(_ text: String, _ style: Style) {
      guard !text.isEmpty else { return }
      for index in links.indices { links[index] += text }
      let line = lines.count - 1
      if let last = lines[line].indices.last, lines[line][last].style == style {
        lines[line][last].text += text
      } else {
        lines[line].append(.init(text, style))
      }
    }
    walk(block) { event, node in
      let current = styles[styles.count - 1]
      let kind = cmarkdown_kind_of(node)
      if event == CMARK_EVENT_EXIT {
        if kind == CMARKDOWN_LINK || kind == CMARKDOWN_IMAGE {
          styles.removeLast()
          let words = links.removeLast()
          let address = text(cmark_node_get_url(node))
          let isShown = [words, "http://" + words, "mailto:" + words].contains(address)
          if !address.isEmpty, !isShown { add(" (\(address))", .faint) }
        } else if let _ = emphasis(kind, current) {
          styles.removeLast()
        }
        return
      }
      switch kind {
      case CMARKDOWN_TEXT, CMARKDOWN_HTML: add(text(cmark_node_get_literal(node)), current)
      case CMARKDOWN_CODE: add(text(cmark_node_get_literal(node)), Style(.keyName))
      case CMARKDOWN_LINE_END: lines.append([])
      case CMARKDOWN_LINK, CMARKDOWN_IMAGE:
        if kind == CMARKDOWN_IMAGE { add("image: ", .faint) }
        styles.append(Style(.accent, on: nil, .underline))
        links.append("")
      default: if let style = emphasis(kind, current) { styles.append(style) }
      }
    }
    return lines.map { StyledText($0) }
  }

  private static func emphasis(_ kind: cmarkdown_kind, _ style: Style) -> Style? {
    switch kind {
    // There is no italic that every terminal has.
    case CMARKDOWN_EMPHASIS: style.with(.underline)
    case CMARKDOWN_STRONG: style.with(.bold)
    case CMARKDOWN_STRIKETHROUGH: Style(.faint, on: style.background, style.attributes)
    default: nil
    }
  }
}

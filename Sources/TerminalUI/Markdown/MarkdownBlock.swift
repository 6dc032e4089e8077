/// A part of a Markdown text that stands for itself.
///
/// CommonMark's blocks and GitHub's tables and tasks. A line end within a paragraph stays one, as in
/// GitHub's comments: notes are written line by line.
package indirect enum MarkdownBlock: Hashable, Sendable {
  /// A heading of a level from 1 to 6.
  case heading(level: Int, String)
  /// Lines of text.
  case paragraph([String])
  /// Items; the number of the first where they are numbered.
  case list([MarkdownItem], start: Int?)
  case quote([MarkdownBlock])
  /// Lines as they are.
  case code([String])
  case table(header: [String], rows: [[String]])
  case rule

  /// The blocks of a text.
  package static func blocks(of text: String) -> [MarkdownBlock] {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var parser = MarkdownParser(
      lines: lines.map { String($0.replacing("\t", with: "    ")) }, depth: 0)
    return parser.blocks()
  }
}

/// An item of a list.
package struct MarkdownItem: Hashable, Sendable {
  /// Whether a task is done; nil where it is no task.
  package var isDone: Bool?
  package var blocks: [MarkdownBlock]
}

/// Cuts lines into blocks.
private struct MarkdownParser {
  /// Lists in lists in quotes and so on; what is deeper is text.
  private static let deepest = 12

  let lines: [String]
  let depth: Int
  private var index = 0

  init(lines: [String], depth: Int) {
    self.lines = lines
    self.depth = depth
  }

  mutating func blocks() -> [MarkdownBlock] {
    var blocks: [MarkdownBlock] = []
    while index < lines.count {
      if lines[index].isBlank {
        index += 1
      } else if let block = block() {
        blocks.append(block)
      }
    }
    return blocks
  }

  private mutating func block() -> MarkdownBlock? {
    let line = lines[index]
    if let fence = Fence(line) { return code(fence) }
    if let heading = Self.heading(line) {
      index += 1
      return heading
    }
    if Self.isRule(line) {
      index += 1
      return .rule
    }
    if depth < Self.deepest {
      if line.trimmingIndent.hasPrefix(">") { return quote() }
      if let marker = ListMarker(line) { return list(marker) }
    }
    if let table = table() { return table }
    if line.indent >= 4 { return indentedCode() }
    return paragraph()
  }

  // MARK: Blocks of lines

  private mutating func code(_ fence: Fence) -> MarkdownBlock {
    index += 1
    var content: [String] = []
    while index < lines.count, !fence.isClosed(by: lines[index]) {
      content.append(String(lines[index].dropFirst(min(fence.indent, lines[index].indent))))
      index += 1
    }
    index += 1
    return .code(content)
  }

  private mutating func indentedCode() -> MarkdownBlock {
    var content: [String] = []
    while index < lines.count, lines[index].indent >= 4 || lines[index].isBlank {
      content.append(String(lines[index].dropFirst(4)))
      index += 1
    }
    while content.last?.isBlank == true { content.removeLast() }
    return .code(content)
  }

  private mutating func quote() -> MarkdownBlock {
    var inner: [String] = []
    while index < lines.count {
      let line = lines[index].trimmingIndent
      guard line.hasPrefix(">") else { break }
      let text = line.dropFirst()
      inner.append(String(text.hasPrefix(" ") ? text.dropFirst() : text))
      index += 1
    }
    var parser = MarkdownParser(lines: inner, depth: depth + 1)
    return .quote(parser.blocks())
  }

  private mutating func list(_ first: ListMarker) -> MarkdownBlock {
    var items: [MarkdownItem] = []
    while index < lines.count, let marker = ListMarker(lines[index]), marker.kind == first.kind,
      !Self.isRule(lines[index])
    {
      items.append(item(marker))
      // Blank lines may stand between items.
      var next = index
      while next < lines.count, lines[next].isBlank { next += 1 }
      if next < lines.count, ListMarker(lines[next])?.kind == first.kind { index = next }
    }
    return .list(items, start: first.number)
  }

  private mutating func item(_ marker: ListMarker) -> MarkdownItem {
    var text = String(lines[index].dropFirst(marker.width))
    var isDone: Bool?
    for (box, value) in [("[ ] ", false), ("[x] ", true), ("[X] ", true)] where text.hasPrefix(box)
    {
      isDone = value
      text = String(text.dropFirst(4))
    }
    var inner = [text]
    index += 1
    while index < lines.count {
      let line = lines[index]
      if line.isBlank {
        // A blank line belongs to the item when what follows does.
        var next = index
        while next < lines.count, lines[next].isBlank { next += 1 }
        guard next < lines.count, lines[next].indent >= marker.width else { break }
        inner.append("")
      } else if line.indent >= marker.width {
        inner.append(String(line.dropFirst(marker.width)))
      } else if inner.last?.isBlank == false, !Self.begins(line) {
        inner.append(line.trimmingIndent)
      } else {
        break
      }
      index += 1
    }
    var parser = MarkdownParser(lines: inner, depth: depth + 1)
    return MarkdownItem(isDone: isDone, blocks: parser.blocks())
  }

  private mutating func table() -> MarkdownBlock? {
    guard lines[index].contains("|"), index + 1 < lines.count else { return nil }
    let header = Self.cells(lines[index])
    let rule = Self.cells(lines[index + 1])
    let isRule = rule.allSatisfy { cell in
      cell.contains("-") && cell.allSatisfy { $0 == "-" || $0 == ":" }
    }
    guard isRule, rule.count == header.count else { return nil }
    index += 2
    var rows: [[String]] = []
    while index < lines.count, lines[index].contains("|") {
      let cells = Self.cells(lines[index])
      rows.append((0..<header.count).map { $0 < cells.count ? cells[$0] : "" })
      index += 1
    }
    return .table(header: header, rows: rows)
  }

  private mutating func paragraph() -> MarkdownBlock {
    var text = [lines[index].trimmed]
    index += 1
    while index < lines.count, !lines[index].isBlank {
      let line = lines[index]
      let plain = line.trimmed
      if let mark = plain.first, mark == "=" || mark == "-", plain.allSatisfy({ $0 == mark }) {
        index += 1
        return .heading(level: mark == "=" ? 1 : 2, text.joined(separator: " "))
      }
      if Self.begins(line) { break }
      text.append(plain)
      index += 1
    }
    return .paragraph(text)
  }

  // MARK: Lines

  /// Whether a line begins another block than a paragraph that goes on.
  private static func begins(_ line: String) -> Bool {
    Fence(line) != nil || heading(line) != nil || isRule(line)
      || line.trimmingIndent.hasPrefix(">") || ListMarker(line) != nil
  }

  private static func heading(_ line: String) -> MarkdownBlock? {
    let text = line.trimmed
    let level = text.prefix { $0 == "#" }.count
    guard (1...6).contains(level), line.indent < 4 else { return nil }
    let rest = text.dropFirst(level)
    guard rest.isEmpty || rest.first == " " else { return nil }
    var words = String(rest).trimmed
    let closing = words.reversed().prefix { $0 == "#" }.count
    if closing > 0, words.dropLast(closing).last.map({ $0 == " " }) ?? true {
      words = String(words.dropLast(closing)).trimmed
    }
    return .heading(level: level, words)
  }

  private static func isRule(_ line: String) -> Bool {
    let marks = line.filter { $0 != " " }
    guard let first = marks.first, "-*_".contains(first), line.indent < 4 else { return false }
    return marks.count >= 3 && marks.allSatisfy { $0 == first }
  }

  private static func cells(_ line: String) -> [String] {
    var cells = [""]
    var isEscaped = false
    for character in line.trimmed {
      if character == "|", !isEscaped {
        cells.append("")
      } else {
        if isEscaped, character != "|" { cells[cells.count - 1].append("\\") }
        if character == "\\", !isEscaped {
          isEscaped = true
          continue
        }
        cells[cells.count - 1].append(character)
      }
      isEscaped = false
    }
    if cells.first?.isBlank == true { cells.removeFirst() }
    if cells.count > 1, cells.last?.isBlank == true { cells.removeLast() }
    return cells.map(\.trimmed)
  }
}

/// The line that begins code.
private struct Fence {
  let indent: Int
  private let mark: Character
  private let count: Int

  init?(_ line: String) {
    indent = line.indent
    let text = line.trimmingIndent
    guard indent < 4, let first = text.first, first == "`" || first == "~" else { return nil }
    mark = first
    count = text.prefix { $0 == first }.count
    guard count >= 3, first == "~" || !text.dropFirst(count).contains("`") else { return nil }
  }

  func isClosed(by line: String) -> Bool {
    let text = line.trimmed
    return text.count >= count && text.allSatisfy { $0 == mark }
  }
}

/// What begins an item of a list.
private struct ListMarker {
  /// Items of one list have one kind.
  enum Kind: Hashable { case bullet, number }

  let kind: Kind
  let number: Int?
  /// The columns before its text.
  let width: Int

  init?(_ line: String) {
    let indent = line.indent
    let text = line.dropFirst(indent)
    guard indent < 4, let first = text.first else { return nil }
    let mark: Int
    if "-*+".contains(first) {
      (kind, number, mark) = (.bullet, nil, 1)
    } else {
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty, digits.count < 10, let value = Int(digits) else { return nil }
      guard let end = text.dropFirst(digits.count).first, end == "." || end == ")" else {
        return nil
      }
      (kind, number, mark) = (.number, value, digits.count + 1)
    }
    let rest = text.dropFirst(mark)
    guard rest.first == " " else { return nil }
    let spaces = rest.prefix { $0 == " " }.count
    guard rest.count > spaces else { return nil }
    width = indent + mark + (spaces > 4 ? 1 : spaces)
  }
}

extension String {
  fileprivate var indent: Int { prefix { $0 == " " }.count }
  fileprivate var isBlank: Bool { allSatisfy { $0 == " " } }
  fileprivate var trimmingIndent: String { String(drop { $0 == " " }) }
  fileprivate var trimmed: String {
    String(trimmingIndent.reversed().drop { $0 == " " }.reversed())
  }
}

/// The text within a line of Markdown: emphasis, code, links.
package enum MarkdownText {
  /// How deep emphasis in emphasis goes.
  private static let deepest = 8
  /// In a line longer than this no emphasis is looked for, which takes the square of its length.
  private static let longest = 4000

  /// The line with its marks turned into styles.
  ///
  ///     a **bold** word, `code`, [a link](https://example.org)
  package static func styled(_ line: String, style: Style = .text) -> StyledText {
    StyledText(joined(spans(Array(line), style, depth: 0)))
  }

  private static func spans(
    _ text: [Character], _ style: Style, depth: Int
  ) -> [StyledText.Span] {
    var spans: [StyledText.Span] = []
    var index = 0
    func plain(_ character: Character) { spans.append(.init(String(character), style)) }
    let findsEmphasis = depth < deepest && text.count <= longest
    while index < text.count {
      let character = text[index]
      if character == "\\", index + 1 < text.count, text[index + 1].isASCII,
        text[index + 1].isPunctuation || text[index + 1].isSymbol
      {
        plain(text[index + 1])
        index += 2
      } else if character == "`", let code = code(text, at: index) {
        spans.append(.init(String(text[code.content]), Style(.keyName)))
        index = code.end
      } else if findsEmphasis, "*_~".contains(character),
        let found = emphasis(text, at: index)
      {
        spans += Self.spans(Array(text[found.content]), found.style(style), depth: depth + 1)
        index = found.end
      } else if depth < deepest, character == "[" || character == "!",
        let link = link(text, at: index)
      {
        let words = Array(text[link.text])
        if link.isImage { spans.append(.init("image: ", .faint)) }
        spans += Self.spans(words, Style(.accent, on: nil, .underline), depth: depth + 1)
        let address = String(text[link.address])
        if !address.isEmpty, address != String(words) {
          spans.append(.init(" (\(address))", .faint))
        }
        index = link.end
      } else if let end = address(text, at: index) {
        let shown = character == "<" ? index + 1..<end - 1 : index..<end
        spans.append(.init(String(text[shown]), Style(.accent, on: nil, .underline)))
        index = end
      } else {
        plain(character)
        index += 1
      }
    }
    return spans
  }

  private static func joined(_ spans: [StyledText.Span]) -> [StyledText.Span] {
    spans.reduce(into: []) { result, span in
      if let last = result.indices.last, result[last].style == span.style {
        result[last].text += span.text
      } else {
        result.append(span)
      }
    }
  }

  // MARK: Marks

  private static func code(
    _ text: [Character], at start: Int
  ) -> (content: Range<Int>, end: Int)? {
    let count = text[start...].prefix { $0 == "`" }.count
    var index = start + count
    while index < text.count {
      guard text[index] == "`" else {
        index += 1
        continue
      }
      let closing = text[index...].prefix { $0 == "`" }.count
      if closing == count {
        var content = start + count..<index
        if content.count > 2, text[content.lowerBound] == " ", text[content.upperBound - 1] == " " {
          content = content.lowerBound + 1..<content.upperBound - 1
        }
        return (content, index + closing)
      }
      index += closing
    }
    return nil
  }

  private struct Emphasis {
    var content: Range<Int>
    var end: Int
    var mark: Character
    var count: Int

    func style(_ style: Style) -> Style {
      if mark == "~" { return Style(.faint, on: style.background, style.attributes) }
      // There is no italic that every terminal has.
      return style.with(count == 1 ? .underline : count == 2 ? .bold : [.bold, .underline])
    }
  }

  /// What is emphasised by the marks at a place.
  ///
  /// Emphasis of another strength within it is skipped, two levels deep.
  private static func emphasis(
    _ text: [Character], at start: Int, levels: Int = 2
  ) -> Emphasis? {
    let mark = text[start]
    let run = text[start...].prefix { $0 == mark }.count
    let before = start > 0 ? text[start - 1] : " "
    guard run <= 3, mark != "~" || run == 2, start + run < text.count,
      !text[start + run].isWhitespace, mark != "_" || !(before.isLetter || before.isNumber)
    else { return nil }
    var index = start + run
    while index < text.count {
      if text[index] == "\\" {
        index += 2
        continue
      }
      if text[index] == "`", let code = code(text, at: index) {
        index = code.end
        continue
      }
      guard text[index] == mark else {
        index += 1
        continue
      }
      let closing = text[index...].prefix { $0 == mark }.count
      if closing != run, levels > 0,
        let inner = emphasis(text, at: index, levels: levels - 1)
      {
        index = inner.end
        continue
      }
      let after = index + closing < text.count ? text[index + closing] : " "
      let isInWord = mark == "_" && (after.isLetter || after.isNumber)
      if closing >= run, !text[index - 1].isWhitespace, !isInWord {
        return Emphasis(
          content: start + run..<index, end: index + run, mark: mark, count: run)
      }
      index += closing
    }
    return nil
  }

  private struct Link {
    var text: Range<Int>
    var address: Range<Int>
    var end: Int
    var isImage: Bool
  }

  private static func link(_ text: [Character], at start: Int) -> Link? {
    let isImage = text[start] == "!"
    let open = isImage ? start + 1 : start
    guard open < text.count, text[open] == "[", let close = closing("[", "]", text, open),
      close + 1 < text.count, text[close + 1] == "(",
      let end = closing("(", ")", text, close + 1)
    else { return nil }
    // A title after the address is left out.
    let inside = close + 2..<end
    let address = text[inside].firstIndex(of: " ").map { inside.lowerBound..<$0 } ?? inside
    return Link(text: open + 1..<close, address: address, end: end + 1, isImage: isImage)
  }

  private static func closing(
    _ open: Character, _ close: Character, _ text: [Character], _ start: Int
  ) -> Int? {
    var depth = 0
    var index = start
    while index < text.count {
      switch text[index] {
      case "\\": index += 1
      case open: depth += 1
      case close:
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
      index += 1
    }
    return nil
  }

  /// The end of an address that stands in the text, in angle brackets or not.
  private static func address(_ text: [Character], at start: Int) -> Int? {
    let isBracketed = text[start] == "<"
    let begin = isBracketed ? start + 1 : start
    guard begin < text.count, text[begin] == "h",
      start == 0 || !(text[start - 1].isLetter || text[start - 1].isNumber)
    else { return nil }
    let rest = text[begin...]
    let isAddress = ["http://", "https://"].contains { rest.starts(with: Array($0)) }
    guard isAddress else { return nil }
    var end = rest.firstIndex { $0.isWhitespace || $0 == "<" || $0 == ">" } ?? text.count
    if isBracketed { return end < text.count && text[end] == ">" ? end + 1 : nil }
    while end > begin, ".,;:!?)".contains(text[end - 1]) { end -= 1 }
    return end
  }
}

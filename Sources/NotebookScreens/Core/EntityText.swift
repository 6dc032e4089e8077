package import NamedEntities
package import TerminalUI

/// Sentences with their entities on the screen: in brackets with their types, and in the types'
/// colours, so that neither is needed to understand the other.
///
///     [PER Ada Lovelace] went to [LOC London] .
package enum EntityText {
  /// The words in one row; entities that are not among `right` are underlined.
  ///
  /// - Parameter right: The entities of the corpus; nil where right and wrong are not told apart.
  package static func styled(
    _ words: [String], _ spans: [EntitySpan], right: [EntitySpan]? = nil
  ) -> StyledText {
    var text: [StyledText.Span] = []
    var next = 0
    func plain(upTo end: Int) {
      guard next < end else { return }
      text.append(.init(words[next..<end].joined(separator: " ") + " "))
    }
    for span in spans.sorted(by: { $0.words.lowerBound < $1.words.lowerBound }) {
      let inside = span.words.clamped(to: next..<max(words.count, next))
      guard !inside.isEmpty else { continue }
      plain(upTo: inside.lowerBound)
      let isWrong = right.map { !$0.contains(span) } ?? false
      let style = Style(role(of: span.type), on: nil, isWrong ? .underline : [])
      text.append(.init("[\(span.type) ", style.with(.bold)))
      text.append(.init(words[inside].joined(separator: " "), style))
      text.append(.init("]", style.with(.bold)))
      text.append(.init(" "))
      next = inside.upperBound
    }
    plain(upTo: words.count)
    return StyledText(text)
  }

  /// The text with the words that have one of some texts (in lower case) in reverse.
  static func marking(_ texts: [String], in text: StyledText) -> StyledText {
    guard !texts.isEmpty else { return text }
    var spans: [StyledText.Span] = []
    for span in text.spans {
      for (index, word) in span.text.split(separator: " ", omittingEmptySubsequences: false)
        .enumerated()
      {
        if index > 0 { spans.append(.init(" ", span.style)) }
        guard !word.isEmpty else { continue }
        let lower = word.lowercased()
        let isFound = texts.contains { lower.contains($0) }
        spans.append(.init(String(word), isFound ? span.style.with(.reverse) : span.style))
      }
    }
    return StyledText(spans)
  }

  /// The role of a type's colour.
  package static func role(of type: EntityType) -> Role {
    switch type.name {
    case "PER": .entityPER
    case "ORG": .entityORG
    case "LOC": .entityLOC
    default: .entityOther
    }
  }
}

import CFribidi

/// The order in which the characters of a row stand on a screen that shows them from left to right.
///
/// Text is stored as it is read. Where it has letters of a script that is read from right to left
/// (Hebrew, Arabic and their relatives), a row of it is put in order by Unicode's bidirectional
/// algorithm (UAX #9), as FriBidi carries it out, with the row as the paragraph:
///
///     "in תל אביב now"   is drawn as   "in ביבא לת now"
///
/// Embeddings and isolates count where a row has such letters; the two overrides never do, since they
/// would show another text than is stored.
package struct VisualOrder: Hashable, Sendable {
  /// The direction of a row: where it begins.
  package enum Direction: Hashable, Sendable {
    case leftToRight, rightToLeft
  }

  /// For each place from the left, the character that stands there.
  package let order: [Int]
  /// Whether each character, as it is stored, belongs to text that is read from right to left.
  private let isReversed: [Bool]

  /// The order of a row's characters.
  package init(_ characters: [Character], _ direction: Direction) {
    var scalars: [UInt32] = []
    var starts: [Int] = []
    for character in characters {
      starts.append(scalars.count)
      scalars += character.unicodeScalars.map(\.value)
    }
    var places = Array(repeating: Int32(0), count: scalars.count)
    var levels = Array(repeating: Int8(0), count: scalars.count)
    guard
      cfribidi_order(
        scalars, Int32(scalars.count), direction == .rightToLeft, &places, &levels)
    else {
      // Without memory text stands as it is stored.
      order = Array(characters.indices)
      isReversed = characters.map { _ in false }
      return
    }
    // A character stands where its first scalar does, with its marks.
    var character = Array(repeating: -1, count: scalars.count)
    for (index, start) in starts.enumerated() { character[start] = index }
    order = places.map { character[Int($0)] }.filter { $0 >= 0 }
    isReversed = starts.map { levels[$0] % 2 == 1 }
  }

  /// The direction of a text by its first letter (P2 and P3).
  package static func direction(of text: some StringProtocol) -> Direction {
    let scalars = text.unicodeScalars.map(\.value)
    return cfribidi_begins_at_right(scalars, Int32(scalars.count)) ? .rightToLeft : .leftToRight
  }

  /// Whether a text has anything that is read from right to left.
  package static func concerns(_ text: String) -> Bool {
    text.utf8.contains { (0xD6...0xE0).contains($0) || $0 == 0xEF || $0 == 0xF0 }
      && text.unicodeScalars.contains { cfribidi_is_right_to_left($0.value) }
  }

  /// The row as it is drawn from left to right.
  package static func drawn(_ row: StyledText, _ direction: Direction) -> StyledText {
    guard direction == .rightToLeft || row.spans.contains(where: { concerns($0.text) }) else {
      return row
    }
    let glyphs = row.spans.flatMap { span in span.text.map { ($0, span.style) } }
    let visual = VisualOrder(glyphs.map { $0.0 }, direction)
    var spans: [StyledText.Span] = []
    for place in visual.order {
      let (character, style) = glyphs[place]
      let drawn = visual.drawn(character, at: place)
      if let last = spans.indices.last, spans[last].style == style {
        spans[last].text.append(drawn)
      } else {
        spans.append(.init(String(drawn), style))
      }
    }
    return StyledText(spans)
  }

  /// A plain row as it is drawn from left to right.
  package static func drawn(_ text: String, _ direction: Direction = .leftToRight) -> String {
    guard direction == .rightToLeft || concerns(text) else { return text }
    return drawn(StyledText(text), direction).plain
  }

  /// The character as it looks at its place: brackets open the other way in text from the right.
  private func drawn(_ character: Character, at place: Int) -> Character {
    let scalars = character.unicodeScalars
    guard isReversed[place], scalars.count == 1, let scalar = scalars.first else {
      return character
    }
    return Unicode.Scalar(cfribidi_mirrored(scalar.value)).map { Character($0) } ?? character
  }
}

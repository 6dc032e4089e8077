/// How many columns text takes on a terminal.
///
/// East Asian wide characters and emoji (also with skin tones, as flags or joined) take two columns;
/// combining marks none; a spacing mark (the matras of Devanagari and its neighbours) adds one to
/// its base:
///
///     TextWidth.width(of: "loss")     // 4
///     TextWidth.width(of: "東京")      // 4
///     TextWidth.width(of: "का")        // 2
///
/// The measure agrees with Python's `wcwidth` 0.7 except for:
/// - conjuncts of more than two columns (न्दी: three, there two). Most terminals give each consonant
///   and each spacing mark a column; what they cut off would be lost;
/// - control characters (one column, they are drawn as `·`; there −1) and the soft hyphen (none;
///   there one);
/// - a spacing mark with nothing before it (one; there none).
package enum TextWidth {
  /// The columns of a string, as `Buffer.write` uses them.
  package static func width(of text: String) -> Int {
    if let count = asciiCount(text) { return count }
    return text.reduce(0) { $0 + width(of: $1) }
  }

  /// The columns of one grapheme: 0, 1 or 2, and more for long conjuncts of Indic scripts.
  package static func width(of character: Character) -> Int {
    if character.isASCII { return 1 }
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.count == 1 { return isControl(first) ? 1 : width(of: first) }
    let isEmoji = first.value >= 0xA9 && first.properties.isEmoji
    var total = width(of: first)
    // What is joined to an emoji becomes part of it; elsewhere a joiner only shapes letters.
    for scalar in scalars.dropFirst() where !isEmoji { total += width(of: scalar) }
    let isWidened = scalars.contains { $0.value == 0xFE0F } && first.properties.isEmoji
    return isWidened || (isEmoji && scalars.contains(where: isSkinTone)) ? 2 : total
  }

  /// A grapheme in pieces of at most two columns each, which are what cells hold.
  ///
  /// Nearly always this is the grapheme itself; a long conjunct is taken apart before its consonants.
  static func pieces(of character: Character) -> [(text: Character, width: Int)] {
    let total = width(of: character)
    if total <= 2 { return [(character, total)] }
    var pieces: [(text: Character, width: Int)] = []
    var piece = ""
    var columns = 0
    for scalar in character.unicodeScalars {
      let next = width(of: scalar)
      // A spacing mark stays with its consonant as long as there is room.
      let begins = next > 0 && (scalar.properties.generalCategory != .spacingMark || columns == 2)
      if begins, let text = piece.first {
        pieces.append((text, columns))
        piece = ""
        columns = 0
      }
      piece.unicodeScalars.append(scalar)
      columns += next
    }
    if let text = piece.first { pieces.append((text, columns)) }
    return pieces
  }

  /// At most `columns` columns of the text; what was cut is shown by an ellipsis.
  package static func truncated(_ text: String, to columns: Int) -> String {
    if columns <= 0 { return "" }
    if width(of: text) <= columns { return text }
    var result = ""
    var used = 0
    for character in text {
      let next = width(of: character)
      if used + next > columns - 1 { break }
      result.append(character)
      used += next
    }
    return result + "…"
  }

  /// The text in exactly `columns` columns: cut with an ellipsis, or filled with spaces.
  package static func padded(
    _ text: String, to columns: Int, alignment: Alignment = .left
  ) -> String {
    let shown = truncated(text, to: columns)
    let missing = max(0, columns - width(of: shown))
    let before = alignment.offset(of: missing)
    return String(repeating: " ", count: before) + shown
      + String(repeating: " ", count: missing - before)
  }

  /// Whether the scalar is never drawn: bidirectional controls (which would reorder a whole row),
  /// zero-width spaces and joiners on their own, the byte order mark, the soft hyphen.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF,
      0x3164, 0xFFA0, 0xFE00...0xFE0F, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  /// Whether the scalar is drawn as `·`.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029: true
    default: false
    }
  }

  private static func isSkinTone(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F3FB...0x1F3FF).contains(scalar.value)
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return value == 0xAD ? 0 : 1 }
    if isInvisible(scalar) { return 0 }
    if WideScalars.contains(value) { return 2 }
    // The medial and final letters of a Hangul syllable are drawn inside the first one.
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return 1
    }
  }

  private static func asciiCount(_ text: String) -> Int? {
    var count = 0
    for byte in text.utf8 {
      // A carriage return and a line feed are one grapheme, so the long way decides.
      if byte >= 0x80 || byte == 0x0D { return nil }
      count += 1
    }
    return count
  }
}

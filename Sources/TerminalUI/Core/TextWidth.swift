/// How many columns text takes on a terminal.
///
/// East Asian wide characters, emoji (also with skin tones, as flags or joined) take two columns;
/// combining marks none; a spacing mark (the matras of Devanagari and its neighbours) adds one to
/// its base. One grapheme never takes more than two:
///
///     TextWidth.width(of: "loss")     // 4
///     TextWidth.width(of: "東京")      // 4
///     TextWidth.width(of: "का")        // 2
///
/// The measure agrees with Python's `wcwidth` 0.7 except for: control characters (one column, they
/// are drawn as `·`; there −1), the soft hyphen (none; there one), a mark with nothing before it
/// (a spacing one takes a column; there none), and Tamil-like conjuncts that Unicode's segmentation
/// takes apart (ஸ்ரீ is three; there two).
package enum TextWidth {
  /// The columns of a string, as `Buffer.write` uses them.
  package static func width(of text: String) -> Int {
    if let count = asciiCount(text) { return count }
    return text.reduce(0) { $0 + width(of: $1) }
  }

  /// The columns of one grapheme: 0, 1 or 2.
  package static func width(of character: Character) -> Int {
    if character.isASCII { return 1 }
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.count == 1 { return isolatedWidth(of: first) }
    var total = width(of: first)
    var isJoined = false
    for scalar in scalars.dropFirst() {
      switch scalar.value {
      case 0x200D: isJoined = true
      case 0xFE0F where first.properties.isEmoji: total = 2
      case 0x1F3FB...0x1F3FF: total = 2
      default:
        // What is joined to an emoji becomes part of it; elsewhere a joiner only shapes letters.
        if isJoined && first.properties.isEmoji { continue }
        total += width(of: scalar)
      }
    }
    return min(2, total)
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
      0xFE00...0xFE0F, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
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

  private static func isolatedWidth(of scalar: Unicode.Scalar) -> Int {
    isControl(scalar) ? 1 : width(of: scalar)
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

/// Whether all terminals agree about the width of a grapheme.
///
/// They do for single scalars of the alphabets with one letter a cell, box drawing, blocks, braille,
/// arrows, and for the old East Asian wide ones. Marks, emoji and the rest are not steady.
enum SteadyWidth {
  private static let ranges: [ClosedRange<UInt32>] = [
    0x20...0x7E, 0xA1...0xAC, 0xAE...0x2FF, 0x370...0x482, 0x48A...0x58F, 0x10A0...0x10FF,
    0x1E00...0x1FFF, 0x2010...0x2027, 0x2030...0x203B, 0x203D...0x2048, 0x204A...0x205E,
    0x20A0...0x20C0, 0x2100...0x2121, 0x2123...0x2138, 0x213A...0x2193, 0x219A...0x21A8,
    0x21AB...0x2319, 0x2400...0x2426, 0x2460...0x24C1, 0x24C3...0x25A9, 0x25AC...0x25B5,
    0x25B7...0x25BF, 0x25C1...0x25FA, 0x2800...0x28FF, 0x3001...0x3029, 0x3031...0x303C,
    0x3041...0x3096, 0x309B...0x30FF, 0x3105...0x312F, 0x3131...0x318E, 0x3400...0x4DBF,
    0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x2B1D...0x2B1D, 0x2713...0x2713, 0x2715...0x2715, 0x2717...0x2718,
  ]

  /// The most columns that any terminal may give to a grapheme: those of its scalars one by one.
  static func largest(_ character: Character, atLeast columns: Int) -> Int {
    let apart = character.unicodeScalars.reduce(0) { sum, scalar in
      sum + max(1, TextWidth.width(of: Character(scalar)))
    }
    return max(apart, columns)
  }

  static func isSteady(_ character: Character) -> Bool {
    let scalars = character.unicodeScalars
    guard let first = scalars.first, scalars.count == 1 else { return false }
    if first.value < 0x7F { return true }
    return ranges.contains { $0.contains(first.value) }
  }
}

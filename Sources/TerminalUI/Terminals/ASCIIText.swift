import Foundation

/// Characters for terminals that have none but ASCII.
enum ASCIIText {
  private static let replacements: [Character: Character] = [
    "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "╭": "+", "╮": "+", "╰": "+",
    "╯": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+", "┊": ":", "╌": "-", "━": "=",
    "█": "#", "▓": "#", "▒": "+", "░": ".", "▀": "\"", "▄": "_", "▌": "#", "▐": "#", "▉": "#",
    "▊": "#", "▋": "#", "▍": "|", "▎": "|", "▏": "|", "▁": "_", "▂": "_", "▃": "-", "▅": "=",
    "▆": "=", "▇": "#", "·": ".", "•": "*", "…": ".", "–": "-", "—": "-", "‑": "-", "−": "-",
    "×": "x", "✕": "x", "✓": "v", "✗": "x", "±": "+", "°": "o", "▲": "^", "▼": "v", "▾": "v",
    "▸": ">", "◂": "<", "▶": ">", "◀": "<", "●": "*", "○": "o", "◆": "*", "◇": "o", "★": "*",
    "☆": "*", "↑": "^", "↓": "v", "←": "<", "→": ">", "⇄": "=", "“": "\"", "”": "\"", "‘": "'",
    "’": "'", "«": "<", "»": ">", "ß": "s", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "e",
    "đ": "d", "ı": "i", "ð": "d", "þ": "t",
  ]

  /// The character itself, its base letter (`é` → `e`), one that looks like it, or `?`.
  static func character(for character: Character) -> Character {
    if character.isASCII { return character }
    if let replacement = replacements[character] { return replacement }
    let value = character.unicodeScalars.first?.value ?? 0
    if (0x2800...0x28FF).contains(value) { return value == 0x2800 ? " " : "*" }
    let decomposed = String(character).decomposed
    return decomposed.isASCII ? Character(decomposed) : "?"
  }
}

extension String {
  /// The first scalar of the canonical decomposition.
  fileprivate var decomposed: Unicode.Scalar {
    decomposedStringWithCanonicalMapping.unicodeScalars.first ?? "?"
  }
}

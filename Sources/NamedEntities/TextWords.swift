/// Plain text cut into words much as corpora of news and of Wikipedia have them, in any language.
///
///     Ada's U.S. trip (1843), St. Ives.   →   Ada 's U.S. trip ( 1843 ) , St. Ives .
///
/// The rule, for a line that is one sentence:
///
/// 1. Words end at white space.
/// 2. Punctuation before and behind a word is a word of its own, `. , ; : ! ? % " ' ( ) [ ] « » … । 。`
///    and so on; equal marks in a row stay together (`...`, `''`). Not so `# @ & * / \ _` and a
///    single hyphen, and nothing within a word: `Pas-de-Calais`, `d'Espagne`, `1,000`, `a.b@c.org`.
/// 3. A full stop stays with a letter (`J.`) and with letters between stops (`U.S.`, `Ph.D.`), and
///    before the line's last word also with up to three letters (`St.`) or two digits (`3. Mai`).
/// 4. `'s` at a word's end is a word of its own. So is a dash `—` anywhere.
/// 5. Scripts without spaces (Han, Kana, Thai, Lao, Khmer, Burmese): each character is a word, as in
///    PAN-X.
package struct TextWords {
  /// The words, which keep their places in the line.
  package private(set) var words: [Substring] = []

  /// Cuts a line.
  package init(_ line: String) {
    let pieces = line.split(whereSeparator: \.isWhitespace)
    for (index, piece) in pieces.enumerated() {
      addPiece(piece, isLast: index == pieces.count - 1)
    }
  }

  private mutating func addPiece(_ piece: Substring, isLast: Bool) {
    guard piece.contains(where: \.standsAlone) else {
      addWord(piece, isLast: isLast)
      return
    }
    var start = piece.startIndex
    for index in piece.indices where piece[index].standsAlone {
      if start < index { addWord(piece[start..<index], isLast: false) }
      start = piece.index(after: index)
      words.append(piece[index..<start])
    }
    if start < piece.endIndex { addWord(piece[start...], isLast: isLast) }
  }

  private mutating func addWord(_ piece: Substring, isLast: Bool) {
    if piece.isPossessive {
      words.append(piece)
      return
    }
    var core = piece
    while let first = core.first, first.isEdge(runLength: core.prefix { $0 == first }.count) {
      let run = core.prefix { $0 == first }
      words.append(run)
      core = core[run.endIndex...]
    }
    var behind: [Substring] = []
    while let last = core.last {
      let run = core.suffix(core.reversed().prefix { $0 == last }.count)
      guard last.isEdge(runLength: run.count) else { break }
      if last == ".", run.count == 1, core.dropLast().keepsStop(isLast: isLast) { break }
      behind.append(run)
      core = core[..<run.startIndex]
    }
    if !core.isEmpty {
      let possessive = core.count > 2 ? core.suffix(2) : ""
      if possessive.isPossessive {
        words.append(core.dropLast(2))
        words.append(possessive)
      } else {
        words.append(core)
      }
    }
    words += behind.reversed()
  }
}

extension Substring {
  /// Whether this is `'s`.
  fileprivate var isPossessive: Bool {
    ["'s", "’s", "'S", "’S"].contains(self)
  }

  /// Whether a full stop behind this word belongs to it.
  fileprivate func keepsStop(isLast: Bool) -> Bool {
    guard let last, last.isLetter || last.isNumber else { return false }
    let parts = split(separator: ".", omittingEmptySubsequences: false)
    if parts.allSatisfy({ $0.allSatisfy(\.isLetter) && $0.count <= (parts.count > 1 ? 2 : 1) }) {
      return true
    }
    if isLast { return false }
    return allSatisfy(\.isLetter) ? count <= 3 : allSatisfy(\.isNumber) && count <= 2
  }
}

extension Character {
  /// Whether this is punctuation that is cut off a word's edge, in a run of equal ones.
  fileprivate func isEdge(runLength: Int) -> Bool {
    guard let scalar = unicodeScalars.first, !"#@&*/\\_".contains(self) else { return false }
    if self == "-" { return runLength > 1 }
    switch scalar.properties.generalCategory {
    case .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .dashPunctuation, .otherPunctuation:
      return true
    default: return self == "`" || self == "´"
    }
  }

  /// Whether this is a word wherever it stands.
  fileprivate var standsAlone: Bool {
    guard let scalar = unicodeScalars.first, scalar.value >= 0x0E00 else { return false }
    switch scalar.value {
    case 0x2014, 0x2015: return true  // dashes
    case 0x0E00...0x0E3E, 0x0E40...0x0EFF: return true  // Thai, Lao
    case 0x1000...0x109F, 0x1780...0x17FF: return true  // Burmese, Khmer
    case 0x3005...0x3007, 0x3041...0x30FF, 0x31F0...0x31FF: return true  // Kana
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF: return true  // Han
    default: return false
    }
  }
}

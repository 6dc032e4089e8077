/// Changes text files line by line: lines go, come twice, change places, get other words.
package struct LineMutator: Sendable {
  /// Words of the format, and texts that are hostile in it.
  package var words: [String]
  /// What stands between two words of a line.
  package var separators: [Character]

  /// Texts that are hostile anywhere.
  package static let hostile: [String] = [
    "", " ", "\t", "\r", "\u{0}", "\u{1B}[2J", "\u{1B}]0;title\u{7}", "\u{9B}31m", "\u{202E}",
    "\u{FEFF}", "\u{2028}", "e\u{301}", "\u{1F468}\u{200D}\u{1F469}", "\u{10FFFF}", "../../x",
    "/etc/passwd", "-1", "0", "1e999", "-0.0", "nan", "inf", "9223372036854775807",
    "-9223372036854775808", "18446744073709551616", "1e308", "0.1e-400", "true", "null", "#", "=",
    "\"", "'", "\\", "\\u0000", "[", "]", "{", "}", ",", ":", ".", "%s%n", "$(id)", "`id`",
    String(repeating: "a", count: 300), String(repeating: "[", count: 300),
    String(repeating: "a.", count: 300),
  ]

  /// A mutator of lines of words.
  package init(words: [String] = [], separators: [Character] = [" ", "\t"]) {
    self.words = words
    self.separators = separators
  }

  /// One to five changes of a text.
  package func mutated(_ text: String, _ chance: inout FuzzChance) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for _ in 0...chance.below(5) where !lines.isEmpty {
      let place = chance.below(lines.count)
      let other = chance.below(lines.count)
      switch chance.below(10) {
      case 0: lines.remove(at: place)
      case 1: lines.insert(lines[other], at: place)
      case 2: lines.swapAt(place, other)
      case 3: lines[place] += lines[other]
      case 4: lines[place] = ""
      default: lines[place] = changed(lines[place], &chance)
      }
    }
    let ending = chance.once(in: 20) ? "\r\n" : chance.once(in: 40) ? "\r" : "\n"
    return lines.joined(separator: ending)
  }

  private func changed(_ line: String, _ chance: inout FuzzChance) -> String {
    let separator = chance.pick(separators)
    var parts = line.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    let place = chance.below(parts.count)
    switch chance.below(4) {
    case 0: parts[place] = word(&chance)
    case 1: parts.insert(word(&chance), at: place)
    case 2: parts[place] += word(&chance)
    default: parts.remove(at: place)
    }
    return parts.joined(separator: String(separator))
  }

  private func word(_ chance: inout FuzzChance) -> String {
    words.isEmpty || chance.once(in: 2) ? chance.pick(Self.hostile) : chance.pick(words)
  }
}

import Foundation

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

  /// One or two changes after which a text often still says something, though something else.
  package func gentlyMutated(_ text: String, _ chance: inout FuzzChance) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for _ in 0...chance.below(2) {
      let place = chance.below(lines.count)
      let other = chance.below(lines.count)
      switch chance.below(8) {
      case 0: lines.insert(chance.once(in: 2) ? "" : "# é\u{1F600}", at: place)
      case 1: lines[place] += chance.pick(["  ", " # x", "\t"])
      case 2: lines.swapAt(place, min(place + 1, lines.count - 1))
      case 3: lines[place] = withAnotherLetter(lines[place], &chance)
      case 4, 5: swapValues(&lines, place, other)
      default: lines[place] = withAnotherNumber(lines[place], &chance)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// What stands behind the equals signs of two lines changes places.
  private func swapValues(_ lines: inout [String], _ place: Int, _ other: Int) {
    let (first, second) = (lines[place], lines[other])
    guard let one = first.firstIndex(of: "="), let two = second.firstIndex(of: "=") else { return }
    lines[place] = String(first[..<one] + second[two...])
    lines[other] = String(second[..<two] + first[one...])
  }

  private func withAnotherNumber(_ line: String, _ chance: inout FuzzChance) -> String {
    let places = line.indices.filter { line[$0].isNumber }
    guard !places.isEmpty else { return line }
    let first = chance.pick(places)
    let end = line[first...].firstIndex { !$0.isNumber } ?? line.endIndex
    let number = chance.pick(["0", "1", "2", "3", "5", "7", "8", "10", "16", "100", "1000"])
    return line.replacingCharacters(in: first..<end, with: number)
  }

  private func withAnotherLetter(_ line: String, _ chance: inout FuzzChance) -> String {
    guard let quote = line.firstIndex(of: "\""), quote < line.index(before: line.endIndex) else {
      return line
    }
    let place = line.index(after: quote)
    return line.replacingCharacters(
      in: place..<place, with: chance.pick(["a", "Z", "ß", "\u{4E00}", "-", ".", "_"]))
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

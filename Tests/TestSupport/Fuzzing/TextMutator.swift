/// Changes a text: line by line, gently, or byte by byte.
package struct TextMutator: Sendable {
  private let text: String
  private let lines: LineMutator
  private let bytes: ByteMutator

  /// A mutator of a text.
  ///
  /// - Parameters:
  ///   - words: Words that mean something in the format.
  ///   - separators: What stands between two words of a line.
  ///   - tokens: What else means something in it, such as ends of lines.
  ///   - donors: Other texts from which pieces are taken.
  package init(
    _ text: String, words: [String], separators: [Character], tokens: [String],
    donors: [String] = []
  ) {
    self.text = text
    lines = LineMutator(words: words, separators: separators)
    bytes = ByteMutator(
      tokens: words + tokens, bytes: [[0xC3], [0xED, 0xA0]],
      donors: ([text] + donors).map { Array($0.utf8) })
  }

  /// The text with some changes.
  package func mutated(_ chance: inout FuzzChance) -> [UInt8] {
    switch chance.below(3) {
    case 0: Array(lines.mutated(text, &chance).utf8)
    case 1: Array(lines.gentlyMutated(text, &chance).utf8)
    default: bytes.mutated(Array(text.utf8), &chance)
    }
  }
}

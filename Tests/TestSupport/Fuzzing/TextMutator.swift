/// Changes a text, half the time line by line, half the time byte by byte.
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
    chance.once(in: 2)
      ? Array(lines.mutated(text, &chance).utf8) : bytes.mutated(Array(text.utf8), &chance)
  }
}

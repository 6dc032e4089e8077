/// A tokenizer whose words are its subwords; a word that the vocabulary does not have is unknown.
package struct WordLevelTokenizer: Tokenizer, PipelineTokenizer {
  let frame: TokenizerFrame
  private let table: SubwordTable

  /// - Parameter count: How many of the frame's subwords belong to the model.
  init(_ frame: TokenizerFrame, count: Int) {
    self.frame = frame
    table = SubwordTable(frame.subwords) { $0 < count && !frame.subwords.range(of: $0).isEmpty }
  }

  func cut(
    _ bytes: [UInt8], _ word: Range<Int>, _ body: (_ id: Int, _ shown: Range<Int>?) -> Void
  ) {
    body(table.id(of: bytes, word) ?? special.unknown, nil)
  }
}

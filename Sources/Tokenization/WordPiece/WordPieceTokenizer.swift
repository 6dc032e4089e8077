/// BERT's tokenizer: words at white space and punctuation, then the longest pieces first.
///
/// A piece that continues a word begins with `##` in the vocabulary. A word that cannot be
/// spelled, or is too long, is one unknown subword.
///
///     vocabulary: … un ##want ##ed , runn ##ing
///     "UNwantéd,running"  →  [CLS] un ##want ##ed , runn ##ing [SEP]
package struct WordPieceTokenizer: Tokenizer, PipelineTokenizer {
  let frame: TokenizerFrame
  private let beginnings: SubwordTable
  private let continuations: SubwordTable
  private let maximumWordLength: Int

  /// What the model says beside its vocabulary.
  struct Model {
    var continuationPrefix: [UInt8] = Array("##".utf8)
    var maximumWordLength = 100
  }

  /// - Parameter count: How many of the frame's subwords belong to the model; the others are only
  ///   found whole.
  init(_ frame: TokenizerFrame, count: Int, _ model: Model = Model()) {
    self.frame = frame
    maximumWordLength = model.maximumWordLength
    let (list, prefix) = (frame.subwords, model.continuationPrefix)
    beginnings = SubwordTable(list) { $0 < count && !list.range(of: $0).isEmpty }
    continuations = SubwordTable(list, skipping: prefix.count) {
      $0 < count && list.range(of: $0).count > prefix.count
        && list.bytes(of: $0).starts(with: prefix)
    }
  }

  func cut(
    _ bytes: [UInt8], _ word: Range<Int>, _ body: (_ id: Int, _ shown: Range<Int>?) -> Void
  ) {
    let length =
      word.count <= maximumWordLength
      ? word.count : bytes[word].count { $0 & 0xC0 != 0x80 }
    guard length <= maximumWordLength else { return body(special.unknown, nil) }
    var ids: [Int] = []
    var start = word.lowerBound
    while start < word.upperBound {
      var longest: (end: Int, id: Int)?
      let table = start == word.lowerBound ? beginnings : continuations
      table.forEachPrefix(of: bytes, in: start..<word.upperBound) { longest = ($0, $1) }
      guard let longest else { return body(special.unknown, nil) }
      ids.append(longest.id)
      start = longest.end
    }
    for id in ids { body(id, nil) }
  }
}

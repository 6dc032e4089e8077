/// BERT's tokenizer: words at white space and punctuation, then the longest pieces first.
///
/// A piece that continues a word begins with `##` in the vocabulary. A word that cannot be
/// spelled, or is too long, is one unknown subword.
///
///     vocabulary: … un ##want ##ed , runn ##ing
///     "UNwantéd,running"  →  [CLS] un ##want ##ed , runn ##ing [SEP]
package struct WordPieceTokenizer: Tokenizer {
  package let vocabularySize: Int
  package let special: SpecialSubwords

  private let pipeline: TextPipeline
  private let template: SentenceTemplate
  private let subwords: SubwordList
  private let beginnings: SubwordTable
  private let continuations: SubwordTable
  private let maximumWordLength: Int

  /// What a tokenizer is made of, whichever files it comes from.
  struct Parts {
    var subwords: SubwordList
    var special: SpecialSubwords
    var template: SentenceTemplate
    var normalizer: Normalizer?
    var preTokenizer: PreTokenizer?
    var added: [AddedSubword]
    /// How many of the list's subwords belong to the model; the others are only found whole.
    var modelCount: Int
    var continuationPrefix: [UInt8] = Array("##".utf8)
    var maximumWordLength = 100
  }

  init(_ parts: Parts) {
    subwords = parts.subwords
    vocabularySize = parts.subwords.count
    special = parts.special
    template = parts.template
    maximumWordLength = parts.maximumWordLength
    pipeline = TextPipeline(
      normalizer: parts.normalizer, preTokenizer: parts.preTokenizer, added: parts.added)
    let (list, prefix, count) = (parts.subwords, parts.continuationPrefix, parts.modelCount)
    beginnings = SubwordTable(list) { $0 < count && !list.range(of: $0).isEmpty }
    continuations = SubwordTable(list, skipping: prefix.count) {
      $0 < count && list.range(of: $0).count > prefix.count
        && list.bytes(of: $0).starts(with: prefix)
    }
  }

  package func encode(text: String) -> TextEncoding {
    var ids = template.before
    appendSubwords(of: text, to: &ids)
    ids += template.after
    return TextEncoding(ids: ids, subwords: ids.map(subword))
  }

  package func encode(words: [String]) -> WordEncoding {
    var ids = template.before
    var wordIDs = [Int?](repeating: nil, count: ids.count)
    for (number, word) in words.enumerated() {
      appendSubwords(of: word, to: &ids)
      wordIDs.append(contentsOf: repeatElement(Int?.some(number), count: ids.count - wordIDs.count))
    }
    ids += template.after
    wordIDs.append(contentsOf: repeatElement(Int?.none, count: template.after.count))
    return WordEncoding(ids: ids, wordIDs: wordIDs)
  }

  package func subword(_ id: Int) -> String { subwords.string(of: id) }

  private func appendSubwords(of text: String, to ids: inout [Int]) {
    let words = pipeline.words(of: text)
    for word in words.segments {
      if let id = word.addedID {
        ids.append(id)
      } else {
        appendPieces(of: words.bytes, word.range, to: &ids)
      }
    }
  }

  private func appendPieces(of bytes: [UInt8], _ word: Range<Int>, to ids: inout [Int]) {
    let length =
      word.count <= maximumWordLength
      ? word.count : bytes[word].count { $0 & 0xC0 != 0x80 }
    guard length <= maximumWordLength else { return ids.append(special.unknown) }
    let count = ids.count
    var start = word.lowerBound
    while start < word.upperBound {
      var longest: (end: Int, id: Int)?
      let table = start == word.lowerBound ? beginnings : continuations
      table.forEachPrefix(of: bytes, in: start..<word.upperBound) { longest = ($0, $1) }
      guard let longest else {
        ids.removeSubrange(count...)
        return ids.append(special.unknown)
      }
      ids.append(longest.id)
      start = longest.end
    }
  }
}

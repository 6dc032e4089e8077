/// How well the vocabulary of an encoder covers a language: counted over the running words of the
/// first sentences of a corpus, each word cut alone, as an entity tagger reads it.
///
///     share of words without an unknown subword   knownWords / words
///     subwords a word ("fertility", Rust et al. 2021, arXiv 2012.15613)
///                                                 subwords / knownWords
///     share of words that are one subword         wholeWords / words
///
/// A word that cannot be spelled is left out of the subwords a word, since a tokenizer puts a single
/// unknown subword in its place, which would make it look short. A vocabulary that falls back to
/// bytes or characters spells everything: then the subwords a word tell how well.
package struct VocabularyCoverage: Hashable, Codable, Sendable {
  /// The language.
  package var language: String
  /// The split of the corpus that the words are from.
  package var split: String
  /// How many sentences were read.
  package var sentences = 0
  /// How many words those have.
  package var words = 0
  /// The words that have a subword and no unknown one.
  package var knownWords = 0
  /// The words among them that are one subword.
  package var wholeWords = 0
  /// The subwords of `knownWords`.
  package var subwords = 0
  /// How many different subwords occur.
  package var distinctSubwords = 0

  /// Nothing counted yet.
  package init(language: String, split: String) {
    self.language = language
    self.split = split
  }

  /// The share of words without an unknown subword, 0 to 1; nil without words.
  package var knownShare: Double? { words > 0 ? Double(knownWords) / Double(words) : nil }
  /// Subwords a word that can be spelled; nil without such words.
  package var fertility: Double? {
    knownWords > 0 ? Double(subwords) / Double(knownWords) : nil
  }
  /// The share of words that are one subword, 0 to 1; nil without words.
  package var wholeShare: Double? { words > 0 ? Double(wholeWords) / Double(words) : nil }

  /// Counts the subwords of a sentence of a number of words.
  ///
  /// - Parameters:
  ///   - ids: Its subwords.
  ///   - wordIDs: The word of each, rising; nil for special ones.
  ///   - seen: The subwords seen so far.
  package mutating func count(
    _ ids: [Int], wordIDs: [Int?], wordCount: Int, unknown: Int, seen: inout Set<Int>
  ) {
    sentences += 1
    words += wordCount
    var index = 0
    while index < ids.count {
      guard let word = wordIDs[index] else {
        index += 1
        continue
      }
      let start = index
      while index < ids.count, wordIDs[index] == word { index += 1 }
      let pieces = ids[start..<index]
      seen.formUnion(pieces)
      guard !pieces.contains(unknown) else { continue }
      knownWords += 1
      subwords += pieces.count
      if pieces.count == 1 { wholeWords += 1 }
    }
    distinctSubwords = seen.count
  }
}

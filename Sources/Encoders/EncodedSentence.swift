package import NamedEntities

/// A sentence as an encoder reads it: subword ids, and the tag of each word at its first subword.
package struct EncodedSentence: Hashable, Sendable {
  /// Subword ids with the special ones.
  package var ids: [Int]
  /// Tag ids; −100 for special subwords and all but the first of a word.
  package var labels: [Int]
  /// Where each word's first subword is; nil for a word that was cut off or has no subword.
  package var firstSubwords: [Int?]

  /// How many words have no subword, since the sentence was cut or the word is only of
  /// characters that the tokenizer drops.
  package var missingWordCount: Int { firstSubwords.count { $0 == nil } }

  /// Tokenises a sentence and cuts it to a number of subwords, special ones included.
  package init(
    _ sentence: Sentence, tags: TagSet, tokenizer: any Tokenizer, maximumSubwords: Int
  ) {
    precondition(maximumSubwords >= 3, "A sentence needs room for a subword and two special ones")
    let encoding = tokenizer.encode(words: sentence.words)
    let tagIDs = tags.tags(of: sentence)
    var ids = encoding.ids
    var wordIDs = encoding.wordIDs
    if ids.count > maximumSubwords, let end = ids.last {
      ids = Array(ids.prefix(maximumSubwords - 1)) + [end]
      wordIDs = Array(wordIDs.prefix(maximumSubwords - 1)) + [nil]
    }
    var labels = [Int](repeating: -100, count: ids.count)
    var firstSubwords = [Int?](repeating: nil, count: sentence.words.count)
    var previous: Int?
    for (position, word) in wordIDs.enumerated() {
      if let word, word != previous {
        labels[position] = tagIDs[word]
        firstSubwords[word] = position
      }
      previous = word
    }
    self.ids = ids
    self.labels = labels
    self.firstSubwords = firstSubwords
  }
}

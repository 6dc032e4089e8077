/// The ids of the subwords that stand for no text.
package struct SpecialSubwords: Hashable, Sendable {
  /// Fills up a batch: `[PAD]`, `<pad>`.
  package var padding: Int
  /// Stands for what the vocabulary cannot spell: `[UNK]`, `<unk>`.
  package var unknown: Int
  /// Begins a sentence: `[CLS]`, `<s>`.
  package var start: Int
  /// Ends a sentence: `[SEP]`, `</s>`.
  package var end: Int
  /// Hides a subword from a masked language model: `[MASK]`, `<mask>`.
  package var mask: Int

  /// What stands for a special subword that a vocabulary does not have.
  package static let none = -1

  /// The ids of a vocabulary's special subwords.
  package init(padding: Int, unknown: Int, start: Int, end: Int, mask: Int) {
    self.padding = padding
    self.unknown = unknown
    self.start = start
    self.end = end
    self.mask = mask
  }
}

/// A text cut into subwords, the special ones included.
package struct TextEncoding: Hashable, Sendable {
  /// The ids, one a subword.
  package var ids: [Int]
  /// The subwords as text.
  package var subwords: [String]

  /// The subwords of a text.
  package init(ids: [Int], subwords: [String]) {
    self.ids = ids
    self.subwords = subwords
  }
}

/// Words cut into subwords, the special ones included.
package struct WordEncoding: Hashable, Sendable {
  /// The ids, one a subword.
  package var ids: [Int]
  /// The word that each subword is a piece of; nil for the special ones around the sentence.
  ///
  /// A word that is only of characters that the tokenizer drops has no subword.
  package var wordIDs: [Int?]

  /// The subwords of words; an id and the number of its word for each.
  package init(ids: [Int], wordIDs: [Int?]) {
    self.ids = ids
    self.wordIDs = wordIDs
  }
}

/// Cuts text into the subwords of an encoder's vocabulary.
///
/// What Hugging Face's `tokenizers` gives for the same files, id for id.
package protocol Tokenizer: Sendable {
  /// One more than the largest id.
  var vocabularySize: Int { get }
  /// The ids of the special subwords.
  var special: SpecialSubwords { get }
  /// Cuts a text, and puts the special subwords around it.
  func encode(text: String) -> TextEncoding
  /// Cuts each of a sentence's words alone, and puts the special subwords around them.
  func encode(words: [String]) -> WordEncoding
  /// The subword of an id, as it stands in the vocabulary; empty for an id that has none.
  func subword(_ id: Int) -> String
}

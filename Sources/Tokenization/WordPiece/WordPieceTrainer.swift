/// Learns the pieces of a WordPiece vocabulary from texts.
///
/// Begins with letters and, again and again, makes the most frequent pair of neighbours one
/// piece, until the vocabulary is full or no pair is frequent enough:
///
///     l ##o ##w, l ##o ##w ##e ##r   →   lo ##w …   →   low …
///
/// The same texts give the same vocabulary: pairs that are equally frequent are merged in the
/// order in which their pieces came into the vocabulary.
package struct WordPieceTrainer: Sendable {
  /// The special subwords, in the order in which they lead each vocabulary.
  package static let specialSubwords = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

  /// How many subwords the vocabulary has at most, the special ones included.
  package var vocabularySize: Int
  /// How often a pair must occur to become a piece.
  package var minimumFrequency: Int
  /// How many letters are kept at most, the most frequent; nil keeps them all, as far as there
  /// is room.
  package var alphabetLimit: Int?
  /// Whether letters are made small and lose their accents first.
  package var lowercases: Bool

  /// A trainer for a cased vocabulary, unless told otherwise.
  package init(
    vocabularySize: Int, minimumFrequency: Int = 2, alphabetLimit: Int? = nil,
    lowercases: Bool = false
  ) {
    precondition(
      vocabularySize > Self.specialSubwords.count,
      "A vocabulary needs room for more than its special subwords")
    precondition(
      minimumFrequency > 0 && alphabetLimit ?? 1 > 0, "At least one occurrence, one letter")
    self.vocabularySize = vocabularySize
    self.minimumFrequency = minimumFrequency
    self.alphabetLimit = alphabetLimit
    self.lowercases = lowercases
  }

  /// The vocabulary, the special subwords first, then letters, then pieces as they were learnt.
  package func train(texts: [String]) -> [String] {
    let words = countedWords(texts)
    let alphabet = self.alphabet(of: words)
    var pieces: [String] = Self.specialSubwords
    var beginnings: [Unicode.Scalar: Int32] = [:]
    var continuations: [Unicode.Scalar: Int32] = [:]
    for (letter, _) in alphabet {
      beginnings[letter] = Int32(pieces.count)
      pieces.append(String(letter))
    }
    for (letter, continues) in alphabet where continues {
      continuations[letter] = Int32(pieces.count)
      pieces.append("##" + String(letter))
    }
    var merging = PairMerging(pieces: pieces)
    for (word, count) in words {
      // Letters outside the alphabet are passed over.
      let letters = word.enumerated().compactMap { place, letter in
        place == 0 ? beginnings[letter] : continuations[letter]
      }
      merging.add(word: letters, count: count)
    }
    merging.run(upTo: vocabularySize, minimumFrequency: minimumFrequency)
    return merging.pieces
  }

  /// The words of the texts and how often they occur, in a fixed order.
  private func countedWords(_ texts: [String]) -> [(word: [Unicode.Scalar], count: Int)] {
    let normalizer = BertNormalizer(stripsAccents: lowercases, lowercases: lowercases)
    let pipeline = TextPipeline(normalizer: .bert(normalizer), preTokenizer: .bert, added: [])
    var counts: [ArraySlice<UInt8>: Int] = [:]
    for text in texts {
      let words = pipeline.words(of: text)
      for word in words.segments { counts[words.bytes[word.range], default: 0] += 1 }
    }
    return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { (Array(String(decoding: $0.key, as: UTF8.self).unicodeScalars), $0.value) }
  }

  /// The letters to keep, and whether they can stand within a word, in the order of their values.
  ///
  /// A letter that can is kept in both forms wherever the texts have it, so that every word of
  /// these letters can be spelled.
  private func alphabet(
    of words: [(word: [Unicode.Scalar], count: Int)]
  ) -> [(letter: Unicode.Scalar, continues: Bool)] {
    var counts: [Unicode.Scalar: Int] = [:]
    for (word, count) in words {
      for letter in word { counts[letter, default: 0] += count }
    }
    let frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var room = vocabularySize - Self.specialSubwords.count
    var result: [(letter: Unicode.Scalar, continues: Bool)] = []
    for (letter, _) in frequent.prefix(alphabetLimit ?? frequent.count) {
      // The others are cut out as words of their own.
      let continues = !UnicodeTables.isPunctuation(letter) && !UnicodeTables.isChinese(letter)
      room -= continues ? 2 : 1
      guard room >= 0 else { break }
      result.append((letter, continues))
    }
    return result.sorted { $0.letter < $1.letter }
  }
}

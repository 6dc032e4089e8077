package import NamedEntities
package import Tokenization

/// A sentence as an encoder reads it: subword ids, and the tag of each word at its first subword.
///
/// `ids` and `labels` are the row that training reads; a sentence that is too long for it loses its
/// end. Evaluation reads `windows`, and takes each word's tag from its place there.
package struct EncodedSentence: Hashable, Sendable {
  /// What evaluation does with a sentence that is longer than the encoder reads at once.
  package enum Reading: Hashable, Sendable {
    /// It loses its end, as in training.
    case cut
    /// It is read in windows that share at least `overlap` subwords.
    ///
    /// A window begins at a word's first subword whenever one is there in time. A word that is in
    /// two windows is tagged in the one in which its first subword has more context on the poorer
    /// side; of equals the earlier. Windows in which no word is tagged are left out.
    case windows(overlap: Int)
  }

  /// Where a word's tag is read.
  package struct Place: Hashable, Sendable {
    /// The number of the window.
    package var window: Int
    /// The position of the word's first subword in it.
    package var position: Int
  }

  /// Subword ids with the special ones.
  package var ids: [Int]
  /// Tag ids; −100 for special subwords and all but the first of a word.
  package var labels: [Int]
  /// The rows that evaluation reads, subword ids with the special ones; the first is `ids`.
  package var windows: [[Int]]
  /// Where each word's tag is read.
  ///
  /// Nil for a word that was cut off, and for one without a subword: a tokenizer leaves nothing
  /// of a word of control characters alone. Such a word is tagged O.
  package var places: [Place?]
  /// How many words are not in `ids` because the sentence was cut.
  package var cutWordCount: Int
  /// How many words evaluation does not read because the sentence was cut.
  package var unreadWordCount: Int

  /// Tokenises a sentence for rows of a number of subwords, special ones included.
  package init(
    _ sentence: Sentence, tags: TagSet, tokenizer: any Tokenizer, maximumSubwords: Int,
    reading: Reading = .cut
  ) {
    self.init(
      words: sentence.words, tagIDs: tags.tags(of: sentence), tokenizer: tokenizer,
      maximumSubwords: maximumSubwords, reading: reading)
  }

  /// Tokenises words with a tag id each.
  package init(
    words: [String], tagIDs: [Int], tokenizer: any Tokenizer, maximumSubwords: Int,
    reading: Reading = .cut
  ) {
    precondition(words.count == tagIDs.count, "Each word has a tag")
    precondition(maximumSubwords >= 3, "A sentence needs room for a subword and two special ones")
    let encoding = tokenizer.encode(words: words)
    let (all, wordIDs) = (encoding.ids, encoding.wordIDs)
    var starts: [(word: Int, position: Int)] = []
    for (position, word) in wordIDs.enumerated() {
      if let word, word != starts.last?.word { starts.append((word, position)) }
    }
    // The special subwords before and behind the words are those of every row.
    let before = wordIDs.prefix { $0 == nil }.count
    let behind = wordIDs.dropFirst(before).reversed().prefix { $0 == nil }.count
    func row(_ range: Range<Int>) -> [Int] {
      Array(all[..<before] + all[range] + all[(all.count - behind)...])
    }
    let limit = min(all.count, maximumSubwords) - behind
    precondition(all.count <= maximumSubwords || limit > before, "A row needs room for a subword")
    ids = row(before..<limit)
    labels = Array(repeating: -100, count: ids.count)
    places = Array(repeating: nil, count: words.count)
    windows = [ids]
    let kept = starts.prefix { $0.position < limit }
    for (word, position) in kept {
      labels[position] = tagIDs[word]
      places[word] = Place(window: 0, position: position)
    }
    cutWordCount = starts.count - kept.count
    unreadWordCount = cutWordCount
    guard all.count > maximumSubwords, case .windows(let overlap) = reading else { return }
    unreadWordCount = 0
    let cut = SubwordWindows(
      bounds: before..<all.count - behind, wordStarts: starts.map(\.position),
      capacity: limit - before, overlap: overlap)
    var used = 0  // The first window holds the first word and all that precedes it
    for (word, position) in starts {
      let window = cut.best(for: position)
      if window != used {
        windows.append(row(cut.ranges[window]))
        used = window
      }
      places[word] = Place(
        window: windows.count - 1, position: position - cut.ranges[window].lowerBound + before)
    }
  }
}

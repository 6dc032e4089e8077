/// The screen of a corpus: its languages.
package struct CorporaScreenState: Hashable, Sendable {
  /// What a choice on it is for.
  package enum Purpose: Hashable, Sendable {
    /// The corpus of an experiment.
    case corpus
    /// The languages of a setting of the form.
    case languages(key: String)
  }

  /// The folder, or folders joined by colons, as it was named.
  package var path: String
  package var purpose = Purpose.corpus
  /// The language under the cursor, from 0.
  package var cursor = 0
  package var marked: [String] = []

  package init(path: String, purpose: Purpose = .corpus, marked: [String] = []) {
    self.path = path
    self.purpose = purpose
    self.marked = marked
  }
}

/// A language of a corpus, opened: its counts and its sentences.
package struct SentencesScreenState: Sendable {
  /// The parts of the screen that can have the keys.
  package enum Pane: Hashable, Sendable { case sentences, counts }

  package let path: String
  package var language: String
  package var split: String
  package var pane = Pane.sentences
  package var isEnlarged = false
  /// The place of the cursor among the sentences that are listed.
  package var cursor = 0
  /// How far the counts are scrolled.
  package var offset = 0
  package var search = ""
  package var answer: SentencesAnswer?
  /// What the search found; nil before it has.
  package var found: SearchAnswer?

  package init(path: String, language: String, split: String) {
    self.path = path
    self.language = language
    self.split = split
  }

  package var question: SentencesQuestion {
    SentencesQuestion(path: path, language: language, split: split)
  }

  /// Whether the search's own matches are known.
  package var isSearching: Bool {
    !search.isEmpty && (found?.text != search || found?.question != question)
  }

  /// How many sentences are listed.
  package var count: Int {
    if !search.isEmpty { return isSearching ? 0 : found?.matches.count ?? 0 }
    return answer?.sentences.count ?? 0
  }

  /// The place in the file of the n-th that is listed.
  package func place(_ index: Int) -> Int? {
    guard index >= 0, index < count else { return nil }
    guard !search.isEmpty else { return index }
    return found?.matches[index]
  }
}

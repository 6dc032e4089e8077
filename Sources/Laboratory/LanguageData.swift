package import Encoders
import Experiments
package import NamedEntities
import RunFolders
import Tensors
package import Tokenization

/// The sentences of one language and split, tokenised once.
package struct LanguageData: Sendable {
  /// The language's code, as its folder is named.
  package var language: String
  /// The sentences as the corpus has them.
  package var sentences: [Sentence]
  /// The same, as the encoder reads them.
  package var encoded: [EncodedSentence]

  /// How many sentences lose words to the maximum length in training.
  package var cutSentenceCount: Int { encoded.count { $0.cutWordCount > 0 } }
  /// How many sentences lose words to the maximum length in evaluation.
  package var unreadSentenceCount: Int { encoded.count { $0.unreadWordCount > 0 } }
  /// How many sentences evaluation reads in more than one window.
  package var windowedSentenceCount: Int { encoded.count { $0.windows.count > 1 } }
  /// How many windows evaluation reads; at least one a sentence.
  package var windowCount: Int { encoded.reduce(0) { $0 + $1.windows.count } }
}

/// Reads and tokenises sentences, each language and split once.
package struct Corpora {
  private let folder: CorpusFolder
  private let tokenizer: any Tokenizer
  private let maximumSubwords: Int
  private let reading: EncodedSentence.Reading
  private let encoder: EncoderConfiguration?
  private var known: [String: LanguageData] = [:]

  /// The tags of the head.
  package let tags: TagSet

  /// Corpora of a folder, for a tokenizer.
  ///
  /// - Parameter encoder: What must have a word embedding for every subword of the sentences.
  package init(
    folder: CorpusFolder, tags: TagSet, tokenizer: any Tokenizer, maximumSubwords: Int,
    reading: EncodedSentence.Reading = .cut, encoder: EncoderConfiguration? = nil
  ) {
    self.folder = folder
    self.tags = tags
    self.tokenizer = tokenizer
    self.maximumSubwords = maximumSubwords
    self.reading = reading
    self.encoder = encoder
  }

  /// The sentences of a language and split, at most `limit` from the beginning (0: all).
  package mutating func data(
    _ language: String, _ split: String, limit: Int = 0
  ) throws -> LanguageData {
    let key = "\(language)/\(split)/\(limit)"
    if let data = known[key] { return data }
    let sentences = try folder.sentences(
      language: language, split: split, limit: limit == 0 ? nil : limit)
    try check(sentences, language: language, split: split)
    let encoded = sentences.map {
      EncodedSentence(
        $0, tags: tags, tokenizer: tokenizer, maximumSubwords: maximumSubwords, reading: reading)
    }
    try encoder?.check(encoded, of: tokenizer)
    let data = LanguageData(language: language, sentences: sentences, encoded: encoded)
    known[key] = data
    return data
  }

  private func check(_ sentences: [Sentence], language: String, split: String) throws {
    guard !sentences.isEmpty else {
      throw LaboratoryError(
        "The \(split) split of \(language) has no sentences; expected at least one.")
    }
    let types = Set(tags.types)
    for sentence in sentences {
      if let stranger = sentence.spans.first(where: { !types.contains($0.type) }) {
        let expected = tags.types.map(\.name).joined(separator: ", ")
        throw LaboratoryError(
          "Sentence \(sentence.id + 1) of \(language)/\(split) has the entity type "
            + "\(stranger.type.name); expected one of \(expected). The corpus may have changed since "
            + "the run began: restore it, or restart the run with primer resume --restart.")
      }
    }
  }
}

extension PlannedSettings {
  /// What evaluation does with long sentences.
  var reading: EncodedSentence.Reading {
    switch self[Settings.longSentences] {
    case .cut: .cut
    case .window: .windows(overlap: self[Settings.windowOverlap])
    }
  }
}

import Foundation
package import NamedEntities

extension Tokenizer {
  /// How the vocabulary covers the words of sentences.
  package func coverage(
    of sentences: [Sentence], language: String, split: String
  ) -> VocabularyCoverage {
    var coverage = VocabularyCoverage(language: language, split: split)
    var seen: Set<Int> = []
    for sentence in sentences {
      let encoding = encode(words: sentence.words)
      coverage.count(
        encoding.ids, wordIDs: encoding.wordIDs, wordCount: sentence.words.count,
        unknown: special.unknown, seen: &seen)
    }
    return coverage
  }
}

extension Tokenizers {
  /// The kind of a tokenizer, as Hugging Face's tokenizers calls it.
  package static func kind(of tokenizer: any Tokenizer) -> String {
    switch tokenizer {
    case is WordPieceTokenizer: "WordPiece"
    case is UnigramTokenizer: "Unigram"
    case is BytePairTokenizer: "BPE"
    case is WordLevelTokenizer: "WordLevel"
    default: "\(type(of: tokenizer))"
    }
  }

  /// The file of a directory that its tokenizer is made of; nil when there is none.
  package static func file(in directory: String) -> String? {
    ["tokenizer.json", "vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spm.model"].first {
      FileManager.default.fileExists(atPath: directory + "/" + $0)
    }
  }
}

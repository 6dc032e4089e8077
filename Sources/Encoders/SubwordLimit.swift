package import Tokenization

/// A text has a subword for which the encoder has no word embedding.
///
/// A tokenizer may have more subwords than the encoder: some were added, and the embeddings were never
/// resized. It works for every text that has none of them, as in transformers.
package struct MissingEmbedding: Error, Hashable, CustomStringConvertible, Sendable {
  /// The subword as the tokenizer's files have it.
  package var subword: String
  /// Its id.
  package var id: Int
  /// How many word embeddings there are.
  package var count: Int

  /// The problem, and what to do.
  package var description: String {
    "The text contains the subword ‘\(subword)’ (id \(id)), but the encoder has only \(count) word "
      + "embeddings. Call model.resize_token_embeddings(len(tokenizer)) in transformers and save the "
      + "model again, or remove the subword from the text."
  }
}

extension EncoderConfiguration {
  /// Throws where a sentence has a subword without a word embedding.
  package func check(
    _ sentences: [EncodedSentence], of tokenizer: any Tokenizer
  ) throws(MissingEmbedding) {
    guard tokenizer.vocabularySize > vocabularySize else { return }
    for sentence in sentences {
      for row in [sentence.ids] + sentence.windows {
        guard let id = row.first(where: { $0 >= vocabularySize }) else { continue }
        throw MissingEmbedding(subword: tokenizer.subword(id), id: id, count: vocabularySize)
      }
    }
  }
}

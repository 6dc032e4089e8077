import Foundation

/// Opens a model directory's tokenizer.
package enum Tokenizers {
  /// The tokenizer of a directory: of tokenizer.json, or else of vocab.txt.
  ///
  /// tokenizer_config.json is read with either.
  package static func open(directory: String) throws(TokenizerError) -> any Tokenizer {
    return try WordPieceTokenizer(directory: directory)
  }
}

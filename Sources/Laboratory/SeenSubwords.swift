import Encoders
import ModelFiles
import Tensors

extension TokenClassifier {
  /// The parameters as some rows of ids need them: with word embeddings that stay in a file, those of
  /// the rows' subwords.
  ///
  /// - Parameters:
  ///   - parameters: Every parameter, but for the word embeddings if there are `subwords`.
  ///   - rows: What is read next.
  /// - Returns: All parameters, and the window by which ids must be numbered for them; nil when they
  ///   stay as they are.
  func parameters(
    _ parameters: Parameters, _ subwords: SubwordRows?, for rows: some Sequence<[Int]>
  ) throws(ModelFileError) -> (parameters: Parameters, window: VocabularyWindow?) {
    guard let subwords else { return (parameters, nil) }
    let configuration = encoder.configuration
    let window = VocabularyWindow(
      rows, paddingID: configuration.paddingID, vocabularySize: configuration.vocabularySize)
    var seen = parameters
    seen[configuration.wordEmbeddingsName] = try subwords.values(in: window)
    return (seen, window)
  }
}

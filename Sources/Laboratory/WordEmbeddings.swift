package import Encoders
import Tensors

/// Where an encoder's word embeddings are, the largest of its parameters.
package enum WordEmbeddings: Sendable {
  /// Among the parameters.
  case whole
  /// In their file, of which each batch reads the rows that it needs.
  case rows(SubwordRows)
  /// Among the parameters, only the rows of a window.
  case window(VocabularyWindow)

  /// Rows of a file, or the whole table without one.
  package init(_ rows: SubwordRows?) {
    self = rows.map { .rows($0) } ?? .whole
  }
}

extension TokenClassifier {
  /// What reading a batch takes: every parameter, and the batch with the ids that go with them.
  ///
  /// - Parameter parameters: Every parameter, but for word embeddings that are in their file.
  /// - Throws: When the file is no longer what it was.
  func reading(
    _ batch: SubwordBatch, _ parameters: Parameters, _ embeddings: WordEmbeddings
  ) throws -> (parameters: Parameters, batch: SubwordBatch) {
    switch embeddings {
    case .whole: return (parameters, batch)
    case .window(let window): return (parameters, window.mapped(batch))
    case .rows(let rows):
      let configuration = encoder.configuration
      let window = VocabularyWindow(
        [batch.ids], paddingID: configuration.paddingID,
        vocabularySize: configuration.vocabularySize)
      var seen = parameters
      seen[configuration.wordEmbeddingsName] = try rows.values(in: window)
      return (seen, window.mapped(batch))
    }
  }
}

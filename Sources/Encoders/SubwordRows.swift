package import ModelFiles
package import Tensors

/// The word embeddings of a model's files, of which rows are read when they are needed.
///
/// The table of a multilingual vocabulary is most of a model, and few of its rows are ever used.
package struct SubwordRows: RowSource {
  private let archive: any TensorArchive
  private let name: String

  /// The rows of a matrix that is in an archive.
  package init(archive: any TensorArchive, name: String) {
    precondition(archive.entries[name]?.shape.count == 2, "Embeddings are a matrix of the archive")
    self.archive = archive
    self.name = name
  }

  /// The rows of a window's subwords in their order, (ids, hiddenSize).
  ///
  /// - Throws: When the file is no longer what it was when it was opened.
  package func values(in window: VocabularyWindow) throws(ModelFileError) -> Tensor {
    try rows(window.ids)
  }

  /// Subwords of the vocabulary, and the hidden size.
  package var shape: [Int] { archive.entries[name]?.shape ?? [] }

  package func rows(_ ids: [Int]) throws(ModelFileError) -> Tensor {
    guard let rows = try archive.rows(name, ids) else {
      preconditionFailure("The archive has \(name)")
    }
    return rows
  }

  package func whole() throws(ModelFileError) -> Tensor {
    // Some rows at a time: what is read stands in memory twice.
    let (count, together) = (shape[0], 4096)
    let table = Tensor.zeros(shape)
    for first in stride(from: 0, to: count, by: together) {
      let range = first..<min(first + together, count)
      table.slice(range).copyInPlace(try rows(Array(range)))
    }
    return table
  }
}

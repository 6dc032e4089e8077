/// A matrix of which some rows are wanted at a time: a tensor, or a matrix of a file that stays there.
package protocol RowSource: Sendable {
  /// (rows, size)
  var shape: [Int] { get }
  /// Some rows in their order, (ids, size), in storage of their own.
  ///
  /// - Throws: When a file is no longer what it was when it was opened.
  func rows(_ ids: [Int]) throws(ModelFileError) -> Tensor
  /// All rows, in storage of their own.
  ///
  /// - Throws: When a file is no longer what it was when it was opened.
  func whole() throws(ModelFileError) -> Tensor
}

extension Tensor: RowSource {
  /// Some rows of a matrix, without history.
  package func rows(_ ids: [Int]) -> Tensor { detached().gathered(ids) }

  /// The matrix, without history.
  package func whole() -> Tensor { detached().copied() }
}

/// A matrix of which some rows are wanted at a time: a tensor, or a matrix of a file that stays there.
///
/// What a source throws is its own: a tensor nothing, one of a file an error of that file.
package protocol RowSource: Sendable {
  /// (rows, size)
  var shape: [Int] { get }
  /// Some rows in their order, (ids, size), in storage of their own.
  ///
  /// - Throws: When a file is no longer what it was when it was opened.
  func rows(_ ids: [Int]) throws -> Tensor
  /// All rows, in storage of their own.
  ///
  /// - Throws: When a file is no longer what it was when it was opened.
  func whole() throws -> Tensor
}

extension Tensor: RowSource {
  /// Some rows of a matrix, without history.
  package func rows(_ ids: [Int]) -> Tensor { detached().gathered(ids) }

  /// The matrix, without history.
  package func whole() -> Tensor { detached().copied() }
}

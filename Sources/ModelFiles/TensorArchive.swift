package import Tensors

/// Named tensors in a file or in several, opened without reading their numbers.
package protocol TensorArchive: Sendable {
  /// The path of the file, or of the index of several.
  var path: String { get }
  /// What is there, by name.
  var entries: [String: StoredTensor] { get }
  /// What is there and cannot be read, by name, with the type that the file says: eight-bit floats,
  /// complex numbers, what is no tensor at all. None of it keeps the rest from being read.
  var unreadable: [String: String] { get }
  /// One tensor, with floating-point numbers as 32-bit floats; nil when there is none of the name.
  func tensor(_ name: String) -> Tensor?
  /// Some rows of a matrix, in their order, without reading the others; nil when there is none of the
  /// name.
  ///
  /// - Throws: When the file is no longer the one that was opened.
  func rows(_ name: String, _ rows: [Int]) throws(ModelFileError) -> Tensor?
  /// The file that holds a tensor.
  func file(of name: String) -> String
}

extension TensorArchive {
  /// The archive's only file.
  package func file(of name: String) -> String { path }

  /// All tensors.
  package func tensors() -> Parameters {
    var result: Parameters = [:]
    for name in entries.keys { result[name] = tensor(name) }
    return result
  }
}

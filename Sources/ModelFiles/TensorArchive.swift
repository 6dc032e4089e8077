package import Tensors

/// Named tensors in a file or in several, opened without reading their numbers.
package protocol TensorArchive: Sendable {
  /// The path of the file, or of the index of several.
  var path: String { get }
  /// What is there, by name.
  var entries: [String: StoredTensor] { get }
  /// Tensors of types that are not supported (8-bit floats, complex numbers) and values that are not
  /// tensors: the type by name. The others can still be read.
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

  /// Throws if the archive has a tensor that cannot be read.
  package func requireReadable() throws(ModelFileError) {
    guard let (name, type) = unreadable.min(by: { $0.key < $1.key }) else { return }
    throw ModelFileError(
      path: file(of: name), problem: "the type of \(name) is \(type)",
      expected: "floating-point numbers of 16, 32 or 64 bits",
      advice: "Convert the tensor to float32 and save the file again.")
  }

  /// All tensors.
  package func tensors() -> Parameters {
    var result: Parameters = [:]
    for name in entries.keys { result[name] = tensor(name) }
    return result
  }
}

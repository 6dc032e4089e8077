import Tensors

/// The tensors that a pickle's dictionary names, to be found in their storages.
struct StateDictionary {
  private let reader: PickleReader
  private let top: PickleValue
  private let file: MappedFile

  init(_ reader: PickleReader, _ top: PickleValue, file: MappedFile) {
    self.reader = reader
    self.top = top
    self.file = file
  }

  /// Bytes for one element of each storage that the pickle mentions, by key.
  func storageSizes() -> [String: Int] {
    var result: [String: Int] = [:]
    for case .storage(let storage) in reader.objects {
      if let key = reader.text(storage.key) { result[key] = storage.type.byteCount }
    }
    return result
  }

  /// The tensors by name, and the types of what cannot be read.
  typealias Entries = (tensors: [String: StoredTensor], unreadable: [String: String])

  /// The tensors by name, each within its storage; `storage` finds a storage's bytes by its key.
  ///
  /// Tensors may share a storage (tied weights do), but all together are not to be more than a
  /// few times the file.
  func entries(
    storage: (String) throws(ModelFileError) -> Range<Int>?
  ) throws(ModelFileError) -> Entries {
    guard case .dictionary(let items)? = reader.object(top) else {
      throw ModelFileError(
        path: file.path, problem: "it holds something other than a dictionary",
        expected: "a state dict: tensors by their names",
        advice: "Save model.state_dict() with torch.save, or use save_pretrained().")
    }
    var result: [String: StoredTensor] = [:]
    var unreadable: [String: String] = [:]
    for (key, value) in items {
      guard case .tensor(let tensor)? = reader.object(value) else {
        if let name = reader.text(key) { unreadable[name] = "not a tensor" }
        continue
      }
      guard let name = reader.text(key) else {
        throw reader.error("its dictionary has a tensor whose name is not a string")
      }
      switch tensor.storage.type {
      case .known(let type): result[name] = try entry(name, tensor, type, storage)
      case .unknown(let type, _): unreadable[name] = type
      }
    }
    let limit = 4 * file.bytes.count + 1_000_000
    var total = 0
    for entry in result.values {
      total += entry.count
      guard total <= limit else {
        throw ModelFileError(
          path: file.path,
          problem: "its tensors have more than \(limit) numbers together in "
            + "\(file.bytes.count) bytes",
          expected: "tensors that share little", advice: "The file is damaged.")
      }
    }
    return (result, unreadable)
  }

  private func entry(
    _ name: String, _ tensor: PickledTensor, _ type: ElementType,
    _ storage: (String) throws(ModelFileError) -> Range<Int>?
  ) throws(ModelFileError) -> StoredTensor {
    func error(_ problem: String, expected: String) -> ModelFileError {
      ModelFileError(
        path: file.path, problem: "\(name) \(problem)", expected: expected,
        advice: "The file is truncated or damaged; copy it again.")
    }
    guard tensor.shape.count == tensor.strides.count,
      StoredTensor.elementCount(tensor.shape) != nil,
      let span = StoredTensor.span(tensor.shape, strides: tensor.strides)
    else {
      throw error(
        "has the shape \(tensor.shape) with the strides \(tensor.strides)",
        expected: "sizes that exist")
    }
    guard let key = reader.text(tensor.storage.key), let bytes = try storage(key) else {
      throw error("has a storage that is not there", expected: "the numbers of every tensor")
    }
    let size = type.byteCount
    guard tensor.storage.count <= bytes.count / size else {
      throw error(
        "has a storage of \(bytes.count) bytes",
        expected: "\(tensor.storage.count) numbers of \(size) bytes")
    }
    let first = tensor.storage.viewOffset.addingReportingOverflow(tensor.offset)
    guard tensor.offset >= 0, !first.overflow, first.partialValue <= tensor.storage.count,
      span <= tensor.storage.count - first.partialValue
    else {
      throw error(
        "takes the numbers from \(tensor.offset) on, \(span) of them, of \(tensor.storage.count)",
        expected: "numbers within its storage")
    }
    return StoredTensor(
      type: type, shape: tensor.shape, strides: tensor.strides,
      offset: bytes.lowerBound + first.partialValue * size)
  }
}

import Foundation
package import Tensors

extension TorchArchive {
  /// Writes a state dict as `torch.save` does, so that `torch.load` reads it, with
  /// `weights_only=True` too.
  ///
  /// A zip archive of `data.pkl`, `byteorder`, the numbers of each tensor, and `version`; nothing
  /// in it depends on the time, so that the same tensors give the same file. The file is replaced
  /// only when the new one is complete and on disk. Four gigabytes are the most.
  package static func write(_ parameters: Parameters, to path: String) throws {
    let tensors = parameters.sorted { $0.key < $1.key }
    var zip = try ZipWriter(path: path)
    try zip.add("archive/data.pkl", PickleWriter.stateDictionary(tensors))
    try zip.add("archive/byteorder", Data("little".utf8))
    for (index, tensor) in tensors.enumerated() {
      var bytes = Data(count: tensor.value.count * tensor.value.elementType.byteCount)
      bytes.withUnsafeMutableBytes { tensor.value.copyBytes(to: $0) }
      try zip.add("archive/data/\(index)", bytes)
    }
    try zip.add("archive/version", Data("3\n".utf8))
    try zip.finish()
  }
}

/// The pickle of a state dict.
private enum PickleWriter {
  /// An OrderedDict of tensors; the storage of each has its place in the list as key.
  static func stateDictionary(_ tensors: [(key: String, value: Tensor)]) -> Data {
    var pickle = Data([0x80, 2])
    emptyDictionary(to: &pickle)
    pickle.append(UInt8(ascii: "("))
    for (index, tensor) in tensors.enumerated() {
      text(tensor.key, to: &pickle)
      self.tensor(tensor.value, key: "\(index)", to: &pickle)
    }
    pickle.append(contentsOf: "u.".utf8)
    return pickle
  }

  private static func emptyDictionary(to pickle: inout Data) {
    pickle.append(contentsOf: "ccollections\nOrderedDict\n)R".utf8)
  }

  /// `_rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())`.
  private static func tensor(_ tensor: Tensor, key: String, to pickle: inout Data) {
    pickle.append(contentsOf: "ctorch._utils\n_rebuild_tensor_v2\n((".utf8)
    text("storage", to: &pickle)
    pickle.append(contentsOf: "ctorch\n\(storageName(tensor.elementType))\n".utf8)
    text(key, to: &pickle)
    text("cpu", to: &pickle)
    integer(tensor.count, to: &pickle)
    pickle.append(contentsOf: "tQ".utf8)
    integer(0, to: &pickle)
    for numbers in [tensor.shape, StoredTensor.rowMajorStrides(tensor.shape)] {
      pickle.append(UInt8(ascii: "("))
      for number in numbers { integer(number, to: &pickle) }
      pickle.append(UInt8(ascii: "t"))
    }
    pickle.append(0x89)
    emptyDictionary(to: &pickle)
    pickle.append(contentsOf: "tR".utf8)
  }

  private static func text(_ text: String, to pickle: inout Data) {
    pickle.append(UInt8(ascii: "X"))
    pickle.append(littleEndian: UInt32(text.utf8.count))
    pickle.append(contentsOf: text.utf8)
  }

  private static func integer(_ number: Int, to pickle: inout Data) {
    if let small = Int32(exactly: number) {
      pickle.append(UInt8(ascii: "J"))
      pickle.append(littleEndian: small)
    } else {
      pickle.append(contentsOf: [0x8A, 8])
      pickle.append(littleEndian: number)
    }
  }

  private static func storageName(_ type: ElementType) -> String {
    switch type {
    case .float32: "FloatStorage"
    case .float64: "DoubleStorage"
    case .float16: "HalfStorage"
    case .bfloat16: "BFloat16Storage"
    case .int64: "LongStorage"
    case .int32: "IntStorage"
    case .int16: "ShortStorage"
    case .int8: "CharStorage"
    case .uint8: "ByteStorage"
    case .bool: "BoolStorage"
    }
  }
}

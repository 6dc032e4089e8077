import Files
import Foundation
package import Tensors

/// A file of named tensors in the safetensors format, opened without reading its numbers.
///
/// The format (github.com/huggingface/safetensors): eight bytes with the header's length, a JSON
/// header `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}`, and the
/// numbers, little-endian and row-major. The file is mapped, and each tensor is copied once, when
/// it is asked for.
package struct SafetensorsFile: TensorArchive {
  /// The file's path.
  package let path: String
  /// What the file holds, by name.
  package let entries: [String: StoredTensor]
  package let unreadable: [String: String]
  /// The strings of `__metadata__`.
  package let metadata: [String: String]

  private let file: MappedFile

  /// The header of a model of ten thousand tensors has a million bytes; in memory it becomes some
  /// thirty times as much.
  static let maximumHeaderSize = 16 << 20

  /// Opens a file and checks its header against its length.
  package init(path: String) throws(ModelFileError) {
    self.path = path
    file = try MappedFile(path: path, expected: "a readable safetensors file")
    let bytes = file.bytes
    guard bytes.count >= 8 else {
      throw ModelFileError(
        path: path, problem: "it has \(bytes.count) bytes", expected: "a safetensors header",
        advice: "The file is truncated; copy it again.")
    }
    let length = bytes.number(UInt64.self, at: 0)
    guard length <= UInt64(min(Self.maximumHeaderSize, bytes.count - 8)) else {
      throw ModelFileError(
        path: path, problem: "its header claims \(length) bytes of a file of \(bytes.count)",
        expected: "a header within the file, of at most \(Self.maximumHeaderSize) bytes",
        advice: "The file is truncated, or not in the safetensors format.")
    }
    let start = 8 + Int(length)
    let parsed = try Self.header(
      Data(bytes[8..<start]), path: path, start: start, available: bytes.count - start)
    try Self.checkOverlaps(parsed.entries, path: path)
    entries = parsed.entries
    unreadable = parsed.unreadable
    metadata = parsed.metadata
  }

  /// What a header says.
  private struct Header {
    var entries: [String: StoredTensor] = [:]
    var unreadable: [String: String] = [:]
    var metadata: [String: String] = [:]
  }

  private static func header(
    _ json: Data, path: String, start: Int, available: Int
  ) throws(ModelFileError) -> Header {
    guard let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
      throw ModelFileError(
        path: path, problem: "its header is not a JSON object",
        expected: "the safetensors header of names, types, shapes and offsets")
    }
    var header = Header()
    for (name, value) in object {
      if name == "__metadata__" {
        header.metadata = value as? [String: String] ?? [:]
        continue
      }
      if let entry = try entry(name, value, path: path, start: start, available: available) {
        header.entries[name] = entry
      } else {
        header.unreadable[name] = (value as? [String: Any])?["dtype"] as? String ?? "?"
      }
    }
    return header
  }

  /// One tensor of the header; nil for one of a type that this program does not read.
  private static func entry(
    _ name: String, _ value: Any, path: String, start: Int, available: Int
  ) throws(ModelFileError) -> StoredTensor? {
    guard let fields = value as? [String: Any], let typeName = fields["dtype"] as? String,
      let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int],
      offsets.count == 2
    else {
      throw ModelFileError(
        path: path, problem: "the header's entry for \(name) is incomplete",
        expected: "dtype, shape and data_offsets")
    }
    guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= available else {
      throw ModelFileError(
        path: path, problem: "\(name) lies at bytes \(offsets[0])…\(offsets[1]) of \(available)",
        expected: "every tensor within the file",
        advice: "The file is truncated; copy it again.")
    }
    guard let type = typesByName[typeName] else { return nil }
    guard let count = StoredTensor.elementCount(shape) else {
      throw ModelFileError(
        path: path, problem: "\(name) has the shape \(shape)", expected: "sizes that exist")
    }
    let size = count * type.byteCount
    guard size == offsets[1] - offsets[0] else {
      throw ModelFileError(
        path: path,
        problem: "\(name) of shape \(shape) and type \(typeName) has "
          + "\(offsets[1] - offsets[0]) bytes",
        expected: "\(size) bytes")
    }
    return StoredTensor(
      type: type, shape: shape, strides: StoredTensor.rowMajorStrides(shape),
      offset: start + offsets[0])
  }

  /// No number belongs to two tensors, so that all together are never more than the file.
  private static func checkOverlaps(
    _ entries: [String: StoredTensor], path: String
  ) throws(ModelFileError) {
    let inOrder = entries.filter { $0.value.count > 0 }.sorted { $0.value.offset < $1.value.offset }
    for (one, next) in zip(inOrder, inOrder.dropFirst())
    where one.value.offset + one.value.count * one.value.type.byteCount > next.value.offset {
      throw ModelFileError(
        path: path, problem: "\(one.key) and \(next.key) lie over each other",
        expected: "bytes of its own for each tensor")
    }
  }

  private static let typesByName: [String: ElementType] = [
    "F32": .float32, "F64": .float64, "F16": .float16, "BF16": .bfloat16, "I64": .int64,
    "I32": .int32, "I16": .int16, "I8": .int8, "BOOL": .bool, "U8": .uint8,
  ]

  /// One tensor, with floating-point numbers as 32-bit floats; nil when there is none of the name.
  package func tensor(_ name: String) -> Tensor? { entries[name]?.read(from: file) }

  package func rows(_ name: String, _ rows: [Int]) throws(ModelFileError) -> Tensor? {
    try entries[name]?.rows(rows, from: file)
  }

  /// Writes tensors to a file, which is replaced only when the new one is complete and on disk.
  ///
  /// - Parameters:
  ///   - half: Whether floating-point numbers are stored in 16 bits.
  ///   - metadata: Strings for the header; `format: pt` is what the Hugging Face libraries look for.
  package static func write(
    _ tensors: [String: Tensor], to path: String, half: Bool = false,
    metadata: [String: String] = ["format": "pt"]
  ) throws {
    var header: [String: Any] = ["__metadata__": metadata]
    var offset = 0
    var stored: [Tensor] = []
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let value =
        half && tensor.elementType == .float32 ? tensor.converted(to: .float16) : tensor
      let type = value.elementType
      let size = value.count * type.byteCount
      header[name] = [
        "dtype": typesByName.first { $0.value == type }?.key ?? "F32", "shape": value.shape,
        "data_offsets": [offset, offset + size],
      ]
      offset += size
      stored.append(value)
    }
    var json = try JSONSerialization.data(withJSONObject: header, options: .sortedKeys)
    json.append(Data(repeating: 0x20, count: (8 - json.count % 8) % 8))
    let file = try PendingFile(path)
    var length = UInt64(json.count).littleEndian
    try file.write(Data(bytes: &length, count: 8))
    try file.write(json)
    for value in stored {
      var bytes = Data(count: value.count * value.elementType.byteCount)
      bytes.withUnsafeMutableBytes { value.copyBytes(to: $0) }
      try file.write(bytes)
    }
    try file.putInPlace()
  }
}

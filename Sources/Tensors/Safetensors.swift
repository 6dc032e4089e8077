import Foundation

/// A file of named tensors in the safetensors format, opened without reading its numbers.
///
/// The format (github.com/huggingface/safetensors): eight bytes with the header's length, a JSON
/// header `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}`, and the
/// numbers, little-endian and row-major. The file is mapped, and each tensor is copied once, when
/// it is asked for.
package struct SafetensorsFile {
  /// Where a tensor is and what it is.
  package struct Entry: Hashable, Sendable {
    /// The stored element type.
    package var type: ElementType
    /// The sizes of the dimensions.
    package var shape: [Int]
    /// The bytes of the tensor, counted from the end of the header.
    package var bytes: Range<Int>
  }

  /// The file's path.
  package let path: String
  /// What the file holds, by name.
  package let entries: [String: Entry]
  /// The strings of `__metadata__`.
  package let metadata: [String: String]

  private let data: Data
  private let start: Int

  /// Opens a file and checks its header against its length.
  package init(path: String) throws(ModelFileError) {
    self.path = path
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    } catch {
      throw ModelFileError(
        path: path, problem: "it cannot be read (\(error.localizedDescription))",
        expected: "a readable safetensors file")
    }
    self.data = data
    guard data.count >= 8 else {
      throw ModelFileError(
        path: path, problem: "it has \(data.count) bytes", expected: "a safetensors header",
        advice: "The file is truncated; copy it again.")
    }
    let length = data.prefix(8).enumerated().reduce(UInt64(0)) { sum, byte in
      sum | UInt64(byte.element) << (8 * UInt64(byte.offset))
    }
    guard length <= 100_000_000, 8 + Int(length) <= data.count else {
      throw ModelFileError(
        path: path, problem: "its header claims \(length) bytes of a file of \(data.count)",
        expected: "a header within the file",
        advice: "The file is truncated, or not in the safetensors format.")
    }
    start = 8 + Int(length)
    let parsed = try Self.header(
      data[data.startIndex + 8..<data.startIndex + start], path: path, available: data.count - start
    )
    entries = parsed.entries
    metadata = parsed.metadata
  }

  private static func header(
    _ json: Data, path: String, available: Int
  ) throws(ModelFileError) -> (entries: [String: Entry], metadata: [String: String]) {
    guard let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
      throw ModelFileError(
        path: path, problem: "its header is not a JSON object",
        expected: "the safetensors header of names, types, shapes and offsets")
    }
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    for (name, value) in object {
      if name == "__metadata__" {
        metadata = value as? [String: String] ?? [:]
        continue
      }
      entries[name] = try entry(name, value, path: path, available: available)
    }
    return (entries, metadata)
  }

  private static func entry(
    _ name: String, _ value: Any, path: String, available: Int
  ) throws(ModelFileError) -> Entry {
    guard let fields = value as? [String: Any], let typeName = fields["dtype"] as? String,
      let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int],
      offsets.count == 2
    else {
      throw ModelFileError(
        path: path, problem: "the header's entry for \(name) is incomplete",
        expected: "dtype, shape and data_offsets")
    }
    guard let type = typesByName[typeName] else {
      throw ModelFileError(
        path: path, problem: "\(name) has the element type \(typeName)",
        expected: "one of \(typesByName.keys.sorted().joined(separator: ", "))")
    }
    guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= available else {
      throw ModelFileError(
        path: path, problem: "\(name) lies at bytes \(offsets[0])…\(offsets[1]) of \(available)",
        expected: "every tensor within the file",
        advice: "The file is truncated; copy it again.")
    }
    var size = type.byteCount
    for dimension in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow else {
        throw ModelFileError(
          path: path, problem: "\(name) has the shape \(shape)", expected: "sizes that exist")
      }
      size = product
    }
    guard size == offsets[1] - offsets[0] else {
      throw ModelFileError(
        path: path,
        problem: "\(name) of shape \(shape) and type \(typeName) has "
          + "\(offsets[1] - offsets[0]) bytes",
        expected: "\(size) bytes")
    }
    return Entry(type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  private static let typesByName: [String: ElementType] = [
    "F32": .float32, "F64": .float64, "F16": .float16, "BF16": .bfloat16, "I64": .int64,
    "I32": .int32, "BOOL": .bool, "U8": .uint8,
  ]

  /// One tensor, with floating-point numbers as 32-bit floats; nil when there is none of the name.
  package func tensor(_ name: String) -> Tensor? {
    guard let entry = entries[name] else { return nil }
    let begin = data.startIndex + start + entry.bytes.lowerBound
    let stored = data[begin..<begin + entry.bytes.count].withUnsafeBytes { bytes in
      Tensor(bytes: bytes, type: entry.type, shape: entry.shape)
    }
    switch entry.type {
    case .float16, .bfloat16, .float64: return stored.converted(to: .float32)
    case .float32, .int64, .int32, .bool, .uint8: return stored
    }
  }

  /// All tensors, by name.
  package func tensors() -> [String: Tensor] {
    entries.reduce(into: [:]) { all, entry in all[entry.key] = tensor(entry.key) }
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
    let partial = path + ".partial"
    guard FileManager.default.createFile(atPath: partial, contents: nil) else {
      throw ModelFileError(
        path: partial, problem: "it cannot be created (\(String(cString: strerror(errno))))",
        expected: "a folder that can be written to")
    }
    let file = try FileHandle(forWritingTo: URL(filePath: partial))
    do {
      var length = UInt64(json.count).littleEndian
      try file.write(contentsOf: Data(bytes: &length, count: 8))
      try file.write(contentsOf: json)
      for value in stored {
        var bytes = Data(count: value.count * value.elementType.byteCount)
        bytes.withUnsafeMutableBytes { value.copyBytes(to: $0) }
        try file.write(contentsOf: bytes)
      }
      try file.synchronize()
      try file.close()
    } catch {
      try? file.close()
      try? FileManager.default.removeItem(atPath: partial)
      throw error
    }
    guard rename(partial, path) == 0 else {
      throw ModelFileError(
        path: path, problem: String(cString: strerror(errno)),
        expected: "a file that can be written")
    }
  }
}

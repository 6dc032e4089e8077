import Foundation
package import Tensors

/// A state dict in a file that `torch.save` wrote: `pytorch_model.bin` and its like.
///
/// Since PyTorch 1.6 such a file is a zip archive, before it was a row of pickles with the numbers
/// behind them; both are read. The pickle is interpreted, never executed (see `PickleReader`). The
/// file is mapped, and each tensor is copied once, when it is asked for.
package struct TorchArchive: TensorArchive {
  /// The file's path.
  package let path: String
  /// The tensors of the dictionary, by name; what else it holds is passed over.
  package let entries: [String: StoredTensor]
  package let unreadable: [String: String]

  private let file: MappedFile

  private static let expected = "a state dict as torch.save writes it"

  /// Opens a file and checks every tensor against its length.
  package init(path: String) throws(ModelFileError) {
    self.path = path
    file = try MappedFile(path: path, expected: Self.expected)
    if file.bytes.starts(with: "PK".utf8) {
      (entries, unreadable) = try Self.zipEntries(file)
    } else if file.bytes.first == 0x80 {
      (entries, unreadable) = try Self.legacyEntries(file)
    } else {
      let isTar = file.bytes.count > 262 && file.bytes[257..<262].elementsEqual("ustar".utf8)
      throw ModelFileError(
        path: path,
        problem: isTar
          ? "it is a tar archive of PyTorch before 0.2"
          : "it is neither a zip archive nor a pickle",
        expected: Self.expected,
        advice: isTar
          ? "Load it with torch.load and save it with torch.save."
          : "The file is damaged, or of another format.")
    }
  }

  /// One tensor, with floating-point numbers as 32-bit floats; nil when there is none of the name.
  package func tensor(_ name: String) -> Tensor? { entries[name]?.read(from: file) }

  package func rows(_ name: String, _ rows: [Int]) throws(ModelFileError) -> Tensor? {
    try entries[name]?.rows(rows, from: file)
  }

  // MARK: The two formats

  /// Entries `NAME/data.pkl`, `NAME/byteorder` and, for each storage, `NAME/data/KEY`.
  private static func zipEntries(
    _ file: MappedFile
  ) throws(ModelFileError) -> StateDictionary.Entries {
    let directory = try ZipDirectory(file)
    let pickles = directory.names.filter {
      $0.hasSuffix("/data.pkl") && $0.utf8.count { $0 == UInt8(ascii: "/") } == 1
    }
    guard pickles.count == 1, let name = pickles.first, let pickle = try directory.bytes(of: name)
    else {
      throw ModelFileError(
        path: file.path, problem: "it has \(pickles.count) entries data.pkl",
        expected: "an archive with one, as torch.save writes it")
    }
    let root = name.dropLast("data.pkl".count)
    if let order = try directory.bytes(of: root + "byteorder"),
      !file.bytes[order].elementsEqual("little".utf8)
    {
      throw ModelFileError(
        path: file.path, problem: "its numbers are not little-endian",
        expected: "a file of a little-endian machine",
        advice: "Load it with torch.load and save it again.")
    }
    var reader = PickleReader(file.bytes, pickle, path: file.path)
    let top = try reader.read()
    return try StateDictionary(reader, top, file: file).entries {
      key throws(ModelFileError) in try directory.bytes(of: root + "data/" + key)
    }
  }

  /// Pickles of a magic number, a version, the machine, the object and the storages' keys; then
  /// for each key a count of 8 bytes and the numbers.
  private static func legacyEntries(
    _ file: MappedFile
  ) throws(ModelFileError) -> StateDictionary.Entries {
    var reader = PickleReader(file.bytes, 0..<file.bytes.count, path: file.path)
    guard case .longInteger(let magic) = try reader.read(),
      file.bytes[magic].elementsEqual([0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19])
    else { throw reader.error("it does not begin with PyTorch's number") }
    guard try reader.read() == .integer(1001) else {
      throw reader.error("it is of a version other than 1001")
    }
    try checkMachine(reader.read(), reader)
    let top = try reader.read()
    let keys = try reader.read()
    let dictionary = StateDictionary(reader, top, file: file)
    let sizes = dictionary.storageSizes()
    var ranges: [String: Range<Int>] = [:]
    var position = reader.position
    for value in reader.elements(keys) ?? [] {
      guard let key = reader.text(value), file.bytes.count - position >= 8 else {
        throw reader.error(
          "its storages end too early", advice: "The file is truncated; copy it again.")
      }
      // A storage that no tensor of the dictionary uses says nothing about its elements' size.
      guard let size = sizes[key] else {
        throw reader.error("it has a storage \(key.debugDescription) of an unknown type")
      }
      let count = file.bytes.number(Int64.self, at: position)
      position += 8
      guard count >= 0, count <= (file.bytes.count - position) / size else {
        throw reader.error(
          "its storage \(key.debugDescription) claims \(count) numbers, and "
            + "\(file.bytes.count - position) bytes follow",
          advice: "The file is truncated; copy it again.")
      }
      ranges[key] = position..<position + Int(count) * size
      position += Int(count) * size
    }
    return try dictionary.entries { key in ranges[key] }
  }

  private static func checkMachine(
    _ value: PickleValue, _ reader: PickleReader
  ) throws(ModelFileError) {
    guard case .dictionary(let items)? = reader.object(value) else {
      throw reader.error("it does not say which machine wrote it")
    }
    for (key, value) in items where reader.text(key) == "little_endian" && value == .bool(false) {
      throw reader.error("its numbers are not little-endian")
    }
  }
}

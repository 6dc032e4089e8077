import CZlib
import Files
import Foundation

/// Writes a zip archive whose entries are stored as they are, each aligned as PyTorch aligns it.
struct ZipWriter {
  private struct Entry {
    var name: String
    var checksum: UInt32
    var size: UInt32
    var start: UInt32
  }

  private let path: String
  private let file: PendingFile
  private var entries: [Entry] = []
  private var position = 0

  /// Begins a file.
  init(path: String) throws {
    self.path = path
    file = try PendingFile(path)
  }

  /// Adds an entry.
  mutating func add(_ name: String, _ bytes: Data) throws {
    guard let size = UInt32(exactly: bytes.count), let start = UInt32(exactly: position),
      position + bytes.count < 1 << 32 - 1 << 20
    else {
      throw ModelFileError(
        path: path, problem: "it would have more than four gigabytes",
        expected: "less in an archive of this kind", advice: "Write safetensors instead.")
    }
    let checksum = bytes.withUnsafeBytes { czlib_crc32(0, $0.baseAddress, $0.count) }
    let entry = Entry(name: name, checksum: checksum, size: size, start: start)
    // The extra field "FB" fills up, so that the numbers begin at a multiple of 64.
    let begin = position + 30 + name.utf8.count + 4
    let padding = (64 - begin % 64) % 64
    var header = Data(littleEndian: UInt32(0x0403_4b50))
    header.append(littleEndian: UInt16(0))  // version
    header.append(description(of: entry, extraLength: UInt16(4 + padding)))
    header.append(contentsOf: name.utf8)
    header.append(contentsOf: "FB".utf8)
    header.append(littleEndian: UInt16(padding))
    header.append(Data(repeating: UInt8(ascii: "Z"), count: padding))
    try file.write(header)
    try file.write(bytes)
    position += header.count + bytes.count
    entries.append(entry)
  }

  /// Writes the directory, and gives the file its place.
  func finish() throws {
    var directory = Data()
    for entry in entries {
      directory.append(littleEndian: UInt32(0x0201_4b50))
      directory.append(littleEndian: UInt32(0))  // made by, version
      directory.append(description(of: entry, extraLength: 0))
      directory.append(Data(count: 10))  // comment, disk, attributes
      directory.append(littleEndian: entry.start)
      directory.append(contentsOf: entry.name.utf8)
    }
    let size = UInt32(directory.count)
    directory.append(littleEndian: UInt32(0x0605_4b50))
    directory.append(Data(count: 4))
    directory.append(littleEndian: UInt16(entries.count))
    directory.append(littleEndian: UInt16(entries.count))
    directory.append(littleEndian: size)
    directory.append(littleEndian: UInt32(position))
    directory.append(Data(count: 2))
    try file.write(directory)
    try file.putInPlace()
  }

  /// What stands in both of an entry's headers, from the flags to the length of the extra field.
  private func description(of entry: Entry, extraLength: UInt16) -> Data {
    var result = Data()
    result.append(littleEndian: UInt16(0x0800))  // the name is UTF-8
    result.append(littleEndian: UInt16(0))  // not compressed
    result.append(littleEndian: UInt16(0))  // midnight
    result.append(littleEndian: UInt16(0x21))  // of 1 January 1980
    result.append(littleEndian: entry.checksum)
    result.append(littleEndian: entry.size)
    result.append(littleEndian: entry.size)
    result.append(littleEndian: UInt16(entry.name.utf8.count))
    result.append(littleEndian: extraLength)
    return result
  }
}

extension Data {
  init(littleEndian value: some FixedWidthInteger) {
    self.init()
    append(littleEndian: value)
  }

  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

import CZlib
import Foundation

/// The 512 bytes before a file in a tar archive (POSIX.1-1988 "ustar").
///
/// Archives are plain tar, so that `tar tf` lists them; of what tar can hold only files are read.
/// It is written out here, since a library of all archives would bring every format and link that must
/// be refused.
struct TarHeader: Hashable {
  static let size = 512

  /// The file's path, its parts between slashes.
  var path: String
  /// How many bytes it has.
  var length: Int

  /// How many bytes follow the file to the next header.
  var padding: Int { (Self.size - length % Self.size) % Self.size }

  init(path: String, length: Int) {
    self.path = path
    self.length = length
  }

  // MARK: Writing

  private enum Field {
    static let name = 0..<100
    static let mode = 100..<108
    static let length = 124..<136
    static let time = 136..<148
    static let checksum = 148..<156
    static let kind = 156
    static let magic = 257..<265
    static let prefix = 345..<500
  }

  /// The largest length that eleven octal digits hold.
  private static let largestOctal = (1 << 33) - 1

  /// The header; nil for a path that is too long for one.
  var bytes: [UInt8]? {
    guard let (prefix, name) = split else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.size)
    func put(_ text: some Sequence<UInt8>, _ field: Range<Int>) {
      for (index, byte) in zip(field, text) { bytes[index] = byte }
    }
    put(name, Field.name)
    put(prefix, Field.prefix)
    put("0000644\0".utf8, Field.mode)
    put("00000000000\0".utf8, Field.time)
    if length <= Self.largestOctal {
      let octal = String(length, radix: 8)
      put((String(repeating: "0", count: 11 - octal.count) + octal).utf8, Field.length)
    } else {
      // As GNU's tar does: a set bit, and the number in base 256.
      bytes[Field.length.lowerBound] = 0x80
      for place in 0..<8 {
        bytes[Field.length.upperBound - 1 - place] = UInt8(
          truncatingIfNeeded: length >> (8 * place))
      }
    }
    bytes[Field.kind] = UInt8(ascii: "0")
    put("ustar\0".utf8 + Array("00".utf8), Field.magic)
    let sum = String(Self.checksum(bytes[...]), radix: 8)
    put((String(repeating: "0", count: 6 - sum.count) + sum + "\0 ").utf8, Field.checksum)
    return bytes
  }

  /// The path in the two fields that it may fill, cut at a slash.
  private var split: (prefix: [UInt8], name: [UInt8])? {
    let path = Array(path.utf8)
    if path.count <= Field.name.count { return ([], path) }
    for index in path.indices.reversed() where path[index] == UInt8(ascii: "/") {
      let (prefix, name) = (path[..<index], path[(index + 1)...])
      if name.count > Field.name.count { return nil }
      if prefix.count <= Field.prefix.count { return (Array(prefix), Array(name)) }
    }
    return nil
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.enumerated().reduce(0) { sum, byte in
      sum + Int(Field.checksum.contains(byte.offset) ? UInt8(ascii: " ") : byte.element)
    }
  }

  // MARK: Reading

  /// Why the bytes are no header of a file.
  struct Problem: Error {
    var text: String
  }

  /// The header of these bytes; nil for the empty one at the end of an archive.
  init?(_ bytes: [UInt8]) throws(Problem) {
    precondition(bytes.count == Self.size, "A header has 512 bytes")
    if bytes.allSatisfy({ $0 == 0 }) { return nil }
    func text(_ field: Range<Int>) -> ArraySlice<UInt8> { bytes[field].prefix { $0 != 0 } }
    func number(_ field: Range<Int>) -> Int? {
      if bytes[field.lowerBound] == 0x80 {
        guard bytes[field].dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
        return Int(exactly: bytes[field].suffix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
      }
      let digits = bytes[field].drop { $0 == UInt8(ascii: " ") }.prefix {
        (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0)
      }
      return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
    guard bytes[Field.magic].starts(with: "ustar".utf8) else {
      throw Problem(text: "there is no tar header")
    }
    guard number(Field.checksum) == Self.checksum(bytes[...]) else {
      throw Problem(text: "a header is damaged")
    }
    let prefix = text(Field.prefix)
    let path = prefix.isEmpty ? text(Field.name) : prefix + [UInt8(ascii: "/")] + text(Field.name)
    guard let path = String(validating: path, as: UTF8.self) else {
      throw Problem(text: "a name is not UTF-8")
    }
    guard [0, UInt8(ascii: "0")].contains(bytes[Field.kind]) else {
      throw Problem(text: "‘\(path)’ is not a regular file; an archive has nothing else")
    }
    guard let length = number(Field.length), length >= 0 else {
      throw Problem(text: "‘\(path)’ has no length")
    }
    self.init(path: path, length: length)
  }
}

/// The CRC-32 of gzip and PNG, of bytes that come in pieces.
struct CRC32 {
  /// The sum of the bytes so far.
  private(set) var value: UInt32 = 0

  /// Takes more bytes.
  mutating func add(_ bytes: some ContiguousBytes) {
    value = bytes.withUnsafeBytes { czlib_crc32(value, $0.baseAddress, $0.count) }
  }
}

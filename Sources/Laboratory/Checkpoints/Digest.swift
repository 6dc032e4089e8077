import CXxhash
import Files
import Foundation
import ModelFiles

/// The checksum of a file, which detects a disk's errors.
///
/// It is XXH3. Checkpoints of earlier programs have another one, which is still verified.
enum Digest {
  private static let prefix = "xxh3:"

  /// The digest of some bytes: `xxh3:` and sixteen hexadecimal digits.
  static func of(_ bytes: UnsafeRawBufferPointer) -> String { prefix + digits(of: bytes) }

  /// The digest of a file.
  static func ofFile(_ path: String) throws(ModelFileError) -> String {
    try FileBytes.withBytes(path, expected: "a file of a run") { of($0) }
  }

  /// The digest of a file in the form of another one, to be compared with it.
  static func ofFile(_ path: String, like other: String) throws(ModelFileError) -> String {
    try FileBytes.withBytes(path, expected: "a file of a run") {
      other.hasPrefix(prefix) ? of($0) : former(of: $0)
    }
  }

  /// The sixteen digits of the digest of some bytes.
  static func digits(of bytes: UnsafeRawBufferPointer) -> String {
    padded(cxxhash_xxh3(bytes.baseAddress, bytes.count))
  }

  /// The same of the digest that was used before.
  static func formerDigits(of bytes: UnsafeRawBufferPointer) -> String {
    padded(formerValue(of: bytes))
  }

  private static func former(of bytes: UnsafeRawBufferPointer) -> String {
    String(formerValue(of: bytes), radix: 16)
  }

  private static func padded(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// FNV-1a over the 64-bit words of some bytes, their count included.
  private static func formerValue(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = FNV1a()
    hash.add(UInt64(bytes.count))
    let words = bytes.count / 8
    for word in 0..<words {
      hash.add(bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
      // High bits reach the low ones, which a multiplication alone never does.
      hash.value ^= hash.value >> 29
    }
    for byte in bytes[(words * 8)...] { hash.add(UInt64(byte)) }
    return hash.value
  }
}

import Foundation
import ModelFiles

/// What the bytes of a file add up to: finds what a disk does wrong.
enum Digest {
  /// FNV-1a over the 64-bit words of some bytes, their count included, as hexadecimal digits.
  static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func absorb(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01b3 }
    absorb(UInt64(bytes.count))
    let words = bytes.count / 8
    for word in 0..<words {
      absorb(bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
      hash ^= hash >> 29  // high bits reach the low ones, which a multiplication alone never does
    }
    for byte in bytes[(words * 8)...] { absorb(UInt64(byte)) }
    return String(hash, radix: 16)
  }

  /// The digest of a file.
  static func ofFile(_ path: String) throws(ModelFileError) -> String {
    try FileBytes.withBytes(path, expected: "a file of a run") { of($0) }
  }
}

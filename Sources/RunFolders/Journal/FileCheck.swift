/// What some bytes add up to: tells whether a file still begins as it did when it was read.
package enum FileCheck {
  /// How many bytes before a place are looked at.
  package static let length = 256
  /// The check of the beginning of a file.
  package static let empty: UInt64 = 0xcbf2_9ce4_8422_2325

  /// FNV-1a of the last bytes of `bytes`, at most `length` of them.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = empty
    for byte in bytes.suffix(length) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}

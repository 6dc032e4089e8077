import Files

/// What some bytes add up to: tells whether a file still begins as it did when it was read.
package enum FileCheck {
  /// How many bytes before a place are looked at.
  package static let length = 256
  /// The check of the beginning of a file.
  package static let empty = FNV1a().value

  /// The hash of the last bytes of `bytes`, at most `length` of them.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    FNV1a(bytes.suffix(length)).value
  }
}

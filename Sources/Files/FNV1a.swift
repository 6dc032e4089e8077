/// The FNV-1a hash of 64 bits (Fowler, Noll and Vo): short, and the same in every version of this
/// program.
///
/// Names of files and the streams of random numbers depend on its values. What checks the contents
/// of large files uses XXH3.
package struct FNV1a: Sendable {
  /// The hash of what was added so far.
  package var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of nothing.
  package init() {}

  /// The hash of some bytes.
  package init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(UInt64(byte)) }
  }

  /// Adds a byte, or a word of more bits as one.
  package mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01b3 }

  /// The hash of 32 bits of some bytes.
  package static func bits32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}

/// A plain generator (Steele and Lea's SplitMix64): one seed, one input, on every machine.
package struct FuzzChance: RandomNumberGenerator {
  private var state: UInt64

  /// The stream of a seed.
  package init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 ^ 0x5052_494D
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  /// A number from 0 up to but without `limit`, which is at least 1; a little uneven, and fast.
  package mutating func below(_ limit: Int) -> Int {
    precondition(limit >= 1, "There is no number below \(limit)")
    return Int(truncatingIfNeeded: next() >> 1) % limit
  }

  /// True once in so many times.
  package mutating func once(in count: Int) -> Bool { below(count) == 0 }

  /// One of some elements.
  package mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }
}

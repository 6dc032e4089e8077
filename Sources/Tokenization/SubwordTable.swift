/// Subwords by id, their bytes one after the other.
struct SubwordList: Sendable {
  /// A longer subword is an error: it would be looked for at each place of a text.
  static let maximumLength = 1000

  private(set) var pool: [UInt8] = []
  private(set) var starts: [Int] = [0]

  var count: Int { starts.count - 1 }

  mutating func reserve(count: Int, bytes: Int) {
    starts.reserveCapacity(count + 1)
    pool.reserveCapacity(bytes)
  }

  /// Adds the subword of the next id.
  mutating func append(_ subword: some Sequence<UInt8>) {
    pool.append(contentsOf: subword)
    starts.append(pool.count)
  }

  /// The length of a subword that is longer than any is; nil when there is none.
  var tooLong: Int? {
    for (start, end) in zip(starts, starts.dropFirst()) where end - start > Self.maximumLength {
      return end - start
    }
    return nil
  }

  func range(of id: Int) -> Range<Int> { starts[id]..<starts[id + 1] }

  func bytes(of id: Int) -> ArraySlice<UInt8> { pool[range(of: id)] }

  func string(of id: Int) -> String {
    id >= 0 && id < count ? String(decoding: bytes(of: id), as: UTF8.self) : ""
  }
}

/// Finds subwords at a place of a text: an open hash table over the bytes of a list.
///
/// Works on bytes, since two strings that Swift calls equal ("é" in one scalar and in two) are
/// two subwords.
struct SubwordTable: Sendable {
  private let list: SubwordList
  /// How many bytes at the front of each subword are not part of what is looked for (the `##`).
  private let skipped: Int
  /// `id + 1` in the low half and the upper half of the hash; 0 is a free slot.
  private var slots: [UInt64]
  private var longest = 0
  /// Another in each process, so that no file can have subwords made to fall into one slot.
  private let seed = Self.processSeed

  /// A table of some of a list's subwords; of two with the same bytes the later one counts.
  init(_ list: SubwordList, skipping skipped: Int = 0, where isMember: (Int) -> Bool) {
    self.list = list
    self.skipped = skipped
    var capacity = 16
    while capacity < list.count * 2 { capacity *= 2 }
    slots = Array(repeating: 0, count: capacity)
    for id in 0..<list.count where isMember(id) {
      let range = list.range(of: id)
      let key = range.lowerBound + skipped..<range.upperBound
      longest = max(longest, key.count)
      var hash = seed
      for index in key { hash = Self.mixed(hash, list.pool[index]) }
      let (slot, _) = find(list.pool, key, hash: hash)
      slots[slot] = UInt64(id + 1) | hash & Self.upperHalf
    }
  }

  /// The id of exactly these bytes.
  func id(of bytes: [UInt8]) -> Int? { id(of: bytes, 0..<bytes.count) }

  /// The id of exactly these bytes of a text.
  func id(of bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var hash = seed
    for index in range { hash = Self.mixed(hash, bytes[index]) }
    return find(bytes, range, hash: hash).id
  }

  /// Calls `body` for each subword that the text has at a place, the shortest first.
  @inline(__always)
  func forEachPrefix(
    of bytes: [UInt8], in range: Range<Int>, _ body: (_ end: Int, _ id: Int) -> Void
  ) {
    var hash = seed
    var index = range.lowerBound
    let limit = min(range.upperBound, range.lowerBound + longest)
    while index < limit {
      hash = Self.mixed(hash, bytes[index])
      index += 1
      // A subword never ends within a scalar.
      if index < bytes.count, bytes[index] & 0xC0 == 0x80 { continue }
      if let id = find(bytes, range.lowerBound..<index, hash: hash).id { body(index, id) }
    }
  }

  private static let processSeed = UInt64.random(in: 1...UInt64.max)
  private static let upperHalf: UInt64 = 0xffff_ffff_0000_0000

  @inline(__always)
  private static func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    let next = (hash ^ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15
    return next ^ next >> 32
  }

  /// The slot that holds these bytes, or the free one where they belong.
  @inline(__always)
  private func find(
    _ bytes: [UInt8], _ key: Range<Int>, hash: UInt64
  ) -> (slot: Int, id: Int?) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] & Self.upperHalf == hash & Self.upperHalf {
        let id = Int(slots[slot] & ~Self.upperHalf) - 1
        if isEqual(bytes, key, id) { return (slot, id) }
      }
      slot = (slot + 1) & mask
    }
    return (slot, nil)
  }

  private func isEqual(_ bytes: [UInt8], _ key: Range<Int>, _ id: Int) -> Bool {
    let range = list.range(of: id)
    guard range.count == key.count + skipped else { return false }
    let offset = range.lowerBound + skipped - key.lowerBound
    for index in key where bytes[index] != list.pool[index + offset] { return false }
    return true
  }
}

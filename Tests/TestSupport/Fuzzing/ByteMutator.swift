/// Changes bytes: flips, truncation, splices, edits of length fields, words of a format.
package struct ByteMutator: Sendable {
  /// Words that mean something in the format, which reach further than any byte does.
  package var tokens: [[UInt8]]
  /// Files from which pieces are taken.
  package var donors: [[UInt8]]
  /// Longer files are cut, so that no input grows without end.
  package var maximumLength = 1 << 16

  /// A mutator with the words of a format and with files of it.
  package init(tokens: [String] = [], bytes: [[UInt8]] = [], donors: [[UInt8]] = []) {
    self.tokens = tokens.map { Array($0.utf8) } + bytes
    self.donors = donors
  }

  /// Numbers at which readers go wrong.
  private static let edges: [UInt64] = [
    0, 1, 2, 3, 4, 7, 8, 15, 16, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000,
    0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 1 << 40, 1 << 48, 1 << 60, 1 << 62,
    0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF,
  ]

  /// One to four changes of a file.
  package func mutated(_ whole: [UInt8], _ chance: inout FuzzChance) -> [UInt8] {
    var bytes = whole
    for _ in 0...chance.below(4) { change(&bytes, &chance) }
    if bytes.count > maximumLength { bytes.removeSubrange(maximumLength...) }
    return bytes
  }

  private func change(_ bytes: inout [UInt8], _ chance: inout FuzzChance) {
    guard !bytes.isEmpty else {
      bytes = piece(&chance)
      return
    }
    let place = chance.below(bytes.count)
    let end = min(bytes.count, place + 1 + chance.below(chance.once(in: 4) ? 400 : 24))
    switch chance.below(14) {
    case 0: bytes[place] ^= 1 << UInt8(chance.below(8))
    case 1: bytes[place] = UInt8(truncatingIfNeeded: chance.next())
    case 2: for index in place..<end { bytes[index] = chance.once(in: 2) ? 0xFF : 0 }
    case 3: bytes.removeSubrange(place..<end)
    case 4: bytes.insert(contentsOf: bytes[place..<end], at: chance.below(bytes.count))
    case 5: if chance.once(in: 4) { bytes.removeSubrange(place...) } else { bytes[place] = 0xFF }
    case 6, 7: overwrite(&bytes, place, with: edge(&chance))
    case 8: bytes.insert(contentsOf: edge(&chance), at: place)
    case 9: overwrite(&bytes, place, with: piece(&chance))
    case 10: bytes.insert(contentsOf: piece(&chance), at: place)
    case 11: bytes.replaceSubrange(place..<end, with: piece(&chance))
    case 12: nudge(&bytes, place, &chance)
    default: splice(&bytes, place, &chance)
    }
  }

  private func overwrite(_ bytes: inout [UInt8], _ place: Int, with new: [UInt8]) {
    for (index, byte) in zip(place..<bytes.count, new) { bytes[index] = byte }
  }

  /// A number as a file may have it: of 1, 2, 4 or 8 bytes, or of variable length.
  private func edge(_ chance: inout FuzzChance) -> [UInt8] {
    let value = chance.pick(Self.edges)
    let size = [1, 2, 4, 8, 0][chance.below(5)]
    guard size == 0 else {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
      return chance.once(in: 4) ? bytes.reversed() : bytes
    }
    var (rest, result) = (value, [UInt8]())
    while rest >= 0x80 {
      result.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }

  /// Makes a number one more or one less, as a length that no longer fits.
  private func nudge(_ bytes: inout [UInt8], _ place: Int, _ chance: inout FuzzChance) {
    let step: UInt8 = chance.once(in: 2) ? 1 : 0xFF
    if 0x30...0x39 ~= bytes[place] {
      bytes[place] = 0x30 + (bytes[place] &- 0x30 &+ step) % 10
    } else {
      bytes[place] &+= step
    }
  }

  /// A word of the format, or a few bytes of another file.
  private func piece(_ chance: inout FuzzChance) -> [UInt8] {
    if !tokens.isEmpty, donors.isEmpty || !chance.once(in: 3) { return chance.pick(tokens) }
    guard !donors.isEmpty else { return [UInt8(truncatingIfNeeded: chance.next())] }
    let donor = chance.pick(donors)
    guard !donor.isEmpty else { return [0] }
    let start = chance.below(donor.count)
    return Array(donor[start..<min(donor.count, start + 1 + chance.below(60))])
  }

  /// Goes on with another file from some place on.
  private func splice(_ bytes: inout [UInt8], _ place: Int, _ chance: inout FuzzChance) {
    guard !donors.isEmpty else { return }
    let donor = chance.pick(donors)
    bytes.replaceSubrange(place..., with: donor[min(donor.count, chance.below(donor.count + 1))...])
  }
}

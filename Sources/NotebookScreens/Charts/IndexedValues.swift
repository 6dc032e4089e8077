/// Values in a row with the extremes of each block of 64 beside them, so that the smallest and the
/// largest of any stretch cost a few dozen comparisons.
struct IndexedValues: Hashable, Sendable {
  /// The smallest and the largest value of a stretch, and whether one was not finite.
  struct Extremes: Hashable, Sendable {
    var low = Double.infinity
    var high = -Double.infinity
    var diverged = false

    mutating func include(_ value: Double) {
      guard value.isFinite else {
        diverged = true
        return
      }
      low = min(low, value)
      high = max(high, value)
    }

    mutating func include(_ other: Extremes) {
      low = min(low, other.low)
      high = max(high, other.high)
      diverged = diverged || other.diverged
    }
  }

  private static let blockSize = 64

  private(set) var values: [Double] = []
  private var blocks: [Extremes] = []

  var count: Int { values.count }

  mutating func append(_ value: Double) {
    values.append(value)
    if (values.count - 1) % Self.blockSize == 0 { blocks.append(Extremes()) }
    blocks[blocks.count - 1].include(value)
  }

  /// Leaves only the first values.
  mutating func keep(_ count: Int) {
    values.removeLast(values.count - count)
    blocks.removeLast(blocks.count - (count + Self.blockSize - 1) / Self.blockSize)
    guard !blocks.isEmpty else { return }
    var newest = Extremes()
    for value in values[((blocks.count - 1) * Self.blockSize)...] { newest.include(value) }
    blocks[blocks.count - 1] = newest
  }

  func extremes(of range: Range<Int>) -> Extremes {
    var result = Extremes()
    var index = range.lowerBound
    while index < range.upperBound {
      if index % Self.blockSize == 0, index + Self.blockSize <= range.upperBound {
        result.include(blocks[index / Self.blockSize])
        index += Self.blockSize
      } else {
        result.include(values[index])
        index += 1
      }
    }
    return result
  }
}

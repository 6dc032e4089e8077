import Testing

@testable import Encoders

@Suite struct SubwordWindowsTests {
  @Test func `the windows of the example are those of its picture`() {
    // a b b c d d d e f g g h; from window 0 (0..<6) the last word start up to 6 − 2 is d at 4,
    // then of 4..<10 up to 8 it is f; the last window holds 12 − 6 = 6 and more: e at 7.
    let windows = SubwordWindows(
      bounds: 0..<12, wordStarts: [0, 1, 3, 4, 7, 8, 9, 11], capacity: 6, overlap: 2)
    #expect(windows.ranges == [0..<6, 4..<10, 7..<12])
    // d at 4 has min(4, 1) = 1 in the first window and min(0, 5) = 0 in the second.
    #expect([0, 1, 3, 4, 7, 8, 9, 11].map(windows.best(for:)) == [0, 0, 0, 0, 1, 1, 2, 2])
  }

  @Test func `what fits is one window`() {
    #expect(
      SubwordWindows(bounds: 1..<5, wordStarts: [1], capacity: 4, overlap: 2).ranges == [1..<5])
  }

  @Test func `an overlap that no window can hold is half a window`() {
    let windows = SubwordWindows(
      bounds: 0..<8, wordStarts: Array(0..<8), capacity: 4, overlap: 16)
    #expect(windows.ranges == [0..<4, 2..<6, 4..<8])
  }

  /// Every way to write `count` subwords as words: bit i says whether a word begins at i + 1.
  private func wordStarts(_ count: Int) -> [[Int]] {
    (0..<(1 << (count - 1))).map { bits in
      [0] + (1..<count).filter { bits & (1 << ($0 - 1)) != 0 }
    }
  }

  @Test func `all small sentences keep the rule`() {
    for count in 1...9 {
      for starts in wordStarts(count) {
        for capacity in 1...5 {
          for overlap in 0...5 {
            check(count, starts, capacity, overlap)
          }
        }
      }
    }
  }

  private func check(_ count: Int, _ starts: [Int], _ capacity: Int, _ overlap: Int) {
    let windows = SubwordWindows(
      bounds: 0..<count, wordStarts: starts, capacity: capacity, overlap: overlap)
    let ranges = windows.ranges
    let shared = overlap < capacity ? overlap : capacity / 2
    var problems: [String] = []
    if ranges.first?.lowerBound != 0 || ranges.last?.upperBound != count {
      problems.append("does not cover")
    }
    if ranges.contains(where: { $0.count > capacity }) { problems.append("too long") }
    for (one, next) in zip(ranges, ranges.dropFirst()) {
      if next.lowerBound <= one.lowerBound || next.upperBound <= one.upperBound {
        problems.append("does not go on")
      }
      if one.upperBound - next.lowerBound < shared { problems.append("shares too little") }
      let inTime = starts.contains { $0 > one.lowerBound && $0 <= one.upperBound - shared }
      if inTime, !starts.contains(next.lowerBound) { problems.append("begins inside a word") }
    }
    for start in starts {
      let contexts = ranges.map { range in
        range.contains(start)
          ? min(start - range.lowerBound, range.upperBound - 1 - start) : -1
      }
      if contexts.firstIndex(of: contexts.max() ?? 0) != windows.best(for: start) {
        problems.append("best of \(start)")
      }
    }
    #expect(problems.isEmpty, "\(count) \(starts) \(capacity) \(overlap): \(ranges)")
  }
}

/// Overlapping windows over the subwords of a sentence longer than an encoder reads at once.
///
///     subwords  a b b c d d d e f g g h        capacity 6, overlap 2
///     window 0  a b b c d d
///     window 1          d d d e f g            begins at the last word that shares two subwords
///     window 2                e f g g h        the last one begins early, to be as full as it can
///
/// Each window begins at a word's first subword and shares at least `overlap` subwords with the one
/// before. Where no word begins in time (within a word longer than that) it begins inside a word.
/// An overlap that no window can hold is half a window.
struct SubwordWindows {
  /// The subwords of each window, in order; each begins and ends after the one before.
  private(set) var ranges: [Range<Int>]

  private let starts: [Int]

  /// Divides the subwords within `bounds`; words begin at the ascending positions `wordStarts`.
  init(bounds: Range<Int>, wordStarts: [Int], capacity: Int, overlap: Int) {
    precondition(capacity >= 1, "A window has room for at least one subword")
    precondition(overlap >= 0, "Two windows cannot share \(overlap) subwords")
    starts = wordStarts
    let shared = overlap < capacity ? overlap : capacity / 2
    var last = bounds.prefix(capacity)
    ranges = [last]
    while last.upperBound < bounds.upperBound {
      let latest = last.upperBound - shared
      var begin = start(notAfter: latest).flatMap { $0 > last.lowerBound ? $0 : nil } ?? latest
      if begin + capacity >= bounds.upperBound {
        let earliest = bounds.upperBound - capacity
        begin = start(notBefore: earliest).flatMap { $0 <= begin ? $0 : nil } ?? earliest
      }
      last = bounds[begin...].prefix(capacity)
      ranges.append(last)
    }
  }

  /// The window in which a subword has more context on its poorer side; of equals the earlier.
  ///
  ///     context(p, a..<b) = min(p − a, b − 1 − p)
  func best(for position: Int) -> Int {
    var best = 0
    var most = -1
    // Both bounds ascend, so the windows that hold the subword are neighbours.
    var window = ranges.firstIndex(ofOrdered: { $0.upperBound > position })
    while window < ranges.count, ranges[window].lowerBound <= position {
      let range = ranges[window]
      let context = min(position - range.lowerBound, range.upperBound - 1 - position)
      if context > most { (best, most) = (window, context) }
      window += 1
    }
    return best
  }

  private func start(notBefore position: Int) -> Int? {
    let index = starts.firstIndex(ofOrdered: { $0 >= position })
    return index < starts.count ? starts[index] : nil
  }

  private func start(notAfter position: Int) -> Int? {
    let index = starts.firstIndex(ofOrdered: { $0 > position })
    return index > 0 ? starts[index - 1] : nil
  }
}

extension Array {
  /// The first index whose element satisfies a condition that all later ones satisfy, too.
  fileprivate func firstIndex(ofOrdered condition: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Lengths of sentences in at most so many equally wide classes; the last holds the longest too.
package struct LengthBins: Hashable, Sendable {
  /// A class: from and to how many words, and how many sentences.
  package struct Bin: Hashable, Sendable {
    package var range: ClosedRange<Int>
    package var count: Int

    /// `6`, `6-10`.
    package var label: String {
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
  }

  package private(set) var bins: [Bin] = []

  /// Classes of 1, 2, 5, 10, 20, 50 … words, as narrow as there is room for.
  ///
  /// The longest sentences, a hundredth of all, share the last class, so that one very long one
  /// does not make all others look alike.
  package init(_ lengths: [Int: Int], most: Int) {
    guard most > 0, let longest = lengths.keys.max() else { return }
    let all = lengths.values.reduce(0, +)
    var usual = 1
    var seen = 0
    for (length, count) in lengths.sorted(by: { $0.key < $1.key }) where seen * 100 < all * 99 {
      seen += count
      usual = length
    }
    var width = 1
    var steps = [2, 5, 10]
    var unit = 1
    while (usual + width - 1) / width > most {
      if steps.isEmpty {
        unit *= 10
        steps = [2, 5, 10]
      }
      width = steps.removeFirst() * unit
    }
    let count = (usual + width - 1) / width
    bins = (0..<count).map { Bin(range: $0 * width + 1...($0 + 1) * width, count: 0) }
    for (length, number) in lengths {
      bins[min(max(length - 1, 0) / width, count - 1)].count += number
    }
    if longest > count * width {
      bins[count - 1].range = (count - 1) * width + 1...longest
    }
  }
}

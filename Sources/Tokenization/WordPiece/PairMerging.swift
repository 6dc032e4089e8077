/// Words as sequences of pieces, in which the most frequent pair of neighbours becomes one piece.
///
/// The counts of pairs are kept up to date merge by merge; a heap holds the pairs by their counts,
/// and an entry whose count has fallen since is put back when it comes up.
struct PairMerging {
  private struct Pair: Hashable, Comparable {
    var left, right: Int32

    static func < (a: Pair, b: Pair) -> Bool { (a.left, a.right) < (b.left, b.right) }
  }

  private struct Entry: Comparable {
    var count: Int
    var pair: Pair

    /// Less is later: rarer, or of later pieces.
    static func < (a: Entry, b: Entry) -> Bool {
      a.count != b.count ? a.count < b.count : b.pair < a.pair
    }
  }

  private struct Occurrences {
    var count = 0
    var words: [Int32] = []
  }

  private(set) var pieces: [String]
  private var ids: [[UInt8]: Int32] = [:]
  private var words: [[Int32]] = []
  private var counts: [Int] = []
  private var pairs: [Pair: Occurrences] = [:]

  init(pieces: [String]) {
    self.pieces = pieces
    for (id, piece) in pieces.enumerated() { ids[Array(piece.utf8)] = Int32(id) }
  }

  mutating func add(word: [Int32], count: Int) {
    guard word.count > 1 else { return }
    for (left, right) in zip(word, word.dropFirst()) {
      change(Pair(left: left, right: right), by: count, word: Int32(words.count))
    }
    words.append(word)
    counts.append(count)
  }

  mutating func run(upTo size: Int, minimumFrequency: Int) {
    var heap = Heap<Entry>()
    for (pair, occurrences) in pairs {
      heap.push(Entry(count: occurrences.count, pair: pair))
    }
    while pieces.count < size, let top = heap.pop() {
      guard let occurrences = pairs[top.pair], occurrences.count >= minimumFrequency else {
        continue
      }
      if occurrences.count != top.count {
        if occurrences.count < top.count {
          heap.push(Entry(count: occurrences.count, pair: top.pair))
        }
        continue
      }
      for pair in merge(top.pair, in: occurrences.words) {
        if let count = pairs[pair]?.count { heap.push(Entry(count: count, pair: pair)) }
      }
    }
  }

  private mutating func change(_ pair: Pair, by count: Int, word: Int32) {
    pairs[pair, default: Occurrences()].count += count
    if count > 0, pairs[pair]?.words.last != word {
      pairs[pair]?.words.append(word)
    }
  }

  /// Makes a pair one piece in the words that have it; returns the pairs that came about.
  private mutating func merge(_ pair: Pair, in numbers: [Int32]) -> Set<Pair> {
    let piece = id(joining: pair)
    var changed: Set<Pair> = []
    for number in numbers {
      var word = words[Int(number)]
      let count = counts[Int(number)]
      var index = 0
      while index + 1 < word.count {
        if word[index] == pair.left, word[index + 1] == pair.right {
          if index > 0 {
            let before = word[index - 1]
            change(Pair(left: before, right: pair.left), by: -count, word: number)
            change(Pair(left: before, right: piece), by: count, word: number)
            changed.insert(Pair(left: before, right: piece))
          }
          if index + 2 < word.count {
            let after = word[index + 2]
            change(Pair(left: pair.right, right: after), by: -count, word: number)
            change(Pair(left: piece, right: after), by: count, word: number)
            changed.insert(Pair(left: piece, right: after))
          }
          word[index] = piece
          word.remove(at: index + 1)
        }
        index += 1
      }
      words[Int(number)] = word
    }
    pairs[pair] = nil
    return changed
  }

  private mutating func id(joining pair: Pair) -> Int32 {
    let joined =
      pieces[Int(pair.left)] + String(pieces[Int(pair.right)].unicodeScalars.dropFirst(2))
    let key = Array(joined.utf8)
    if let id = ids[key] { return id }
    let id = Int32(pieces.count)
    pieces.append(joined)
    ids[key] = id
    return id
  }
}

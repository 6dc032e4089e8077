/// The tokenizer of RoBERTa and of the models after it: byte-pair encoding.
///
/// Sennrich, Haddow, Birch 2016: a word begins as its characters, and the pair that was merged first
/// in training is merged first here.
///
///     merges: l o, lo w, e r        "lower"  →  l o w e r  →  lo w e r  →  low e r  →  low er
package struct BytePairTokenizer: Tokenizer, PipelineTokenizer {
  let frame: TokenizerFrame
  private let model: BytePairModel

  init(model: BytePairModel, _ frame: TokenizerFrame) {
    self.model = model
    self.frame = frame
  }

  func cut(
    _ bytes: [UInt8], _ word: Range<Int>, _ body: (_ id: Int, _ shown: Range<Int>?) -> Void
  ) {
    for id in model.ids(of: bytes, word) { body(id, nil) }
  }
}

/// Subwords and the pairs of them that become one.
struct BytePairModel: Sendable {
  /// What a model says beside its vocabulary and merges.
  struct Options: Sendable {
    /// What stands for a character that the vocabulary does not have; without it the character is
    /// dropped.
    var unknown: Int?
    /// Before each character of a word but the first.
    var continuationPrefix: [UInt8] = []
    /// Behind the last character of a word.
    var wordSuffix: [UInt8] = []
    /// Whether unknown neighbours are one unknown subword.
    var joinsUnknown = false
    /// Whether an unknown character is spelled by `<0x00>` to `<0xFF>`.
    var fallsBackToBytes = false
    /// Whether a word that is in the vocabulary is one subword, whatever the merges.
    var takesWholeWords = false
  }

  private struct Merge {
    var rank: Int
    var id: Int
  }

  private let options: Options
  private let table: SubwordTable
  private let merges: [UInt64: Merge]
  private let byteIDs: [Int?]

  /// A merge of two texts of which the vocabulary lacks one, or what they are together.
  struct Problem: Error {
    var rank: Int
    var missing: [UInt8]
  }

  /// - Parameter merges: The two subwords of each merge, the first merge first.
  init(
    _ subwords: SubwordList, merges pairs: [(ArraySlice<UInt8>, ArraySlice<UInt8>)],
    _ options: Options
  ) throws(Problem) {
    self.options = options
    let table = SubwordTable(subwords) { !subwords.range(of: $0).isEmpty }
    self.table = table
    var merges: [UInt64: Merge] = [:]
    merges.reserveCapacity(pairs.count)
    for (rank, (first, second)) in pairs.enumerated() {
      func id(_ text: [UInt8]) throws(Problem) -> Int {
        guard let id = table.id(of: text) else { throw Problem(rank: rank, missing: text) }
        return id
      }
      let both = first + second.dropFirst(options.continuationPrefix.count)
      let key = Self.key(try id(Array(first)), try id(Array(second)))
      merges[key] = Merge(rank: rank, id: try id(Array(both)))
    }
    self.merges = merges
    byteIDs =
      options.fallsBackToBytes
      ? (0...255).map { table.id(of: UnigramModel.name(ofByte: $0)) } : []
  }

  private static func key(_ first: Int, _ second: Int) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  /// The subwords of a word.
  func ids(of bytes: [UInt8], _ word: Range<Int>) -> [Int] {
    if options.takesWholeWords, let id = table.id(of: bytes, word) { return [id] }
    return merged(characters(of: bytes, word))
  }

  /// The subwords of a word's characters.
  private func characters(of bytes: [UInt8], _ word: Range<Int>) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(word.count)
    // An unknown subword that is not yet in its place, as it may take in those behind it.
    var isWaiting = false
    func place() {
      if isWaiting, let unknown = options.unknown { result.append(unknown) }
      isWaiting = false
    }
    var index = word.lowerBound
    while index < word.upperBound {
      let end = index + bytes.scalar(at: index).length
      var id: Int?
      var text: [UInt8]?
      if index > word.lowerBound && !options.continuationPrefix.isEmpty
        || end == word.upperBound && !options.wordSuffix.isEmpty
      {
        let whole =
          (index > word.lowerBound ? options.continuationPrefix : []) + bytes[index..<end]
          + (end == word.upperBound ? options.wordSuffix : [])
        text = whole
        id = table.id(of: whole)
      } else {
        id = table.id(of: bytes, index..<end)
      }
      if let id {
        place()
        result.append(id)
      } else if let ids = byteSpelling(text ?? Array(bytes[index..<end])) {
        // As the library has it, an unknown subword before the bytes comes behind them.
        result += ids
      } else if options.unknown != nil {
        if !options.joinsUnknown { place() }
        isWaiting = true
      }
      index = end
    }
    place()
    return result
  }

  private func byteSpelling(_ text: [UInt8]) -> [Int]? {
    guard options.fallsBackToBytes else { return nil }
    let ids = text.compactMap { byteIDs[Int($0)] }
    return ids.count == text.count ? ids : nil
  }

  // MARK: Merging

  /// A pair that may be merged: of equal rank the one that is further left comes first.
  private struct Candidate: Comparable {
    var rank: Int
    var place: Int
    var id: Int

    /// The largest is merged first: that of the earliest merge, and of equal ones the leftmost.
    static func < (left: Self, right: Self) -> Bool {
      (right.rank, right.place) < (left.rank, left.place)
    }
  }

  private func merged(_ ids: [Int]) -> [Int] {
    guard ids.count > 1 else { return ids }
    var ids = ids
    // A linked list: what follows and precedes each place that is still there.
    var next = Array(1...ids.count)
    var previous = Array(-1..<ids.count - 1)
    var heap = Heap<Candidate>()
    func offer(_ place: Int) {
      guard place >= 0, next[place] < ids.count,
        let merge = merges[Self.key(ids[place], ids[next[place]])]
      else { return }
      heap.push(Candidate(rank: merge.rank, place: place, id: merge.id))
    }
    for place in 0..<ids.count - 1 { offer(place) }
    while let best = heap.pop() {
      let place = best.place
      guard ids[place] >= 0, next[place] < ids.count,
        merges[Self.key(ids[place], ids[next[place]])]?.id == best.id
      else { continue }
      let gone = next[place]
      ids[place] = best.id
      ids[gone] = -1
      next[place] = next[gone]
      if next[gone] < ids.count { previous[next[gone]] = place }
      offer(previous[place])
      offer(place)
    }
    return ids.filter { $0 >= 0 }
  }
}

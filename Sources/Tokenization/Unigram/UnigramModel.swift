/// Subwords with scores: the cut of a text whose scores add up to the most.
///
/// A character that no subword begins with at its place costs ten more than the worst subword,
/// and neighbouring ones are one unknown subword.
struct UnigramModel: Sendable {
  private struct Node {
    var score = 0.0
    var start = -1
    var id = 0
  }

  private static let unknownPenalty = 10.0

  private let scores: [Double]
  private let table: SubwordTable
  private let unknown: Int
  private let unknownScore: Double
  /// The ids of `<0x00>` to `<0xFF>` when unknown text is to be spelled by them.
  private let byteIDs: [Int?]?

  init(subwords: SubwordList, scores: [Double], unknown: Int, fallsBackToBytes: Bool) {
    precondition(subwords.count == scores.count, "Each subword needs a score")
    precondition(subwords.count > unknown, "The unknown subword must be in the vocabulary")
    let table = SubwordTable(subwords) { !subwords.range(of: $0).isEmpty }
    self.scores = scores
    self.table = table
    self.unknown = unknown
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    byteIDs =
      fallsBackToBytes ? (0...255).map { table.id(of: Self.name(ofByte: $0)) } : nil
  }

  /// Calls `body` for each subword of a word, with the bytes that it stands for.
  func encode(_ bytes: [UInt8], _ word: Range<Int>, _ body: (_ id: Int, _ part: Range<Int>) -> Void)
  {
    for part in parts(of: bytes, word) {
      if let id = table.id(of: bytes, part) {
        body(id, part)
      } else if let ids = byteSpelling(bytes[part]) {
        for id in ids { body(id, part) }
      } else {
        body(unknown, part)
      }
    }
  }

  /// Whether an id is that of a byte.
  func isByte(_ id: Int) -> Bool { byteIDs?.contains(id) ?? false }

  static func name(ofByte byte: Int) -> [UInt8] {
    let digits = String(byte, radix: 16, uppercase: true)
    return Array("<0x\(digits.count < 2 ? "0" : "")\(digits)>".utf8)
  }

  private func byteSpelling(_ bytes: ArraySlice<UInt8>) -> [Int]? {
    guard let byteIDs else { return nil }
    let ids = bytes.compactMap { byteIDs[Int($0)] }
    return ids.count == bytes.count ? ids : nil
  }

  /// The best cut, unknown neighbours joined.
  private func parts(of bytes: [UInt8], _ word: Range<Int>) -> [Range<Int>] {
    let base = word.lowerBound
    // For each place, the best way to it.
    var nodes = [Node](repeating: Node(), count: word.count + 1)
    var start = base
    while start < word.upperBound {
      let scoreHere = nodes[start - base].score
      let next = start + bytes.scalar(at: start).length
      var hasSingle = false
      func offer(_ id: Int, _ score: Double, _ end: Int) {
        let total = score + scoreHere
        if nodes[end - base].start < 0 || total > nodes[end - base].score {
          nodes[end - base] = Node(score: total, start: start, id: id)
        }
      }
      table.forEachPrefix(of: bytes, in: start..<word.upperBound) { end, id in
        offer(id, scores[id], end)
        if end == next { hasSingle = true }
      }
      if !hasSingle { offer(unknown, unknownScore, next) }
      start = next
    }
    var result: [Range<Int>] = []
    var isAfterUnknown = false
    var end = word.upperBound
    while end > base {
      let node = nodes[end - base]
      if node.id == unknown, isAfterUnknown, let last = result.popLast() {
        result.append(node.start..<last.upperBound)
      } else {
        result.append(node.start..<end)
      }
      isAfterUnknown = node.id == unknown
      end = node.start
    }
    return result.reversed()
  }
}

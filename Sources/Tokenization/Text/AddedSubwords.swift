/// A subword that is found in the text as it stands, before anything else is done to it.
struct AddedSubword: Hashable, Sendable {
  var content: String
  var id: Int
  /// Found in the normalised text, not in the raw one.
  var isNormalized = false
  /// Found only where no letter or digit is beside it.
  var isWholeWord = false
  /// Takes the white space on its left with it.
  var stripsLeft = false
  /// Takes the white space on its right with it.
  var stripsRight = false
}

/// Cuts added subwords out of a text: the leftmost, and of several there the longest.
struct AddedSubwordMatcher: Sendable {
  private let subwords: [AddedSubword]
  private let table: SubwordTable
  /// Which bytes one of them begins with.
  private let isFirst: [Bool]

  /// Looks for the subwords' contents, or for what `form` makes of them.
  init(_ subwords: [AddedSubword], form: (ArraySlice<UInt8>) -> [UInt8] = { Array($0) }) {
    var list = SubwordList()
    var isFirst = [Bool](repeating: false, count: 256)
    // Of two with the same content the earlier one counts; in the table it is the later one.
    self.subwords = subwords.reversed()
    for subword in self.subwords {
      var content = form(Array(subword.content.utf8)[...])
      if content.count > SubwordList.maximumLength { content = [] }  // never found
      list.append(content)
      if let first = content.first { isFirst[Int(first)] = true }
    }
    self.isFirst = isFirst
    table = SubwordTable(list) { !list.range(of: $0).isEmpty }
  }

  /// Cuts each piece of the text.
  func split(_ text: SegmentedText) -> SegmentedText {
    guard !subwords.isEmpty else { return text }
    return text.mapSegments { segment, result in
      let bytes = text.bytes
      let range = segment.range
      var done = range.lowerBound
      func add(_ part: Range<Int>, id: Int? = nil) {
        result.add(
          bytes[part], addedID: id,
          isFirst: segment.isFirst && part.lowerBound == range.lowerBound)
      }
      var index = range.lowerBound
      while index < range.upperBound {
        guard let (end, subword) = match(bytes, index..<range.upperBound) else {
          index += 1
          continue
        }
        var found = index..<end
        index = end
        if subword.isWholeWord, touchesWord(bytes, found, in: range) { continue }
        found = stripped(found, subword, bytes, within: done..<range.upperBound)
        add(done..<found.lowerBound)
        add(found, id: subword.id)
        done = found.upperBound
        index = max(index, done)
      }
      add(done..<range.upperBound)
    }
  }

  /// The longest that begins where the range does, and its end.
  private func match(_ bytes: [UInt8], _ range: Range<Int>) -> (end: Int, AddedSubword)? {
    guard isFirst[Int(bytes[range.lowerBound])] else { return nil }
    var longest: (Int, AddedSubword)?
    table.forEachPrefix(of: bytes, in: range) { end, id in longest = (end, subwords[id]) }
    return longest
  }

  private func touchesWord(_ bytes: [UInt8], _ found: Range<Int>, in range: Range<Int>) -> Bool {
    let isAfterWord =
      found.lowerBound > range.lowerBound
      && UnicodeTables.isWord(bytes[range].scalar(before: found.lowerBound).scalar)
    let isBeforeWord =
      found.upperBound < range.upperBound
      && UnicodeTables.isWord(bytes[range].scalar(at: found.upperBound).scalar)
    return isAfterWord || isBeforeWord
  }

  private func stripped(
    _ found: Range<Int>, _ subword: AddedSubword, _ bytes: [UInt8], within bounds: Range<Int>
  ) -> Range<Int> {
    var (start, end) = (found.lowerBound, found.upperBound)
    while subword.stripsLeft, start > bounds.lowerBound {
      let (scalar, length) = bytes[bounds].scalar(before: start)
      guard scalar.properties.isWhitespace else { break }
      start -= length
    }
    while subword.stripsRight, end < bounds.upperBound {
      let (scalar, length) = bytes[bounds].scalar(at: end)
      guard scalar.properties.isWhitespace else { break }
      end += length
    }
    return start..<end
  }
}

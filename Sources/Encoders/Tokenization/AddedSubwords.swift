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
  private typealias Candidate = (content: [UInt8], subword: AddedSubword)
  /// By the first byte, the longest first.
  private let candidates: [UInt8: [Candidate]]

  /// Looks for the subwords' contents, or for what `form` makes of them.
  init(_ subwords: [AddedSubword], form: (ArraySlice<UInt8>) -> [UInt8] = { Array($0) }) {
    var candidates: [UInt8: [Candidate]] = [:]
    for subword in subwords {
      let content = form(Array(subword.content.utf8)[...])
      guard let first = content.first else { continue }
      candidates[first, default: []].append((content, subword))
    }
    self.candidates = candidates.mapValues { list in
      list.sorted { $0.content.count > $1.content.count }
    }
  }

  /// Cuts each piece of the text.
  func split(_ text: SegmentedText) -> SegmentedText {
    guard !candidates.isEmpty else { return text }
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
        guard let (content, subword) = match(bytes, index..<range.upperBound) else {
          index += 1
          continue
        }
        var found = index..<index + content.count
        index = found.upperBound
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

  private func match(_ bytes: [UInt8], _ range: Range<Int>) -> Candidate? {
    candidates[bytes[range.lowerBound]]?.first { candidate in
      candidate.content.count <= range.count
        && bytes[range].starts(with: candidate.content)
    }
  }

  private func touchesWord(_ bytes: [UInt8], _ found: Range<Int>, in range: Range<Int>) -> Bool {
    let isAfterWord =
      found.lowerBound > range.lowerBound
      && Self.isWordScalar(bytes[range].scalar(before: found.lowerBound).scalar)
    let isBeforeWord =
      found.upperBound < range.upperBound
      && Self.isWordScalar(bytes[range].scalar(at: found.upperBound).scalar)
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

  /// What a regular expression of Unicode 16 calls `\w`.
  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    guard UnicodeTables.isAssigned(scalar, in: 16) else { return false }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default: return properties.isAlphabetic || properties.isJoinControl
    }
  }
}

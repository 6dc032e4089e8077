/// A text in UTF-8 and the pieces of it that are still to be looked at.
///
/// The stages of a tokenizer hand it on: added subwords are cut out, the rest is normalised,
/// then cut into words. A piece that is empty is never added.
struct SegmentedText {
  struct Segment {
    var range: Range<Int>
    /// The id when the piece is an added subword, which no later stage touches.
    var addedID: Int?
    /// Whether the piece begins where the text begins.
    var isFirst: Bool
  }

  private(set) var bytes: [UInt8] = []
  private(set) var segments: [Segment] = []

  init() {}

  /// The whole text as one piece.
  init(_ text: String) {
    bytes = Array(text.utf8)
    add(0..<bytes.count, isFirst: true)
  }

  /// Adds a piece of the bytes that are there.
  mutating func add(_ range: Range<Int>, addedID: Int? = nil, isFirst: Bool) {
    if !range.isEmpty {
      segments.append(Segment(range: range, addedID: addedID, isFirst: isFirst))
    }
  }

  /// Adds bytes without making them a piece; returns where they are.
  mutating func append(_ new: some Sequence<UInt8>) -> Range<Int> {
    let start = bytes.count
    bytes.append(contentsOf: new)
    return start..<bytes.count
  }

  /// Adds a piece with bytes of its own.
  mutating func add(_ new: some Sequence<UInt8>, addedID: Int? = nil, isFirst: Bool) {
    let range = append(new)
    add(range, addedID: addedID, isFirst: isFirst)
  }

  /// Takes each piece that is no added subword apart; the others stay.
  func mapSegments(_ body: (Segment, inout SegmentedText) -> Void) -> SegmentedText {
    var result = SegmentedText()
    result.bytes.reserveCapacity(bytes.count + 16)
    for segment in segments {
      if segment.addedID != nil {
        result.add(bytes[segment.range], addedID: segment.addedID, isFirst: segment.isFirst)
      } else {
        body(segment, &result)
      }
    }
    return result
  }
}

extension RandomAccessCollection<UInt8> where Index == Int {
  /// The scalar that begins at a byte, and its length; U+FFFD of length one if none does.
  func scalar(at index: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = UInt32(self[index])
    if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, index + length <= endIndex else { return ("\u{FFFD}", 1) }
    var value = first & (0x7F >> UInt32(length))
    for offset in 1..<length {
      value = value << 6 | UInt32(self[index + offset]) & 0x3F
    }
    guard let scalar = Unicode.Scalar(value) else { return ("\u{FFFD}", 1) }
    return (scalar, length)
  }

  /// The scalar that ends before a byte, and its length.
  func scalar(before index: Int) -> (scalar: Unicode.Scalar, length: Int) {
    var start = index - 1
    while start > startIndex, self[start] & 0xC0 == 0x80 { start -= 1 }
    return (scalar(at: start).scalar, index - start)
  }
}

extension [UInt8] {
  /// Adds a scalar in UTF-8.
  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      append(UInt8(scalar.value))
    } else {
      append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }
}

/// Reads the fields of a protocol buffer one after the other.
///
/// The encoding (protobuf.dev/programming-guides/encoding): each field is a number and a wire type
/// in one integer, then an integer of variable length (type 0), eight bytes (1), a length and as
/// many bytes (2), or four bytes (5). The groups of old (3 and 4) are errors.
struct ProtobufReader {
  /// What is wrong, and before which byte.
  struct Problem: Error {
    var position: Int
    var text: String
  }

  /// The value of a field.
  enum Value {
    case integer(UInt64)
    case eightBytes
    case fourBytes(UInt32)
    /// Where a text, bytes, or a message within the message are.
    case bytes(Range<Int>)
  }

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  /// A reader of a message that lies in a part of the bytes.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// A problem at the place that was read last.
  func problem(_ text: String) -> Problem { Problem(position: position, text: text) }

  /// The next field, of whatever meaning; nil at the end of the message.
  mutating func next() throws(Problem) -> (number: Int, value: Value)? {
    guard position < end else { return nil }
    let key = try integer()
    guard 1...0x1FFF_FFFF ~= key >> 3 else { throw problem("a field has no number") }
    let value: Value
    switch key & 7 {
    case 0: value = .integer(try integer())
    case 1:
      _ = try take(8)
      value = .eightBytes
    case 2:
      let length = try integer()
      guard length <= UInt64(end - position) else {
        throw problem("a field of \(length) bytes does not lie within its message")
      }
      value = .bytes(try take(Int(length)))
    case 5: value = .fourBytes(try take(4).reversed().reduce(0) { $0 << 8 | UInt32(bytes[$1]) })
    case let type: throw problem("a field is of the wire type \(type)")
    }
    return (Int(key >> 3), value)
  }

  private mutating func take(_ count: Int) throws(Problem) -> Range<Int> {
    guard count <= end - position else { throw problem("a field ends too early") }
    position += count
    return position - count..<position
  }

  private mutating func integer() throws(Problem) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: 0 as UInt64, through: 63, by: 7) {
      let byte = bytes[try take(1).lowerBound]
      // The tenth byte has room for one bit.
      guard shift < 63 || byte <= 1 else { throw problem("a number has more than 64 bits") }
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    throw problem("a number has more than 64 bits")
  }
}

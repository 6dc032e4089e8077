import Foundation

/// Reads the lines of points, which are nearly all of a journal, in the form that this program
/// writes them; any other form is left to the JSON decoder.
///
///     ["m",12,"outer/loss",3,0.25,1764000002.5]
struct MetricLineScanner {
  /// One point, with the bytes of its series' name.
  struct Point {
    var id: Int64
    var series: Slice<UnsafeRawBufferPointer>
    var step: Int
    var value: Double
    var time: Double
  }

  private static let start = Array("[\"m\",".utf8)

  private let bytes: UnsafeRawBufferPointer
  private var index: Int
  private let end: Int

  /// The point of a line without its end; nil where it is written in another way.
  static func point(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Point? {
    guard range.count > start.count,
      start.indices.allSatisfy({ bytes[range.lowerBound + $0] == start[$0] })
    else { return nil }
    var scanner = MetricLineScanner(
      bytes: bytes, index: range.lowerBound + start.count, end: range.upperBound)
    return scanner.point()
  }

  private mutating func point() -> Point? {
    guard let id = whole(), take(","), take("\""), let series = plainText(), take(","),
      let step = whole(), take(","), let value = number(), take(","), let time = number(),
      take("]"), index == end
    else { return nil }
    return Point(id: id, series: series, step: Int(step), value: value, time: time)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < end, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func plainText() -> Slice<UnsafeRawBufferPointer>? {
    let begin = index
    while index < end, bytes[index] != UInt8(ascii: "\"") {
      guard bytes[index] != UInt8(ascii: "\\"), bytes[index] >= 0x20 else { return nil }
      index += 1
    }
    let text = bytes[begin..<index]
    return take("\"") ? text : nil
  }

  private mutating func whole() -> Int64? {
    let begin = index
    let isNegative = take("-")
    var number: Int64 = 0
    var digits = 0
    while index < end, bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") {
      digits += 1
      number = number &* 10 &+ Int64(bytes[index] &- UInt8(ascii: "0"))
      index += 1
    }
    guard digits > 0, digits <= 18 else {
      index = begin
      return nil
    }
    return isNegative ? -number : number
  }

  /// A number, or one of the words for what is none in quotation marks.
  private mutating func number() -> Double? {
    let isQuoted = take("\"")
    let begin = index
    while index < end, bytes[index] != UInt8(ascii: ","), bytes[index] != UInt8(ascii: "]"),
      bytes[index] != UInt8(ascii: "\"")
    { index += 1 }
    guard index > begin, index - begin < 32 else { return nil }
    let text = String(decoding: bytes[begin..<index], as: UTF8.self)
    if isQuoted {
      guard take("\"") else { return nil }
      return ["nan": Double.nan, "inf": .infinity, "-inf": -.infinity][text]
    }
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }
}

/// Reads the lines of points, which are nearly all of a journal, in the forms that this program
/// writes them; any other form is left to the JSON decoder.
///
///     ["m","inner/loss","hi",3,1,2,0.25,1764000002.5]
///     ["m",12,"outer/loss",3,0.25,1764000002.5]
struct PointLineScanner {
  /// What a line says, with the bytes that name the series.
  struct Point {
    /// From the series' name to the language, or the name of the first version, quotation marks
    /// included.
    var series: Range<Int>
    /// Where the language's text begins and ends; nil for `null` and in the first version.
    var language: Range<Int>?
    /// The number of the row; nil in the second version.
    var row: Int64?
    var step: Int
    var task: Int
    var innerStep: Int
    var value: Double
    var time: Double
  }

  private let bytes: UnsafeRawBufferPointer
  private var index: Int
  private let end: Int

  /// The point of a line without its end; nil where it is written in another way.
  static func point(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Point? {
    let begin = range.lowerBound
    guard range.count > 5, bytes[begin] == UInt8(ascii: "["),
      bytes[begin + 1] == UInt8(ascii: "\""), bytes[begin + 2] == UInt8(ascii: "m"),
      bytes[begin + 3] == UInt8(ascii: "\""), bytes[begin + 4] == UInt8(ascii: ",")
    else { return nil }
    var scanner = PointLineScanner(bytes: bytes, index: begin + 5, end: range.upperBound)
    return bytes[begin + 5] == UInt8(ascii: "\"") ? scanner.point() : scanner.numberedPoint()
  }

  private mutating func point() -> Point? {
    let begin = index
    guard plainText() != nil, take(UInt8(ascii: ",")) else { return nil }
    var language: Range<Int>?
    if !takeNull() {
      guard let text = plainText() else { return nil }
      language = text
    }
    let series = begin..<index
    guard take(UInt8(ascii: ",")), let step = whole(), take(UInt8(ascii: ",")),
      let task = wholeOrNull(), take(UInt8(ascii: ",")), let inner = wholeOrNull(),
      take(UInt8(ascii: ",")), let value = number(), take(UInt8(ascii: ",")), let time = number(),
      take(UInt8(ascii: "]")), index == end
    else { return nil }
    return Point(
      series: series, language: language, row: nil, step: Int(step), task: Int(task),
      innerStep: Int(inner), value: value, time: time)
  }

  private mutating func numberedPoint() -> Point? {
    guard let row = whole(), take(UInt8(ascii: ",")) else { return nil }
    let begin = index
    guard plainText() != nil else { return nil }
    let series = begin..<index
    guard take(UInt8(ascii: ",")), let step = whole(), take(UInt8(ascii: ",")),
      let value = number(), take(UInt8(ascii: ",")), let time = number(),
      take(UInt8(ascii: "]")), index == end
    else { return nil }
    return Point(
      series: series, language: nil, row: row, step: Int(step), task: 0, innerStep: 0,
      value: value, time: time)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < end, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func takeNull() -> Bool {
    guard end - index >= 4, bytes[index] == UInt8(ascii: "n"),
      bytes[index + 1] == UInt8(ascii: "u"), bytes[index + 2] == UInt8(ascii: "l"),
      bytes[index + 3] == UInt8(ascii: "l")
    else { return false }
    index += 4
    return true
  }

  /// A text in quotation marks without escapes: where it stands, without them.
  private mutating func plainText() -> Range<Int>? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let begin = index
    while index < end, bytes[index] != UInt8(ascii: "\"") {
      guard bytes[index] != UInt8(ascii: "\\"), bytes[index] >= 0x20 else { return nil }
      index += 1
    }
    let text = begin..<index
    return take(UInt8(ascii: "\"")) ? text : nil
  }

  private mutating func wholeOrNull() -> Int64? { takeNull() ? 0 : whole() }

  private mutating func whole() -> Int64? {
    let isNegative = take(UInt8(ascii: "-"))
    let begin = index
    var number: Int64 = 0
    while index < end, bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") {
      number = number &* 10 &+ Int64(bytes[index] &- UInt8(ascii: "0"))
      index += 1
    }
    guard index > begin, index - begin <= 18 else { return nil }
    return isNegative ? -number : number
  }

  /// A number, or in quotation marks one of the words for what is none.
  private mutating func number() -> Double? {
    let isQuoted = take(UInt8(ascii: "\""))
    let begin = index
    while index < end, bytes[index] != UInt8(ascii: ","), bytes[index] != UInt8(ascii: "]"),
      bytes[index] != UInt8(ascii: "\"")
    { index += 1 }
    guard index > begin,
      let value = NumberText.value(UnsafeRawBufferPointer(rebasing: bytes[begin..<index])),
      value.isFinite != isQuoted
    else { return nil }
    if isQuoted, !take(UInt8(ascii: "\"")) { return nil }
    return value
  }
}

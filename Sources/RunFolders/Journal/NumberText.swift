#if canImport(Glibc)
  import Glibc
#endif

/// Numbers as text, for every file of this program: journals, exports, archives.
///
/// The text of a finite number is the shortest that reads back as the same number. A value that is
/// not finite is `nan`, `inf` or `-inf`; in JSON it stands in quotation marks.
package enum NumberText {
  /// The text of a number.
  package static func text(_ value: Double) -> String {
    if value.isFinite { return value.description }
    return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  }

  /// The number as a JSON value.
  package static func json(_ value: Double) -> String {
    value.isFinite ? value.description : "\"\(text(value))\""
  }

  /// The number of a text; nil where it is none.
  ///
  /// Every way of writing a value that is not finite that C and Swift know is read, in any case:
  /// `nan`, `-nan`, `nan(0x…)`, `inf`, `+Infinity`.
  package static func value(_ text: some StringProtocol) -> Double? {
    var text = String(text)
    return text.withUTF8 { value(UnsafeRawBufferPointer($0)) }
  }

  /// The number of a text's bytes; nil where it is none.
  package static func value(_ bytes: UnsafeRawBufferPointer) -> Double? {
    guard let first = bytes.first else { return nil }
    if let value = decimal(bytes) { return value }
    // Nothing that is written as a number is longer, and digits beyond say nothing.
    guard bytes.count <= 400 else { return nil }
    let isSigned = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
    let word = bytes.dropFirst(isSigned ? 1 : 0)
    if let letter = word.first,
      letter | 0x20 == UInt8(ascii: "n") || letter | 0x20 == UInt8(ascii: "i")
    {
      return notFinite(word, isNegative: first == UInt8(ascii: "-"))
    }
    guard bytes.allSatisfy(isOfNumber) else { return nil }
    return Double(String(decoding: bytes, as: UTF8.self))
  }

  /// Digits, sign, point and exponent; hexadecimal numbers are none of ours.
  private static func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private static func notFinite(
    _ word: Slice<UnsafeRawBufferPointer>, isNegative: Bool
  ) -> Double? {
    let text = String(
      decoding: word.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
    if text == "inf" || text == "infinity" { return isNegative ? -.infinity : .infinity }
    if text == "nan" || (text.hasPrefix("nan(") && text.hasSuffix(")")) { return .nan }
    return nil
  }

  private static let powersOfTen: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }

  /// A number of at most 15 digits and a small exponent, for which two exact numbers need only be
  /// divided or multiplied once; nil for any other text.
  private static func decimal(_ bytes: UnsafeRawBufferPointer) -> Double? {
    var index = 0
    let end = bytes.count
    let isNegative = bytes[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var afterPoint = 0
    var hasPoint = false
    while index < end {
      let byte = bytes[index]
      if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        mantissa = mantissa &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
        digits += 1
        if hasPoint { afterPoint += 1 }
      } else if byte == UInt8(ascii: "."), !hasPoint, digits > 0 {
        hasPoint = true
      } else {
        return nil
      }
      index += 1
    }
    // 2^53 has sixteen digits; up to it every whole number is exact.
    guard digits > 0, digits <= 18, mantissa <= 1 << 53, afterPoint <= 22,
      !hasPoint || afterPoint > 0
    else { return nil }
    let value = Double(mantissa) / powersOfTen[afterPoint]
    return isNegative ? -value : value
  }
}

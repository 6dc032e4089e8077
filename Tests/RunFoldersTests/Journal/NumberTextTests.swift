import Foundation
import RunFolders
import Testing

/// One writer and one reader of numbers for every file.
@Suite struct NumberTextTests {
  private static let finite: [Double] = [
    0, -0.0, 1, -1, 0.1, 0.25, 1.0 / 3, 123_456_789.125, 1e15, 1e16, 9_007_199_254_740_992,
    9_007_199_254_740_994, 1e22, 1e23, 1e-22, 1e-23, 1.7976931348623157e308,
    2.2250738585072014e-308,
    .leastNonzeroMagnitude, Double(Float(0.1)), 1_764_000_002.512345, -273.15, .pi,
  ]

  @Test func `a finite number reads back as the same bits`() throws {
    for value in Self.finite + Self.finite.map(-) {
      let text = NumberText.text(value)
      #expect(NumberText.value(text)?.bitPattern == value.bitPattern, "\(text)")
      #expect(NumberText.json(value) == text)
    }
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let text = NumberText.text(value)
      #expect(NumberText.value(text)?.bitPattern == value.bitPattern, "\(text)")
    }
  }

  @Test func `decimal digits read as the nearest number, as the standard library reads them`() {
    for text in ["0.1", "3.14", "123.456", "0.000001", "999999999999999", "1.000000000000001", "7"]
    {
      #expect(NumberText.value(text) == Double(text))
    }
    for step in 0..<20_000 {
      let text = "\(step / 100).\(step % 100)\(step)"
      #expect(NumberText.value(text) == Double(text), "\(text)")
    }
  }

  @Test func `every NaN is written nan, and every infinity inf with its sign`() {
    let quiet = Double(bitPattern: 0x7FF8_0000_0000_0001)
    let negative = Double(bitPattern: 0xFFF8_0000_0000_0000)
    let signaling = Double(nan: 5, signaling: true)
    for value in [Double.nan, -Double.nan, quiet, negative, signaling] {
      #expect(NumberText.text(value) == "nan")
      #expect(NumberText.json(value) == "\"nan\"")
    }
    #expect(NumberText.text(.infinity) == "inf" && NumberText.text(-.infinity) == "-inf")
    #expect(NumberText.json(-.infinity) == "\"-inf\"")
  }

  @Test(arguments: [
    "nan", "-nan", "+nan", "NaN", "NAN", "nan(0x8000000000001)", "-nan(snan)", "nan()",
  ])
  func `what any program writes for no number is read`(text: String) {
    #expect(NumberText.value(text)?.isNaN == true)
  }

  @Test func `what any program writes for infinity is read with its sign`() {
    for text in ["inf", "INF", "Infinity", "+inf", "+infinity"] {
      #expect(NumberText.value(text) == .infinity, "\(text)")
    }
    for text in ["-inf", "-Infinity", "-INF"] { #expect(NumberText.value(text) == -.infinity) }
  }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "1e", "0x10", "1_000", " 1", "1 ", "nano", "infinit", "nan(",
    "--1", "1.2.3", "١",
  ])
  func `what is no number is none`(text: String) {
    #expect(NumberText.value(text) == nil)
  }
}

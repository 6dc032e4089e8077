import NotebookScreens
import Testing

@Suite struct FormattingTests {
  @Test(arguments: [
    (0.0, "0 s"), (59.9, "59 s"), (60, "1 m 00 s"), (3599, "59 m 59 s"), (3600, "1 h 00 m"),
    (90_000, "1 d 1 h"), (.nan, "–"), (.infinity, "–"), (-1, "–"),
  ])
  func `durations are told in their two largest units`(seconds: Double, text: String) {
    #expect(Formatting.duration(seconds) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (0.693147, "0.6931"), (12.3456, "12.35"), (2e-5, "2e-5"), (1.25e-7, "1.25e-7"),
    (123.456, "123.5"), (.nan, "not a number"), (.infinity, "infinite"),
  ])
  func `quantities have four digits`(value: Double, text: String) {
    #expect(Formatting.quantity(value) == text)
  }

  @Test func `a run is not done before its end`() {
    #expect(Formatting.percent(0.9999) == "99%")
    #expect(Formatting.percent(1) == "100%")
  }
}

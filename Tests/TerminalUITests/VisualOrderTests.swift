import Testing

@testable import TerminalUI

/// The expected rows are python-bidi 0.6's `get_display(text, base_dir=…)`, with brackets turned round
/// where they stand in text from the right, and marks behind their letters; it leaves both to whoever
/// draws.
@Suite struct VisualOrderTests {
  @Test(arguments: [
    ("in תל אביב now", "in ביבא לת now"), ("abc", "abc"), ("א 12,5% ב", "ב 12,5% א"),
    ("a, ב-1948!", "a, 1948-ב!"), ("שלום ", "םולש "), ("x (א) y", "x (א) y"),
    ("3 + 4 א 5-6 ב $7", "3 + 4 $7 ב 5-6 א"),
  ])
  func `a row that begins at the left`(text: String, drawn: String) {
    #expect(VisualOrder.drawn(text, .leftToRight) == drawn)
  }

  @Test(arguments: [
    ("נולד [PER דוד] בפולין", "ןילופב [דוד PER] דלונ"),
    ("נולד בשנת 1886 (פלונסק).", ".(קסנולפ) 1886 תנשב דלונ"), ("abc דוד", "דוד abc"),
    ("وُلد نجيب 1911 في مصر.", ".رصم يف 1911 بيجن دلوُ"), ("عام ١٩١١، a-b", "a-b ،١٩١١ ماع"),
    ("שלום  ", "  םולש"), ("1 [LOC? תל אביב?]≠ 12:30", "12:30 ≠[?ביבא לת ?LOC] 1"),
    ("x (א) y", "y (א) x"),
  ])
  func `a row that begins at the right`(text: String, drawn: String) {
    #expect(VisualOrder.drawn(text, .rightToLeft) == drawn)
  }

  // UAX #9, N0 and X5a to X6a, whose examples these follow (section 3.3.5: "smith (fabrikam ARABIC) HEBREW").
  @Test(arguments: [
    ("smith (fabrikam ערב) עברית", VisualOrder.Direction.rightToLeft, "תירבע (ברע fabrikam) smith"),
    ("ערב book(s)", .rightToLeft, "book(s) ברע"), ("x (א b) ג", .leftToRight, "x (א b) ג"),
    ("א \u{2066}b, ג!\u{2069} ד", .rightToLeft, "ד \u{2069}b, ג!\u{2066} א"),
    ("a \u{202B}אב c\u{202C} d", .leftToRight, "a \u{202B}c בא\u{202C} d"),
  ])
  func `brackets pair, and embeddings and isolates hold together`(
    text: String, direction: VisualOrder.Direction, drawn: String
  ) {
    func visible(_ text: String) -> String {
      String(String.UnicodeScalarView(text.unicodeScalars.filter { !TextWidth.isInvisible($0) }))
    }
    #expect(visible(VisualOrder.drawn(text, direction)) == visible(drawn))
  }

  @Test func `an override turns nothing round`() {
    #expect(VisualOrder.drawn("א \u{202E}abc").contains("abc"))
    #expect(VisualOrder.drawn("\u{202E}abc") == "\u{202E}abc")
  }

  @Test func `the first letter says where a text begins`() {
    #expect(VisualOrder.direction(of: "12, «שלום» abc") == .rightToLeft)
    #expect(VisualOrder.direction(of: "(a) שלום") == .leftToRight)
    #expect(VisualOrder.direction(of: "… 7") == .leftToRight)
  }

  @Test func `a character keeps its style and its marks where it goes`() {
    let row = StyledText(.init("ab ", Style(.faint)), .init("שָׁ", Style(.title)), .init("ל", .text))
    let drawn = VisualOrder.drawn(row, .leftToRight)
    #expect(drawn.plain == "ab לשָׁ")
    #expect(drawn.spans.map(\.style) == [Style(.faint), .text, Style(.title)])
  }

  @Test func `a buffer puts text in order unless the terminal does`() {
    var buffer = Buffer(width: 12, height: 1)
    buffer.write("in תל אביב", at: 0, 0)
    #expect(buffer.text() == "in ביבא לת")
    buffer = Buffer(width: 12, height: 1)
    buffer.ordersText = false
    buffer.write("in תל אביב", at: 0, 0)
    #expect(buffer.text() == "in תל אביב")
    // What is cut is cut at the end of what is read; the sign of that stands where the row ends.
    buffer = Buffer(width: 12, height: 1)
    buffer.write(StyledText("תל אביב יפו"), truncatedTo: 8, at: 0, 0)
    #expect(buffer.text() == "ביבא לת…")
  }

  @Test func `a text is edited where it is drawn`() {
    var document = TextDocument("שלום abc")
    let area = Rect(x: 0, y: 0, width: 12, height: 1)
    func drawn() -> (text: String, cursor: Int?) {
      var buffer = Buffer(width: 12, height: 1)
      TextArea(document).render(in: area, into: &buffer)
      return (buffer.text(), (0..<12).first { buffer[$0, 0].style.role == .cursor })
    }
    #expect(drawn().text == "    abc םולש")
    #expect(drawn().cursor == 3, "behind the last character: at the left of it")
    document.moveCursor(to: .init(line: 0, column: 0))
    #expect(drawn().cursor == 11)
    document.moveCursor(to: .init(line: 0, column: 5))
    #expect(drawn().cursor == 4, "the a of abc")
    for column in 0...8 {
      document.moveCursor(to: .init(line: 0, column: column))
      let place = TextArea(document).position(atColumn: drawn().cursor ?? 0, row: 0, in: area)
      #expect(place == .init(line: 0, column: column))
    }
  }

  @Test(arguments: [
    (["TERM": "xterm-256color"], true), (["TERM": "mlterm"], false),
    (["TERM": "xterm-kitty"], false), (["TERM": "xterm", "KONSOLE_VERSION": "230400"], false),
    (["TERM": "xterm", "VTE_VERSION": "7000"], true),
    (["TERM": "tmux", "VTE_VERSION": "7000", "TMUX": "/tmp/tmux"], false),
  ])
  func `terminals that put text in order themselves are known`(
    variables: [String: String], needs: Bool
  ) {
    #expect(TerminalEnvironment(variables: variables).needsOrderedText == needs)
  }
}

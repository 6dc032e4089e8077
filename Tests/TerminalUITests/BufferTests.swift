import Testing

@testable import TerminalUI

@Suite struct BufferTests {
  @Test func `writing reports the columns it used and clips at the edge`() {
    var buffer = Buffer(width: 5, height: 1)
    var used = buffer.write("abc", at: 3, 0)
    #expect(used == 2)
    #expect(buffer.text() == "   ab")
    used = buffer.write("xyz", at: 0, 0, maximumWidth: 2)
    #expect(used == 2)
    #expect(buffer.text() == "xy ab")
    used = buffer.write("q", at: 0, 1)
    #expect(used == 0)
    used = buffer.write("q", at: 0, -1)
    #expect(used == 0)
  }

  @Test func `a wide character is never cut in half`() {
    var buffer = Buffer(width: 4, height: 1)
    let used = buffer.write("a東京", at: 0, 0)
    #expect(used == 3)
    #expect(buffer.text() == "a東")
    #expect(buffer[1, 0].width == 2)
    #expect(buffer[2, 0].width == 0)
    buffer[2, 0] = Cell("x")
    #expect(buffer.text() == "a x", "the left half goes when the right one is written over")
    buffer.write("東", at: 1, 0)
    buffer[1, 0] = Cell("y")
    #expect(buffer.text() == "ay", "and the right half with the left one")
  }

  @Test func `control characters are shown as dots and cannot reach the terminal`() {
    var buffer = Buffer(width: 12, height: 1)
    buffer.write("a\u{1B}[31m\tb\r\n", at: 0, 0)
    #expect(buffer.text() == "a·[31m·b·")
    #expect(buffer[1, 0].text == "·")
  }

  @Test func `bidirectional controls are left out`() {
    var buffer = Buffer(width: 5, height: 1)
    let used = buffer.write("a\u{202E}b\u{200F}c", at: 0, 0)
    #expect(used == 3)
    #expect(buffer.text() == "abc")
  }

  @Test func `what is written has the width that was measured`() {
    for text in ["loss", "東京", "हिन्दी", "👨‍👩‍👧 family", "ஸ்ரீ", "e\u{301}\u{200B}x", "\r\n\t"] {
      var buffer = Buffer(width: 40, height: 1)
      let used = buffer.write(text, at: 0, 0)
      #expect(used == TextWidth.width(of: text), "\(text)")
    }
  }

  @Test func `every cell row adds up to the width of the buffer`() {
    var buffer = Buffer(width: 7, height: 1)
    for start in 0..<7 {
      buffer.write("東a京", at: start, 0)
      #expect((0..<7).reduce(0) { $0 + buffer[$1, 0].width } == 7)
    }
  }

  @Test func `a background keeps the text and its role`() {
    var buffer = Buffer(width: 3, height: 1)
    buffer.write("ok", at: 0, 0, style: Style(.success))
    buffer.setBackground(.selection, in: buffer.area)
    #expect(buffer[0, 0].style == Style(.success, on: .selection))
    #expect(buffer[2, 0].style == Style(.text, on: .selection))
    #expect(buffer.text() == "ok")
  }

  @Test func `cells outside are blank to read and ignored when written`() {
    var buffer = Buffer(width: 2, height: 1)
    buffer[5, 5] = Cell("x")
    buffer[-1, 0] = Cell("x")
    #expect(buffer == Buffer(width: 2, height: 1))
    #expect(buffer[9, 9] == .blank)
    #expect(Buffer(width: -3, height: 2).text() == "\n")
  }
}

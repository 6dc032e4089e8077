import TerminalUI
import Testing

/// The laws of text of several lines.
@Suite struct TextDocumentTests {
  private func press(_ document: inout TextDocument, _ keys: KeyEvent..., width: Int = 20) {
    for key in keys { _ = document.handle(key, width: width, page: 3) }
  }

  private func type(_ document: inout TextDocument, _ text: String) {
    for character in text {
      _ = document.handle(KeyEvent(.character(character)), width: 20, page: 3)
    }
  }

  @Test func `what is typed stands at the cursor`() {
    var document = TextDocument("Ada\nBo")
    press(&document, KeyEvent(.up), KeyEvent(.end))
    type(&document, " met")
    #expect(document.text == "Ada met\nBo")
    press(&document, KeyEvent(.enter))
    #expect(document.lines == ["Ada met", "", "Bo"])
    press(&document, KeyEvent(.backspace), KeyEvent(.delete))
    #expect(document.lines == ["Ada metBo"])
  }

  @Test func `a combining mark joins the letter before it`() {
    var document = TextDocument()
    type(&document, "e\u{301}x")
    #expect(document.text == "e\u{301}x" && document.cursor.column == 2)
    press(&document, KeyEvent(.left), KeyEvent(.backspace))
    #expect(document.text == "x", "one key takes the letter with its mark")
  }

  @Test func `typed words are taken back one by one, and come again`() {
    var document = TextDocument()
    type(&document, "one two")
    press(&document, KeyEvent(.enter))
    type(&document, "three")
    var states: [String] = []
    while document.canUndo {
      document.undo()
      states.append(document.text)
    }
    #expect(states == ["one two\n", "one two", "one ", ""])
    for _ in 0..<4 { document.redo() }
    #expect(document.text == "one two\nthree" && !document.canRedo)
    document.undo()
    type(&document, "x")
    #expect(!document.canRedo, "what is typed anew ends what was taken back")
  }

  @Test func `undo gives back what was cut, and Ctrl-Y puts it elsewhere`() {
    var document = TextDocument("Ada met Bo\nin Ulm")
    press(&document, KeyEvent(.home, .control), KeyEvent(.right, .control))
    press(&document, KeyEvent(.control("k")))
    #expect(document.lines == ["Ada", "in Ulm"])
    press(&document, KeyEvent(.control("k")))
    #expect(document.lines == ["Adain Ulm"], "at its end it takes the line end")
    document.undo()
    document.undo()
    #expect(document.text == "Ada met Bo\nin Ulm")
    press(&document, KeyEvent(.control("w")), KeyEvent(.end), KeyEvent(.control("y")))
    #expect(document.lines[0] == " met BoAda")
  }

  @Test func `a paste is one change and its line ends begin lines`() {
    var document = TextDocument("<>")
    press(&document, KeyEvent(.left))
    document.insert("a\r\nb\nc")
    #expect(document.lines == ["<a", "b", "c>"])
    #expect(document.cursor == .init(line: 2, column: 1))
    document.undo()
    #expect(document.text == "<>")
  }

  @Test func `rows are broken after spaces, wide characters count two`() {
    let layout = TextLayout(["Ada met Bo in Ulm", "", "東京都は大きい"], width: 8)
    let rows = layout.rows.map { String(layout.characters(of: $0)) }
    #expect(rows == ["Ada met ", "Bo in ", "Ulm", "", "東京都は", "大きい"])
    #expect(layout.place(of: .init(line: 2, column: 2)) == (4, 4))
    #expect(layout.place(of: .init(line: 2, column: 4)) == (5, 0))
    #expect(layout.position(row: 5, column: 2) == .init(line: 2, column: 5))
  }

  @Test func `every place has a cell that leads back to it`() {
    let lines = ["a longer line of words that wraps", "", "e\u{301}e\u{301} שלום עולם", "नमस्ते दुनिया"]
    for width in 1...40 {
      let layout = TextLayout(lines, width: width)
      for (line, text) in lines.enumerated() {
        for column in 0...text.count {
          let place = layout.place(of: .init(line: line, column: column))
          let back = layout.position(row: place.row, column: place.column)
          #expect(back == .init(line: line, column: column), "\(line):\(column) at \(width)")
        }
      }
    }
  }

  @Test func `up and down keep to a column of the screen`() {
    var document = TextDocument("twelve letters\nab\ntwelve letters")
    document.moveCursor(to: .init(line: 0, column: 9))
    press(&document, KeyEvent(.down))
    #expect(document.cursor == .init(line: 1, column: 2))
    press(&document, KeyEvent(.down))
    #expect(document.cursor == .init(line: 2, column: 9))
    press(&document, KeyEvent(.down))
    #expect(document.cursor == .init(line: 2, column: 14), "below the last row is its end")
    press(&document, KeyEvent(.pageUp))
    press(&document, KeyEvent(.up))
    #expect(document.cursor == .init(line: 0, column: 0))
  }

  @Test func `the area shows the rows around the cursor, and a click finds its place`() {
    let document = TextDocument((1...9).map { "row \($0)" }.joined(separator: "\n"))
    var buffer = Buffer(width: 10, height: 4)
    let area = TextArea(document)
    buffer.draw(area, in: buffer.area)
    #expect(buffer.text() == "row 6\nrow 7\nrow 8\nrow 9")
    #expect(buffer[5, 3].style.role == .cursor)
    #expect(area.position(atColumn: 4, row: 1, in: buffer.area) == .init(line: 6, column: 4))
    #expect(area.position(atColumn: 4, row: 4, in: buffer.area) == nil)
  }
}

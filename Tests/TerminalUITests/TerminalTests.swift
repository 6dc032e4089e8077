import Testing

@testable import TerminalUI

@Suite struct InMemoryTerminalTests {
  @Test func `events come in order, and a resize changes the size`() {
    let terminal = InMemoryTerminal(width: 80, height: 24, events: [.key(KeyEvent(.down))])
    terminal.send(.resize(width: 40, height: 12))
    terminal.type("q")
    #expect(terminal.nextEvent(timeoutMilliseconds: 0) == .key(KeyEvent(.down)))
    #expect(terminal.size == (80, 24))
    #expect(terminal.nextEvent(timeoutMilliseconds: 0) == .resize(width: 40, height: 12))
    #expect(terminal.size == (40, 12))
    #expect(terminal.nextEvent(timeoutMilliseconds: 0) == .key(KeyEvent(.character("q"))))
    #expect(terminal.nextEvent(timeoutMilliseconds: 0) == nil)
  }

  @Test func `every picture is kept`() {
    let terminal = InMemoryTerminal(width: 3, height: 1)
    var buffer = Buffer(width: 3, height: 1)
    terminal.draw(buffer, cursor: nil, theme: .builtIn)
    buffer.write("ok", at: 0, 0)
    terminal.draw(buffer, cursor: (1, 0), theme: .builtIn)
    #expect(terminal.frames.map { $0.buffer.text() } == ["", "ok"])
    #expect(terminal.text == "ok")
    #expect(terminal.frames.last?.cursor?.x == 1)
    #expect(terminal.frames.last?.themeName == "dark")
  }

  @Test func `closing, suspending and drawing anew are remembered`() {
    let terminal = InMemoryTerminal(width: 3, height: 1)
    terminal.redraw()
    terminal.suspend()
    terminal.close()
    terminal.close()
    #expect(terminal.redrawCount == 1)
    #expect(terminal.suspensionCount == 1)
    #expect(terminal.isClosed)
  }
}

@Suite struct TerminalEnvironmentTests {
  private func depth(_ variables: [String: String], _ colors: Int) -> ColorDepth {
    TerminalEnvironment(variables: variables).colorDepth(described: colors)
  }

  @Test func `the colours are those the terminal says it has`() {
    #expect(depth([:], 256) == .palette)
    #expect(depth(["COLORTERM": "truecolor"], 256) == .trueColor)
    #expect(depth(["COLORTERM": "24bit"], 256) == .trueColor)
    #expect(depth(["COLORTERM": "truecolor"], 8) == .sixteen)
    #expect(depth([:], 1 << 24) == .trueColor)
    #expect(depth([:], 8) == .sixteen)
    #expect(depth([:], 88) == .sixteen)
    #expect(depth([:], -1) == .none)
  }

  @Test func `NO_COLOR is obeyed unless it is empty`() {
    #expect(depth(["NO_COLOR": "1", "COLORTERM": "truecolor"], 256) == .none)
    #expect(depth(["NO_COLOR": ""], 256) == .palette)
  }

  @Test func `the colours that GNU screen passes on are not believed`() {
    #expect(depth(["COLORTERM": "truecolor", "STY": "1.pts"], 256) == .palette)
  }

  @Test func `glyphs follow the terminal and its locale`() {
    func glyphs(_ variables: [String: String], isUTF8: Bool = true) -> Glyphs {
      TerminalEnvironment(variables: variables).glyphs(isUTF8: isUTF8)
    }
    #expect(glyphs(["TERM": "xterm-256color"]) == .braille)
    #expect(glyphs(["TERM": "xterm-256color"], isUTF8: false) == .ascii)
    #expect(glyphs(["TERM": "linux", "LANG": "de_DE.UTF-8"]) == .blocks)
    #expect(glyphs(["TERM": "linux", "LC_ALL": "C", "LANG": "de_DE.UTF-8"]) == .ascii)
    #expect(glyphs(["TERM": "dumb", "LANG": "C.UTF-8"]) == .ascii)
  }

  @Test(arguments: [
    ("a", "a"), ("─", "-"), ("╭", "+"), ("é", "e"), ("Ż", "Z"), ("⠉", "*"), ("…", "."), ("東", "?"),
    ("👍", "?"), ("e\u{301}", "e"),
  ])
  func `without Unicode a character is replaced by one that is like it`(
    character: Character, replacement: Character
  ) {
    #expect(ASCIIText.character(for: character) == replacement)
  }

  @Test func `graphemes of uncertain width are told from the others`() {
    #expect(
      ["a", "é", "ß", "Ω", "Я", "│", "⠿", "█", "東", "한", "✕", "…"].allSatisfy(SteadyWidth.isSteady))
    let unsteady: [Character] = ["👍", "👨‍👩‍👧", "का", "e\u{301}", "❤️", "❤", "ไ", "ע", "\u{A0}", "🇩🇪"]
    #expect(!unsteady.contains(where: SteadyWidth.isSteady))
  }

  // xterm's 256colres.h: 16 + 36 r + 6 g + b with levels 0 95 135 175 215 255, then grey 8 + 10 n.
  @Test func `the numbers of the palette have xterm's colours`() {
    #expect(ColorPairs.rgb(ofIndex: 16) == 0x000000)
    #expect(ColorPairs.rgb(ofIndex: 231) == 0xFFFFFF)
    #expect(ColorPairs.rgb(ofIndex: 110) == 0x87AFD7)
    #expect(ColorPairs.rgb(ofIndex: 240) == 0x585858)
  }

  @Test func `an error says what to do`() {
    #expect(TerminalError.unknownTerminalType("nonsense").description.contains("TERM=nonsense"))
    #expect(TerminalError.unknownTerminalType("nonsense").description.contains("ncurses-term"))
    #expect(TerminalError.notATerminal("standard output").description.contains("standard output"))
  }
}

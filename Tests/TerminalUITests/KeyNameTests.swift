import TerminalUI
import Testing

/// Keys by their names, as people write them in a file.
@Suite struct KeyNameTests {
  @Test(arguments: [
    ("x", KeyEvent(.character("x"))), ("X", KeyEvent(.character("X"))),
    ("Shift-x", KeyEvent(.character("X"))), ("ctrl+R", KeyEvent(.control("r"))),
    ("Ctrl-Space", KeyEvent(.control(" "))), ("Alt-x", KeyEvent(.character("x"), .alt)),
    ("Alt-Enter", KeyEvent(.enter, .alt)), ("Ctrl-Up", KeyEvent(.up, .control)),
    ("Ctrl-Alt-PgDn", KeyEvent(.pageDown, [.control, .alt])), ("Shift-Tab", KeyEvent(.backTab)),
    ("F12", KeyEvent(.function(12))), ("f1", KeyEvent(.function(1))),
    ("-", KeyEvent(.character("-"))),
    ("Ctrl--", nil), ("Alt-[", nil), ("Alt-P", nil), ("Alt--", KeyEvent(.character("-"), .alt)),
    ("esc", KeyEvent(.escape)),
    ("Space", KeyEvent(.character(" "))), ("ü", KeyEvent(.character("ü"))),
    ("Hyper-x", nil), ("F13", nil), ("", nil), ("ab", nil), (" ", nil), ("\u{1B}", nil),
    ("Ctrl-I", nil), ("Ctrl-m", nil), ("Ctrl-[", nil), ("Ctrl-1", nil), ("Shift-1", nil),
    ("Ctrl-Enter", nil), ("Ctrl-Tab", nil),
  ])
  func `a name is a key that terminals can tell from others, or an error`(
    name: String, key: KeyEvent?
  ) throws {
    guard let key else {
      let error = #expect(throws: KeyEvent.NameError.self) { try KeyEvent(name: name) }
      #expect(error?.problem.contains("“\(name)”") == true && error?.expected.isEmpty == false)
      return
    }
    #expect(try KeyEvent(name: name) == key)
  }

  @Test func `a key of another one's name says which`() {
    let error = #expect(throws: KeyEvent.NameError.self) { try KeyEvent(name: "Ctrl-I") }
    #expect(error?.problem == "“Ctrl-I” is Tab to a terminal")
  }

  @Test func `the description of a key is a name of it`() throws {
    let keys: [Key] =
      [
        .enter, .escape, .tab, .backTab, .backspace, .delete, .insert, .up, .down, .left, .right,
        .home, .end, .pageUp, .pageDown, .function(5), .control("r"), .character(" "),
      ] + "aZ?:!-+*<>.,[]{}\"\\#".map { .character($0) }
    for key in keys.map({ KeyEvent($0) }) + [KeyEvent(.up, .control), KeyEvent(.enter, .alt)] {
      #expect(try KeyEvent(name: key.description) == key)
    }
  }
}

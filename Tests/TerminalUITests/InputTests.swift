import Testing

@testable import TerminalUI

@Suite struct InputTests {
  @Test(arguments: [
    (KeyEvent(.control("z")), "Ctrl-Z"), (KeyEvent(.character("x"), .alt), "Alt-x"),
    (KeyEvent(.character(" ")), "Space"), (KeyEvent(.function(5)), "F5"), (KeyEvent(.up), "↑"),
    (KeyEvent(.backTab), "Shift-Tab"), (KeyEvent(.left, [.control, .shift]), "Ctrl-Shift-←"),
  ])
  func `a key is described as it is written on keyboards`(key: KeyEvent, text: String) {
    #expect(key.description == text)
  }

  // CSI sequences as xterm's ctlseqs document lists them.
  @Test func `keys with modifiers are read from control sequences`() {
    #expect(ModifiedKeys.event(parameters: "1;5", final: "A") == KeyEvent(.up, .control))
    #expect(ModifiedKeys.event(parameters: "1;4", final: "H") == KeyEvent(.home, [.shift, .alt]))
    #expect(ModifiedKeys.event(parameters: "3;2", final: "~") == KeyEvent(.delete, .shift))
    #expect(ModifiedKeys.event(parameters: "15", final: "~") == KeyEvent(.function(5)))
    #expect(ModifiedKeys.event(parameters: "", final: "Z") == KeyEvent(.backTab))
    #expect(ModifiedKeys.event(parameters: "99", final: "~") == nil)
    #expect(ModifiedKeys.event(parameters: ";;", final: "q") == nil)
    #expect(ModifiedKeys.event(extendedName: "kRIT5") == KeyEvent(.right, .control))
    #expect(ModifiedKeys.event(extendedName: "kUP") == KeyEvent(.up, .shift))
    #expect(ModifiedKeys.event(extendedName: "kfoo9") == nil)
  }

  @Test func `mouse reports count from zero and tell clicks, drags and the wheel apart`() {
    #expect(MouseReport.event("0;12;5M") == MouseEvent(.press, x: 11, y: 4))
    #expect(MouseReport.event("2;1;1m") == MouseEvent(.release, button: .right, x: 0, y: 0))
    #expect(MouseReport.event("32;300;80M") == MouseEvent(.drag, x: 299, y: 79))
    #expect(MouseReport.event("64;3;4M") == MouseEvent(.scrollUp, button: .none, x: 2, y: 3))
    #expect(MouseReport.event("65;3;4M") == MouseEvent(.scrollDown, button: .none, x: 2, y: 3))
    #expect(MouseReport.event("16;3;4M") == MouseEvent(.press, x: 2, y: 3), "with Ctrl")
    for broken in ["", "M", "0;0;1M", "0;1M", "a;b;cM", "66;3;4M", "35;3;4M"] {
      #expect(MouseReport.event(broken) == nil, "\(broken)")
    }
  }

  @Test func `a key binding applies in its contexts, or everywhere`() {
    enum Action { case open }
    let open = KeyBinding(
      [.enter, .character("o")], Action.open, label: "open", help: "Open the run.",
      contexts: ["runs"])
    #expect(open.applies(to: KeyEvent(.enter), in: "runs"))
    #expect(!open.applies(to: KeyEvent(.enter), in: "help"))
    #expect(!open.applies(to: KeyEvent(.enter, .alt), in: "runs"))
    #expect(open.keyNames == "Enter o")
    let anywhere = KeyBinding([.escape], Action.open, label: "back", help: "Go back.")
    #expect(anywhere.applies(to: KeyEvent(.escape), in: "help"))
  }
}

@Suite struct TextInputTests {
  /// The text after some keys, with `|` for the cursor.
  private func typing(_ keys: [Key], into text: String = "") -> String {
    var input = TextInput(text)
    for key in keys {
      let isHandled = input.handle(KeyEvent(key))
      #expect(isHandled)
    }
    var shown = Array(input.text)
    shown.insert("|", at: input.cursor)
    return String(shown)
  }

  @Test func `characters are inserted where the cursor is`() {
    #expect(typing([.character("a"), .character("b"), .left, .character("c")]) == "ac|b")
  }

  @Test func `deleting stops at the ends`() {
    #expect(typing([.backspace, .backspace, .backspace], into: "ab") == "|")
    #expect(typing([.delete], into: "ab") == "ab|")
    #expect(typing([.home, .delete], into: "ab") == "|b")
  }

  @Test func `the editing keys of the shell work`() {
    #expect(typing([.control("w")], into: "one two  ") == "one |")
    #expect(typing([.control("w"), .control("w"), .control("w")], into: "one two") == "|")
    #expect(typing([.control("a"), .control("k")], into: "one") == "|")
    #expect(typing([.left, .control("u")], into: "one") == "|e")
  }

  @Test func `a combining mark joins the character before the cursor`() {
    #expect(typing([.character("e"), .character("\u{301}"), .character("x")]) == "e\u{301}x|")
  }

  @Test func `pasted lines become one row`() {
    var input = TextInput("ab")
    _ = input.handle(KeyEvent(.left))
    input.insert("1\n2")
    #expect(input.text == "a1 2b")
    #expect(input.cursor == 4)
  }

  @Test func `other keys are left to the screen`() {
    var input = TextInput("ab")
    for key in [KeyEvent(.enter), KeyEvent(.character("x"), .alt)] {
      let isHandled = input.handle(key)
      #expect(!isHandled)
    }
    #expect(input.text == "ab")
  }
}

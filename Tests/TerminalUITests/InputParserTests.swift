import Testing

@testable import TerminalUI

/// What terminals send, read byte by byte and in every other way it may come.
@Suite struct InputParserTests {
  private static let up = InputEvent.key(KeyEvent(.up))

  /// All events of some reads with a pause before each, and of the time after them.
  private func events(
    _ reads: [[UInt8]], pause: Duration = .milliseconds(10), keys: [String: KeyEvent] = [:]
  ) -> [InputEvent] {
    var parser = InputParser(keys: keys)
    var time = Duration.zero
    var events: [InputEvent] = []
    for read in reads {
      time += pause
      while let deadline = parser.deadline, deadline <= time {
        events += parser.expire(at: deadline)
      }
      events += parser.feed(read, at: time)
    }
    while let deadline = parser.deadline { events += parser.expire(at: deadline) }
    return events
  }

  private func events(_ text: String) -> [InputEvent] { events([Array(text.utf8)]) }

  private func typed(_ text: String) -> [InputEvent] {
    text.map { .key(KeyEvent(.character($0))) }
  }

  /// Strings and replies of xterm's ctlseqs, kitty's protocols, and terminals in their 8-bit form.
  static let replies = [
    "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{7}", "\u{1B}]10;rgb:ffff/ffff/ffff\u{1B}\\",
    "\u{1B}]4;1;rgb:cc/00/00\u{9C}", "\u{1B}]52;c;cSBxIHE=\u{7}", "\u{1B}]lœ ✓ 東 title\u{1B}\\",
    "\u{1B}P1$r0 q\u{1B}\\", "\u{1B}P>|XTerm(390)\u{1B}\\", "\u{1B}P1+r544e=787465726d\u{9C}",
    "\u{1B}P!|7E565445\u{1B}\\", "\u{1B}_Gi=31;OK\u{1B}\\", "\u{1B}^private: q\rq\r\u{1B}\\",
    "\u{1B}Xstart\nof\rstring\u{7}", "\u{1B}]0;an \u{1B}[A escape \u{1B}q within\u{1B}\\",
    "\u{1B}[?62;1;6;9;22c", "\u{1B}[>41;390;0c", "\u{1B}[24;80R", "\u{1B}[1;5R", "\u{1B}[?1;1;1R",
    "\u{1B}[0n", "\u{1B}[?2026;2$y", "\u{1B}[4;1$y", "\u{1B}[I", "\u{1B}[O", "\u{1B}[?1u",
    "\u{1B}[97;5u", "\u{1B}[57441;2:3u", "\u{1B}[1;1:3A", "\u{1B}[27;5;113~", "\u{1B}[8;24;80t",
    "\u{1B}[?0;0;640;480S", "\u{1B}[?997;1n", "\u{1B}[1;2;3;4&w", "\u{1B}O5Y", "\u{9B}?62;22c",
    "\u{9D}11;rgb:0000/0000/0000\u{9C}", "\u{90}1$r0m\u{9C}", "\u{9F}Gi=1;OK\u{9C}",
    "\u{98}q\u{9C}", "\u{9E}q\u{9C}",
  ]

  @Test(arguments: replies)
  func `a reply is no key, in whatever two pieces it comes and with whatever pause`(reply: String) {
    let bytes = Array(reply.utf8)
    #expect(events([bytes]) == [])
    for place in 1..<bytes.count {
      for pause: Duration in [.milliseconds(1), .milliseconds(20), .seconds(1)] {
        // A lone escape is the key after its delay; what follows it is recognised nevertheless.
        let isEscape = place == 1 && bytes[0] == 0x1B && pause > InputParser.escapeDelay
        let found = events([Array(bytes[..<place]), Array(bytes[place...])], pause: pause)
        guard isEscape else {
          #expect(found == [], "\(place) \(pause)")
          continue
        }
        #expect(found.first == .key(KeyEvent(.escape)))
        #expect(!found.contains { if case .key(let key) = $0 { key.key == .enter } else { false } })
      }
    }
    // Byte by byte, and between keys.
    #expect(events(bytes.map { [$0] }) == [])
    #expect(events([Array("j\(reply)k".utf8)]) == typed("jk"))
    #expect(events([Array(reply.utf8) + Array("\u{1B}[A".utf8) + bytes + bytes]) == [Self.up])
  }

  @Test func `a colour or a device's attributes after a late escape are no keys`() {
    for reply in ["]11;rgb:1e1e/1e1e/2e2e\u{7}", "[?62;22c", "P1$r0 q\u{1B}\\", "_Gi=1;OK\u{1B}\\"]
    {
      #expect(
        events([[0x1B], Array(reply.utf8)], pause: .milliseconds(300))
          == [.key(KeyEvent(.escape))])
    }
  }

  @Test func `strings in the 8-bit form of terminals without UTF-8 are no keys`() {
    #expect(events([[0x9D] + Array("11;rgb".utf8) + [0x9C, 0x6A]]) == typed("j"))
    #expect(events([[0x9B] + Array("?62;1c".utf8)]) == [])
    // œ and ś have the byte of ST within them, and end nothing.
    #expect(events("\u{1B}]2;ŕ\u{15C} q\u{7}j") == typed("j"))
  }

  @Test func `a string of any length is no key`() {
    let chunk = [UInt8](repeating: 0x71, count: 4096)
    let start = Array("\u{1B}]52;c;".utf8)
    #expect(events([start] + Array(repeating: chunk, count: 3000) + [[0x07, 0x6A]]) == typed("j"))
    let digits = [UInt8](repeating: 0x31, count: 100_000)
    #expect(events([Array("\u{1B}[".utf8) + digits + Array("~j".utf8)]) == typed("j"))
  }

  @Test func `after a string that never ends, keys work again`() {
    var parser = InputParser()
    #expect(parser.feed(Array("\u{1B}]52;c;qqqq".utf8), at: .zero) == [])
    #expect(parser.expire(at: .seconds(1)) == [])
    #expect(parser.expire(at: .seconds(2)) == [])
    #expect(parser.feed([0x6A], at: .seconds(3)) == typed("j"))
    // Its end, when it comes after all, is still of it.
    #expect(parser.feed(Array("rest: q\r\u{1B}\\k".utf8), at: .seconds(5)) == typed("k"))
    #expect(parser.feed([0x07], at: .seconds(6)) == [.key(KeyEvent(.control("g")))])

    // Somebody who goes on typing has the keyboard back after ten seconds.
    parser = InputParser()
    _ = parser.feed(Array("\u{1B}P".utf8), at: .zero)
    for tenth in 1..<100 { #expect(parser.feed([0x6A], at: .milliseconds(tenth * 100)) == []) }
    #expect(parser.feed([0x6A], at: .seconds(10)) == typed("j"))
  }

  @Test func `the rest of a sequence that was given up is no key`() {
    var parser = InputParser()
    _ = parser.feed(Array("\u{1B}[".utf8), at: .zero)
    #expect(parser.expire(at: .seconds(2)) == [])
    #expect(parser.feed(Array("?62;22cj".utf8), at: .seconds(3)) == typed("j"))
  }

  @Test(arguments: [
    ("\u{1B}[A", KeyEvent(.up)), ("\u{1B}OB", KeyEvent(.down)),
    ("\u{1B}[1;5C", KeyEvent(.right, .control)),
    ("\u{1B}[3~", KeyEvent(.delete)), ("\u{1B}[6;3~", KeyEvent(.pageDown, .alt)),
    ("\u{1B}OP", KeyEvent(.function(1))), ("\u{1B}[24~", KeyEvent(.function(12))),
    ("\u{1B}[Z", KeyEvent(.backTab)), ("\u{1B}[[C", KeyEvent(.function(3))),
    ("\u{1B}x", KeyEvent(.character("x"), .alt)), ("\u{1B}é", KeyEvent(.character("é"), .alt)),
    ("\u{1B}\r", KeyEvent(.enter, .alt)), ("\u{1B}\u{1B}[A", KeyEvent(.up, .alt)),
    ("\u{1B}\u{1B}OD", KeyEvent(.left, .alt)), ("\u{1B}OM", KeyEvent(.enter)),
    ("\u{1B}Ot", KeyEvent(.character("4"))), ("é", KeyEvent(.character("é"))),
    ("東", KeyEvent(.character("東"))), ("😀", KeyEvent(.character("😀"))),
    ("\u{7F}", KeyEvent(.backspace)), ("\t", KeyEvent(.tab)), ("\0", KeyEvent(.control(" "))),
    ("\u{3}", KeyEvent(.control("c"))), ("\u{1F}", KeyEvent(.control("_"))),
  ])
  func `a key is read whole, in two pieces and byte by byte`(text: String, key: KeyEvent) {
    let bytes = Array(text.utf8)
    #expect(events([bytes]) == [.key(key)])
    for place in 1..<max(bytes.count, 1) {
      #expect(events([Array(bytes[..<place]), Array(bytes[place...])]) == [.key(key)])
    }
    #expect(events(bytes.map { [$0] }) == [.key(key)])
  }

  @Test func `an escape is the key when nothing follows it`() {
    var parser = InputParser()
    #expect(parser.feed([0x1B], at: .zero) == [])
    #expect(parser.deadline == .milliseconds(25))
    #expect(parser.expire(at: .milliseconds(24)) == [])
    #expect(parser.expire(at: .milliseconds(25)) == [.key(KeyEvent(.escape))])
    #expect(parser.deadline == nil)
    #expect(
      events("\u{1B}\u{1B}") == [.key(KeyEvent(.escape)), .key(KeyEvent(.escape))])
    #expect(events([[0x1B], [0x6A]], pause: .seconds(1)) == [.key(KeyEvent(.escape))] + typed("j"))
  }

  @Test func `the mouse is read in both forms`() {
    #expect(events("\u{1B}[<0;12;5M") == [.mouse(MouseEvent(.press, x: 11, y: 4))])
    #expect(events("\u{1B}[M !!") == [.mouse(MouseEvent(.press, x: 0, y: 0))])
    #expect(events("\u{1B}[M#!\"") == [.mouse(MouseEvent(.release, x: 0, y: 1))])
    #expect(events("\u{1B}[<0;;M\u{1B}[<M") == [])
  }

  @Test func `a terminal's own sequences are keys, unless they look like reports`() {
    let keys = [
      "\u{1B}Oa": KeyEvent(.up, .control), "\u{1B}[7$": KeyEvent(.home, .shift),
      "\u{1B}[224z": KeyEvent(.function(1)), "\u{1B}[1;2R": KeyEvent(.function(3), .shift),
      "\u{1B}j": KeyEvent(.pageDown), "\u{1B}P": KeyEvent(.function(1)),
    ]
    func found(_ text: String) -> [InputEvent] { events([Array(text.utf8)], keys: keys) }
    #expect(found("\u{1B}Oa") == [.key(KeyEvent(.up, .control))])
    #expect(found("\u{1B}[7$j") == [.key(KeyEvent(.home, .shift))] + typed("j"))
    #expect(found("\u{1B}[224z") == [.key(KeyEvent(.function(1)))])
    #expect(found("\u{1B}j") == [.key(KeyEvent(.pageDown))])
    #expect(found("\u{1B}[1;2R\u{1B}Px\u{7}") == [])
  }

  @Test func `a bracketed paste is one event, however it comes`() {
    let bytes = Array("\u{1B}[200~q\rzwei\r\nté\u{1B}[201~".utf8)
    let meant = [InputEvent.paste("q\nzwei\nté")]
    #expect(events([bytes]) == meant)
    for place in 1..<bytes.count {
      #expect(events([Array(bytes[..<place]), Array(bytes[place...])]) == meant)
    }
    #expect(events(bytes.map { [$0] }) == meant)
    #expect(events("\u{1B}[200~\u{1B}[201~") == [.paste("")])
    // A lost end does not take the keyboard away; what comes late is pasted as well.
    #expect(
      events([Array("\u{1B}[200~one".utf8), Array("q two\u{1B}[201~".utf8)], pause: .seconds(4))
        == [.paste("one"), .paste("q two")])
  }

  @Test(arguments: ["q\rq\r", "theme light\rquit", "one\ntwo\nthree\n", "a\tb\r\nc\td\r\n"])
  func `many lines at once are a paste, also without brackets`(text: String) {
    #expect(
      events(text) == [
        .paste(String(text.map { $0 == "\r" || $0 == "\r\n" ? "\n" : $0 }))
      ])
  }

  @Test(arguments: [
    "\r\r\r\r", "jjjjjjjj\r", "j\r", "\rj", "jj\rj", ":theme light\r", "abcdefghijkl",
  ])
  func `what is typed fast stays keys`(text: String) {
    #expect(
      events(text)
        == text.map { .key(KeyEvent($0 == "\r" ? .enter : .character($0))) })
  }

  @Test func `what somebody may have typed while the program was busy stays keys`() {
    let text = Array("\rpriming\r".utf8)
    func event(busy: Duration) -> [InputEvent] {
      var parser = InputParser()
      let events = parser.feed(text, at: .seconds(5), busy: busy)
      return events + parser.expire(at: .seconds(6))
    }
    // Nine characters take 0.36 s at 25 a second.
    #expect(
      event(busy: .milliseconds(400)) == [.key(KeyEvent(.enter))] + typed("priming") + [
        .key(KeyEvent(.enter))
      ])
    #expect(event(busy: .milliseconds(300)) == [.paste("\npriming\n")])
  }

  @Test func `a paste without brackets goes on with what follows at once`() {
    let first = Array("one\rtwo\r".utf8)
    #expect(events([first, Array("q".utf8)]) == [.paste("one\ntwo\nq")])
    #expect(
      events([first, Array("q".utf8)], pause: .milliseconds(200))
        == [.paste("one\ntwo\n")] + typed("q"))
    // Escapes in it are not carried out.
    #expect(events("one\rtwo\u{1B}q\u{3}\rthree") == [.paste("one\ntwo\nthree")])
  }

  @Test func `bytes that make no character become one sign, and lose nothing after them`() {
    #expect(events([[0xC3, 0x6A]]) == typed("\u{FFFD}j"))
    #expect(events([[0xE6, 0x9D, 0x1B, 0x5B, 0x41]]) == typed("\u{FFFD}") + [Self.up])
    #expect(events([[0xFF, 0xC0, 0x6A]]) == typed("\u{FFFD}\u{FFFD}j"))
  }

  @Test func `whatever comes is read, and the keyboard works afterwards`() {
    var random = SystemRandomNumberGenerator()
    let pieces =
      Self.replies.map { Array($0.utf8) } + [
        [0x1B], [0x1B, 0x5B], [0x9B], [0x90], [0x07], [0x18], [0x0D], Array("\u{1B}[200~".utf8),
        Array("\u{1B}[201~".utf8), Array("\u{1B}[M".utf8), Array("text\r".utf8), [0xE6, 0x9D],
      ]
    for round in 0..<3000 {
      var reads: [[UInt8]] = []
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        reads.append(
          Bool.random(using: &random)
            ? (0..<Int.random(in: 1...12, using: &random)).map { _ in
              UInt8.random(in: 0...255, using: &random)
            }
            : pieces.randomElement(using: &random).map {
              Array($0.prefix(Int.random(in: 1...8, using: &random)))
            } ?? [])
      }
      var parser = InputParser()
      var time = Duration.zero
      for read in reads {
        time += .milliseconds(Int.random(in: 0...3000, using: &random))
        _ = parser.expire(at: time)
        _ = parser.feed(read, at: time)
      }
      while let deadline = parser.deadline {
        time = max(time, deadline)
        _ = parser.expire(at: time)
      }
      #expect(
        parser.feed(Array("\u{1B}[A".utf8), at: time + .seconds(31)).last == Self.up,
        "\(round): \(reads)")
    }
  }
}

import Foundation
import Experiments
import LabNotebook
import RunFolders
import NotebookScreens
import NotebookSession
import TestSupport
import Testing

@testable import TerminalUI

/// Terminals of every kind, and what happens to them: no colours, eight colours, no UTF-8, too small,
/// resized, suspended, pasted into, clicked on, or none at all.
@Suite(.serialized) struct TerminalKindsTests {
  private static let themes = EmulatorTests.themes

  /// Four finished runs in the notebook `book`.
  private func withRuns(_ body: (PrimerProgram, Notebook) throws -> Void) throws {
    try withPrimer { primer in
      for (index, name) in ["first", "über zweite", "东 third", "fourth"].enumerated() {
        try primer.record(.finding(name, ["nl": Set(0...index)], ["seed": "\(index + 1)"]))
      }
      try body(primer, try primer.book())
    }
  }

  private func open(
    _ primer: PrimerProgram, _ variables: String = "TERM=tmux-256color", options: String = "",
    width: Int = 80, height: Int = 24
  ) throws -> Tmux {
    let path = try PrimerProgram.path
    return try Tmux(
      "env \(variables) \(path) --notebook \(primer.folder.path)/book \(options)", width: width,
      height: height, environment: environment(primer))
  }

  private func environment(_ primer: PrimerProgram) -> [String: String] {
    ["HOME": primer.folder.path, "XDG_DATA_HOME": primer.folder.path, "TZ": "UTC"]
  }

  /// Waits until the text of the screen is what is meant.
  private func expect(
    _ terminal: Tmux, shows meant: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    func plain(_ text: String) -> [String] {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line.reversed().drop { $0 == " " }.reversed())
      }.reversed().drop { $0.isEmpty }.reversed()
    }
    try terminal.wait("what is meant:\n\(meant)\n", sourceLocation: sourceLocation) {
      plain($0) == plain(meant)
    }
  }

  @Test(arguments: themes)
  func `a terminal of eight colours shows each theme with the nearest of them`(name: String) throws
  {
    try withRuns { primer, book in
      let theme = try Theme.load(
        name: name, folders: [packageFolder.appending(path: "themes").path])
      let terminal = try open(primer, "TERM=screen COLORTERM=", options: "--theme \(name)")
      defer { terminal.close() }
      let twin = try ScreenCapture(book, width: 80, height: 24, theme: name, timeZone: .gmt)
      var difference: String?
      for _ in 0..<600 {
        difference = TerminalCells(captured: try terminal.screenWithLooks())
          .difference(from: twin.picture()) { Self.eightColors(theme.resolve($0, at: .sixteen)) }
        if difference == nil { return }
        usleep(50_000)
      }
      Issue.record("\(difference ?? "")")
    }
  }

  private static func eightColors(_ look: ThemeStyle) -> ThemeStyle {
    func number(_ color: ThemeColor?) -> Int32 {
      if case .indexed(let index)? = color { return Int32(index) }
      return -1
    }
    let (colors, attributes) = ColorPairs.dimmed(
      .init(foreground: number(look.foreground), background: number(look.background)),
      look.attributes)
    func color(_ number: Int32) -> ThemeColor? { number < 0 ? nil : .indexed(UInt8(number)) }
    return ThemeStyle(
      foreground: color(colors.foreground), background: color(colors.background),
      attributes: attributes)
  }

  @Test(arguments: [
    ("TERM=linux LC_ALL=C.UTF-8 COLORTERM=", Glyphs.blocks),
    ("TERM=linux LC_ALL=C COLORTERM=", .ascii), ("TERM=vt100 LC_ALL=C.UTF-8", .braille),
    ("TERM=tmux-256color LC_ALL=C", .braille),
  ])
  func `the characters are those that the terminal and its locale have`(
    variables: String, glyphs: Glyphs
  ) throws {
    try withRuns { primer, book in
      let terminal = try open(primer, variables)
      defer { terminal.close() }
      var meant = try ScreenCapture(book, width: 80, height: 24, timeZone: .gmt).picture(glyphs)
        .text()
      if glyphs == .ascii {
        meant = meant.split(separator: "\n", omittingEmptySubsequences: false).map { line in
          line.map { character in
            String(ASCIIText.character(for: character))
              + (TextWidth.width(of: character) == 2 ? " " : "")
          }.joined()
        }.joined(separator: "\n")
        #expect(!meant.contains { !$0.isASCII })
      }
      try expect(terminal, shows: meant)
    }
  }

  @Test func `a dumb terminal is told why there is no screen, and has the list of the runs`() throws
  {
    try withRuns { primer, _ in
      let path = try PrimerProgram.path
      let terminal = try Tmux(
        "sh -c 'TERM=dumb \(path) --notebook book; echo status $?; cat'", width: 120,
        environment: environment(primer),
        folder: primer.folder)
      defer { terminal.close() }
      let screen = try terminal.wait(for: "status")
      #expect(screen.contains("status 0") && screen.contains("TERM=dumb"))
      #expect(screen.contains("über zweite") && screen.contains("finished"))
    }
  }

  @Test func `without a terminal the runs are listed, as by primer runs`() throws {
    try withRuns { primer, _ in
      let outcome = try primer.onBook()
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      let listed = try primer.onBook("runs")
      #expect(outcome.output == listed.output)
      #expect(outcome.output.contains("über zweite"))
      let empty = try primer("--notebook", "new")
      #expect(empty.status == 0 && empty.output.contains("No run in"))
    }
  }

  @Test func `a small terminal is told what is needed, and any size is redrawn at once`() throws {
    try withRuns { primer, book in
      let terminal = try open(primer, width: 50, height: 12)
      defer { terminal.close() }
      try terminal.wait(for: "Primer needs a terminal of 60 × 16")
      for (width, height) in [(200, 60), (61, 17), (33, 9), (120, 40), (80, 24), (160, 48)] {
        try terminal.resize(width: width, height: height)
      }
      try expect(
        terminal,
        shows: try ScreenCapture(book, width: 160, height: 48, timeZone: .gmt).picture().text())
      try terminal.press("Enter")
      try terminal.resize(width: 200, height: 60)
      var twin = try ScreenCapture(book, width: 200, height: 60, timeZone: .gmt)
      try twin.type("\r")
      try expect(terminal, shows: twin.picture().text())
    }
  }

  @Test func `Ctrl-Z gives the terminal back as it was, fg goes on, and quitting leaves nothing`()
    throws
  {
    try withRuns { primer, book in
      let path = try PrimerProgram.path
      let terminal = try Tmux(
        "env PS1='ready> ' ENV= sh -i", environment: environment(primer))
      defer { terminal.close() }
      try terminal.wait(for: "ready>")
      try terminal.type("echo from bef''ore; \(path) --notebook \(book.folder)")
      try terminal.press("Enter")
      var twin = try ScreenCapture(book, width: 80, height: 24, timeZone: .gmt)
      try expect(terminal, shows: twin.picture().text())
      for _ in 0..<2 {
        try terminal.press("C-z")
        let shell = try terminal.wait("the shell") {
          $0.contains("from before") && $0.hasSuffix(trimmed: "ready>")
        }
        #expect(!shell.contains("Runs"))
        try terminal.type("fg")
        try terminal.press("Enter")
        try expect(terminal, shows: twin.picture().text())
        // Typed keys arrive as before.
        try terminal.press("j")
        try twin.type("j")
        try expect(terminal, shows: twin.picture().text())
      }
      try terminal.press("q")
      let end = try terminal.wait("the shell") { $0.hasSuffix(trimmed: "ready>") }
      #expect(end.contains("from before") && !end.contains("╭"))
      try terminal.type("echo still he''re")
      try terminal.press("Enter")
      try terminal.wait(for: "still here")
    }
  }

  @Test func `pasted text goes into the line in one piece, and is never taken for keys`() throws {
    try withRuns { primer, _ in
      let terminal = try open(primer)
      defer { terminal.close() }
      try terminal.wait(for: "fourth")
      // Where nothing is typed, a paste of q would otherwise quit.
      try terminal.paste("q\nq\n")
      try terminal.press("/")
      try terminal.wait(for: "Tab  Complete")
      try terminal.paste("zwei\nte")
      let screen = try terminal.wait("the line") { $0.contains("zwei") && $0.contains("te") }
      #expect(screen.contains("Tab  Complete"), "the line is still being typed")
      try terminal.press("Escape")
      try terminal.wait(for: "fourth")
    }
  }

  /// Where one may be when a terminal answers: a list, a line, a form, a value in it, a note.
  private static let places: [(keys: [String], shown: String)] = [
    ([], "fourth"), ([":", "t", "h"], "Tab  Complete"), (["n"], "Experiment"),
    (["n", "Enter"], "Experiment"), (["W", "Enter"], "Markdown"),
  ]

  @Test(arguments: places.indices)
  func `what a terminal reports of itself changes nothing, wherever one is`(place: Int) throws {
    try withRuns { primer, _ in
      let terminal = try open(primer)
      defer { terminal.close() }
      try terminal.wait(for: "fourth")
      for key in Self.places[place].keys {
        try terminal.press(key)
        usleep(300_000)
      }
      let before = try terminal.wait(for: Self.places[place].shown)
      let replies = [
        "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\", "\u{1B}]52;c;cQpxCg==\u{7}",
        "\u{1B}P>|tmux 3.3a\u{1B}\\",
        "\u{1B}_Gi=31;OK\u{1B}\\", "\u{1B}^q\rd\ry\u{1B}\\", "\u{1B}Xq\rq\u{9C}",
        "\u{1B}[?62;1;6;22c",
        "\u{1B}[>41;390;0c", "\u{1B}[24;80R", "\u{1B}[1;5R", "\u{1B}[?2026;2$y", "\u{1B}[I",
        "\u{1B}[O",
        "\u{1B}[?1u", "\u{1B}[113;5u", "\u{1B}[8;24;80t", "\u{1B}[0n",
      ]
      for reply in replies {
        try terminal.type(reply)
        // The same in pieces that come late.
        let characters = Array(reply)
        for cut in [2, characters.count / 2, characters.count - 1] where cut >= 2 {
          try terminal.type(String(characters[..<cut]))
          usleep(100_000)
          try terminal.type(String(characters[cut...]))
        }
      }
      try terminal.type("\u{1B}]52;c;" + String(repeating: "cXFx", count: 2500))
      try terminal.type(String(repeating: "cQpx", count: 2500) + "\u{7}")
      usleep(500_000)
      func plain(_ screen: String) -> ArraySlice<Substring> {
        // The clock goes on.
        screen.split(separator: "\n").dropFirst()
      }
      let after = try terminal.screen()
      #expect(plain(after) == plain(before), "\(before)\n\(after)")
      // A string that never ends takes the keyboard for two seconds.
      try terminal.type("\u{1B}P1$r")
      usleep(2_500_000)
      if place == 0 {
        try terminal.press("?")
        try terminal.wait(for: "Keys and commands")
      }
    }
  }

  @Test func `many lines that are pasted without a mark carry nothing out`() throws {
    try withRuns { primer, book in
      let terminal = try open(primer)
      defer { terminal.close() }
      try terminal.wait(for: "fourth")
      try terminal.pasteUnmarked("q\nd\ny\n:quit\n")
      try terminal.wait(for: "Nothing takes pasted text here.")
      try terminal.press(":")
      try terminal.wait(for: "Tab  Complete")
      try terminal.pasteUnmarked("theme light\nquit\n")
      try terminal.wait(for: "Took the first of 2 pasted lines.")
      #expect(try terminal.screen().contains("theme light"))
      #expect(try !terminal.screen().contains("quit"))
      try terminal.press("Escape")
      try terminal.wait("the list") { !$0.contains("Tab  Complete") }
      try terminal.press("W")
      try terminal.wait(for: "The notebook's own note")
      try terminal.press("Enter")
      try terminal.wait(for: "Markdown")
      try terminal.pasteUnmarked("one\ntwo\nq\n")
      let screen = try terminal.wait(for: "two")
      #expect(screen.contains("one"))
      #expect(try book.runs().count == 4)
    }
  }

  @Test func `a click chooses, two open, the wheel scrolls, and the key bar is pressed`() throws {
    try withRuns { primer, book in
      let terminal = try open(primer)
      defer { terminal.close() }
      var twin = try ScreenCapture(book, width: 80, height: 24, timeZone: .gmt)
      try expect(terminal, shows: twin.picture().text())
      func click(_ x: Int, _ y: Int) throws {
        try terminal.type("\u{1B}[<0;\(x + 1);\(y + 1)M\u{1B}[<0;\(x + 1);\(y + 1)m")
        for action in [MouseEvent.Action.press, .release] {
          try twin.send(.input(.mouse(MouseEvent(action, x: x, y: y))))
        }
      }
      try click(24, 5)
      try expect(terminal, shows: twin.picture().text())
      #expect(twin.state.runs.cursor == 2)
      // The wheel moves by three rows.
      try terminal.type("\u{1B}[<64;20;6M")
      try terminal.wait(for: "1 of 4")
      // The help, by its key in the bar.
      let bar = twin.picture().row(23)
      let help = try #require(bar.range(of: "?  Help"))
      try click(bar.distance(from: bar.startIndex, to: help.lowerBound), 23)
      try terminal.wait(for: "Keys and commands")
    }
  }

  @Test func `keys of one's own are used, and a damaged file ends nothing`() throws {
    try withRuns { primer, _ in
      let file = primer.folder.path + "/keys.toml"
      try "[runs]\nnew = \"F2\"\n[everywhere]\nhelp = \"Alt-h\"\n".write(
        toFile: file, atomically: true, encoding: .utf8)
      let terminal = try open(primer, options: "--keys \(file)")
      defer { terminal.close() }
      try terminal.wait(for: "Alt-h  Help")
      try terminal.press("F2")
      try terminal.wait(for: "Experiment")
      try terminal.press("q")
      try terminal.wait(for: "F2  New")
      try terminal.press("M-h")
      try terminal.wait(for: "Keys and commands")

      try "[runs]\nnwe = \"F2\"\n".write(toFile: file, atomically: true, encoding: .utf8)
      let damaged = try open(primer, options: "--keys \(file)", width: 160)
      defer { damaged.close() }
      try damaged.wait(for: "keys.toml:2: nwe is not an action of [runs]; did you mean new?")
      try damaged.press("n")
      try damaged.wait(for: "Experiment")
      let outcome = try primer("keys", file)
      #expect(outcome.status == 1 && outcome.output.contains("**Runs**"))
      #expect(outcome.errors.contains("keys.toml:2: nwe is not an action"))
      let plain = try primer("keys", "--toml")
      #expect(plain.output.contains("[everywhere]"))
    }
  }

  @Test func `a key that means nothing, and time that passes, write nothing at all`() throws {
    try withRuns { primer, book in
      let terminal = try open(primer)
      defer { terminal.close() }
      var twin = try ScreenCapture(book, width: 80, height: 24, timeZone: .gmt)
      try expect(terminal, shows: twin.picture().text())
      let log = primer.folder.path + "/written"
      try terminal.record(to: log)
      func written() -> Int {
        (FileManager.default.contents(atPath: log) ?? Data()).count
      }
      // Keys without a meaning, then one with: all before it have been dealt with when it shows.
      try terminal.press("F9", "F9", "Z", "F9")
      usleep(1_500_000)
      #expect(written() == 0)
      try terminal.press("j")
      try twin.type("j")
      try expect(terminal, shows: twin.picture().text())
      #expect((1..<4000).contains(written()), "the rows that changed, not the whole screen")
    }
  }

  @Test func `a theme is changed live, and what stood there is drawn in the new one`() throws {
    try withRuns { primer, book in
      let terminal = try open(primer, "TERM=tmux-256color COLORTERM=truecolor")
      defer { terminal.close() }
      try terminal.wait(for: "fourth")
      let folder = packageFolder.appending(path: "themes").path
      for name in ["light", "high-contrast", "monochrome", "dark"] {
        try terminal.type(":theme \(name)")
        try terminal.press("Enter")
        try terminal.wait(for: "Theme \(name).")
        // Any key takes the notice away.
        try terminal.press("g")
        let theme = try Theme.load(name: name, folders: [folder])
        let twin = try ScreenCapture(book, width: 80, height: 24, theme: name, timeZone: .gmt)
        var difference: String? = ""
        for _ in 0..<600 where difference != nil {
          difference = TerminalCells(captured: try terminal.screenWithLooks())
            .difference(from: twin.picture(), theme, .trueColor)
          usleep(50_000)
        }
        #expect(difference == nil, "\(name)")
      }
    }
  }
}

extension String {
  /// Whether it ends so, but for space.
  fileprivate func hasSuffix(trimmed suffix: String) -> Bool {
    trimmingCharacters(in: .whitespacesAndNewlines).hasSuffix(suffix)
  }
}

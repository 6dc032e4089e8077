import Foundation
import LabNotebook
import RunFolders
import NotebookScreens
import NotebookSession
import TestSupport
import Testing

@testable import TerminalUI

/// Terminals that are not ours read what ncurses wrote, and show the cells that we meant.
@Suite(.serialized) struct EmulatorTests {
  /// Names in scripts of every kind: wide, combining, from right to left, joined.
  static let names = [
    "東京の試験", "한국어 실험", "naïve Übergröße", "e\u{301}cole, A\u{30A}ngstro\u{308}m", "שלום עולם",
    "مرحبا بالعالم", "ภาษาไทย", "Ελληνικά", "русский", "ｆｕｌｌ width",
  ]
  /// What terminals disagree about; each is at its own place all the same.
  static let joined = ["नमस्ते हिन्दी", "👍 up", "👨‍👩‍👧 family", "🇩🇪 flag", "❤️ heart", "👍🏽 tone", "1️⃣ cap"]

  static let themes = Theme.available(in: [packageFolder.appending(path: "themes").path])

  private func withRuns(
    _ names: [String], _ body: (PrimerProgram, Notebook) throws -> Void
  ) throws {
    try withPrimer { primer in
      for (index, name) in names.enumerated() {
        try primer.record(.finding(name, ["nl": Set(0...(index % 9))], ["seed": "\(index + 1)"]))
      }
      try body(primer, try primer.book())
    }
  }

  private func environment(_ primer: PrimerProgram, _ more: [String: String]) -> [String: String] {
    ["HOME": primer.folder.path, "XDG_DATA_HOME": primer.folder.path, "TZ": "UTC"]
      .merging(more) { $1 }
  }

  private func command(_ primer: PrimerProgram, theme: String, _ variables: String) throws -> String
  {
    let path = try PrimerProgram.path
    return "env \(variables) \(path) --notebook \(primer.folder.path)/book --theme \(theme)"
  }

  /// Waits until the terminal shows what is meant.
  private func expect(
    _ terminal: Tmux, shows twin: ScreenCapture, theme: Theme, depth: ColorDepth,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var difference: String?
    for _ in 0..<600 {
      difference = TerminalCells(captured: try terminal.screenWithLooks())
        .difference(from: twin.picture(), theme, depth)
      if difference == nil { return }
      usleep(50_000)
    }
    Issue.record("\(difference ?? "") \(try terminal.screen())", sourceLocation: sourceLocation)
  }

  @Test(arguments: themes)
  func `every theme is shown as it is meant, in all colours, 256, and none`(name: String) throws {
    try withRuns(Array(Self.names.prefix(4))) { primer, book in
      let theme = try Theme.load(
        name: name, folders: [packageFolder.appending(path: "themes").path])
      let variants: [(ColorDepth, String)] = [
        (.trueColor, "TERM=tmux-256color COLORTERM=truecolor"),
        (.palette, "TERM=screen-256color COLORTERM="), (.none, "TERM=tmux-256color NO_COLOR=1"),
      ]
      for (depth, variables) in variants {
        let terminal = try Tmux(
          try command(primer, theme: name, variables), environment: environment(primer, [:]))
        defer { terminal.close() }
        var twin = try ScreenCapture(book, width: 80, height: 24, theme: name, timeZone: .gmt)
        try expect(terminal, shows: twin, theme: theme, depth: depth)
        // Another run, a chart without points, and back: what changed is drawn over what stood there.
        try terminal.press("j", "j")
        try twin.type("jj")
        try expect(terminal, shows: twin, theme: theme, depth: depth)
        try terminal.press("Enter")
        try twin.type("\r")
        try expect(terminal, shows: twin, theme: theme, depth: depth)
      }
    }
  }

  @Test(arguments: [names, joined])
  func `names in every script stand where they are meant, and leave nothing behind`(
    names: [String]
  ) throws {
    try withRuns(names) { primer, book in
      let terminal = try Tmux(
        try command(primer, theme: "dark", "TERM=tmux-256color"), width: 160, height: 48,
        environment: environment(primer, [:]))
      defer { terminal.close() }
      var twin = try ScreenCapture(book, width: 160, height: 48, timeZone: .gmt)
      try expectText(terminal, twin)
      // Each moves through every place of the list, and over each other's.
      for key in ["S", "j", "j", "j", "S", "j"] {
        try terminal.press(key)
        try twin.type(key)
        try expectText(terminal, twin)
      }
      try terminal.resize(width: 100, height: 30)
      try twin.send(.input(.resize(width: 100, height: 30)))
      try expectText(terminal, twin)
    }
  }

  /// Waits until the terminal's text is what is meant.
  private func expectText(
    _ terminal: Tmux, _ twin: ScreenCapture, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let meant = twin.picture().text()
    try terminal.wait("what is meant:\n\(meant)\n", seconds: 30, sourceLocation: sourceLocation) {
      Self.plain($0) == Self.plain(meant)
    }
  }

  /// The rows without spaces at their ends, each grapheme in its composed form.
  ///
  /// Of what terminals disagree about, the first scalar: some join a tone or a family, some do not;
  /// and what they take for narrower leaves a space.
  private static func plain(_ text: String) -> [String] {
    let isUnsteady = text.unicodeScalars.contains { $0.value == 0x200D || $0.value == 0xFE0F }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = line.replacing("\u{A0}", with: " ").precomposedStringWithCanonicalMapping
      if isUnsteady {
        line = line.split(separator: " ").joined(separator: " ")
        line = String(String.UnicodeScalarView(line.compactMap(\.unicodeScalars.first)))
      }
      while line.last == " " { line.removeLast() }
      return line
    }.reversed().drop { $0.isEmpty }.reversed()
  }

  private static let script = """
    import fcntl, os, pty, select, struct, sys, termios, time
    import pyte
    columns, rows = 120, 40
    screen = pyte.Screen(columns, rows)
    stream = pyte.ByteStream(screen)
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execvpe(sys.argv[1], sys.argv[1:], os.environ)
    deadline, last, seen = time.time() + 60, time.time(), False
    while time.time() < deadline and not (seen and time.time() - last > 2):
        if select.select([fd], [], [], 0.1)[0]:
            data = os.read(fd, 65536)
            if not data: break
            stream.feed(data)
            seen, last = True, time.time()
    print("\\n".join(line.rstrip() for line in screen.display))
    os.kill(pid, 1)
    """

  @Test(.enabled(if: Python.having("pyte") != nil, "no Python with pyte"))
  func `pyte shows the text that is meant`() throws {
    let python = try #require(Python.having("pyte"))
    try withRuns(Self.names) { primer, book in
      let outcome = try python.run([
        "-c", Self.script, "/usr/bin/env", "TERM=xterm-256color", "TZ=UTC", "LC_ALL=C.UTF-8",
        "HOME=\(primer.folder.path)", "XDG_STATE_HOME=\(primer.folder.path)",
        "XDG_CONFIG_HOME=\(primer.folder.path)", try PrimerProgram.path, "--notebook", book.folder,
      ])
      let twin = try ScreenCapture(book, width: 120, height: 40, timeZone: .gmt)
      #expect(Self.plain(outcome.output) == Self.plain(twin.picture().text()))
    }
  }
}

import Experiments
import Foundation
import LabNotebook
import RunFolders
import NotebookScreens
import TerminalUI
import TestSupport
import Testing

/// Keys of the user's own, from a file.
@Suite struct KeyFileTests {
  @Test func `what is not a regular file, or too long, is told and ends nothing`() throws {
    try withTemporaryFolder { folder in
      let pipe = folder.path + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      let long = folder.path + "/long"
      try Data(count: 1_000_001).write(to: URL(filePath: long))
      for path in [pipe, long, folder.path, "/dev/zero", folder.path + "/none"] {
        let file = KeyFile.load(path: path)
        #expect(file.keys.toml == KeyMap.standard.toml && file.problems.count == 1, "\(path)")
      }
    }
  }

  private func file(_ text: String) -> KeyFile { KeyFile(toml: text, file: "keys.toml") }

  private func action(_ keys: KeyMap, _ key: String, _ context: KeyContext) throws -> Action? {
    keys.binding(for: try KeyEvent(name: key), in: context)?.action
  }

  @Test func `a line gives an action other keys, in its context alone`() throws {
    let keys = file("[run]\nstop = [\"X\", \"Ctrl-X\"]\n").keys
    for key in ["X", "Ctrl-X"] { #expect(try action(keys, key, .run) == .stop) }
    #expect(try action(keys, "x", .run) == nil)
    #expect(try action(keys, "x", .runs) == .stop)
    #expect(try action(keys, "X", .runLog) == .stop, "a pane has the keys of its screen")
    #expect(keys.bindings(of: .run).first { $0.action == .stop }?.keyNames == "X Ctrl-X")
  }

  @Test func `a line for everywhere holds on every screen, one of a context goes before it`() throws
  {
    let loaded = file(
      """
      [everywhere]
      theme = "F5"
      [runs]
      theme = "F6"
      """)
    #expect(loaded.problems.isEmpty && loaded.warnings.isEmpty)
    for context in KeyContext.screens {
      let key = context == .runs ? "F6" : "F5"
      #expect(try action(loaded.keys, key, context) == .theme, "\(context.name)")
      #expect(try action(loaded.keys, "T", context) == nil)
    }
    #expect(loaded.keys.name(of: .theme, in: .runs) == "F6")
    #expect(loaded.keys.markdown.contains("| `F5` | Switch to the next theme. |"))
  }

  @Test func `a key is taken from the action that had it, and one left without is told`() throws {
    let loaded = file("[runs]\nrename = \"a\"\n")
    #expect(try action(loaded.keys, "a", .runs) == .rename)
    #expect(try action(loaded.keys, "r", .runs) == nil)
    #expect(
      loaded.warnings.map(\.description) == [
        "keys.toml:2: a is rename now, and archive has no key left in [runs]; :archive does it"
      ])
    #expect(loaded.keys.name(of: .archive, in: .runs) == ":archive")
    // `k` moves up, and so does the arrow still.
    let other = file("[runs]\nrename = \"k\"\n")
    #expect(other.warnings.isEmpty)
    #expect(try action(other.keys, "↑", .runs) == .up)
    #expect(try action(other.keys, "k", .runs) == .rename)
    #expect(try action(other.keys, "k", .run) == .up)
  }

  @Test func `an empty list takes the key away`() throws {
    let loaded = file("[runs]\narchive = []\n")
    #expect(loaded.problems.isEmpty)
    #expect(try action(loaded.keys, "a", .runs) == nil)
  }

  @Test(arguments: [
    ("[runs]\nstpo = \"F2\"\n", "keys.toml:2: stpo is not an action of [runs]; did you mean stop?"),
    (
      "[rnus]\nstop = \"F2\"\n",
      "keys.toml:1: there is no [rnus]; expected a context; did you mean [runs]?"
    ),
    ("stop = \"F2\"\n", "keys.toml:1: stop stands in no context; expected a line as [everywhere]"),
    ("[runs]\n\nstop = 7\n", "keys.toml:3: stop is a integer; expected a text in quotation marks"),
    ("[runs]\nstop = \"Hyper-x\"\n", "keys.toml:2: “Hyper-x” is not a key; expected a character"),
    (
      "[runs]\nstop = \"F2\"\nfork = \"F2\"\n",
      "keys.toml:3: F2 is stop already (line 2); expected another key"
    ),
    (
      "[runs]\nstop = \"Ctrl-C\"\n",
      "keys.toml:2: Ctrl-C cannot be stop: it is always quit; expected another key"
    ),
    (
      "[a-line-of-text]\nconfirm = \"y\"\n", "keys.toml:2: y cannot be confirm: text is typed there"
    ),
    (
      "[everywhere]\nback = []\n",
      "keys.toml:2: back cannot be without a key; expected at least one"
    ),
    (
      "[a-question]\nconfirm = [\"n\", \"Esc\", \"q\"]\n",
      "keys.toml:2: confirm takes the last key from cancel in [a-question]"
    ),
    ("[runs\nstop", "keys.toml:1: it is not TOML"),
  ])
  func `what is wrong is told by line and left out`(text: String, problem: String) throws {
    let loaded = file(text)
    let first = try #require(loaded.problems.first)
    #expect(first.description.hasPrefix(problem), "\(first)")
    #expect(loaded.notice?.hasPrefix(problem) == true)
    if !text.contains("fork") { #expect(loaded.keys.toml == KeyMap.standard.toml) }
  }

  @Test func `a line that is right holds beside one that is not`() throws {
    let loaded = file("[runs]\nnonsense = \"x\"\nstop = \"X\"\n[run]\nfork = 1\n")
    #expect(loaded.problems.map(\.line) == [2, 5])
    #expect(try action(loaded.keys, "X", .runs) == .stop)
    #expect(loaded.notice?.hasSuffix("And 1 more: primer keys.") == true)
  }

  @Test func `a file of the keys as they are changes nothing`() {
    let loaded = file(KeyMap.standard.toml)
    #expect(loaded.problems.isEmpty && loaded.warnings.isEmpty, "\(loaded.problems)")
    #expect(loaded.keys.markdown == KeyMap.standard.markdown)
  }

  @Test func `a file that is not there, is a folder or is no text is one problem`() throws {
    try withTemporaryFolder { folder in
      try Data([0xFF, 0xFE]).write(to: folder.appending(path: "bytes.toml"))
      for name in ["none.toml", "", "bytes.toml"] {
        let path = folder.appending(path: name).path
        let loaded = KeyFile.load(path: path)
        #expect(
          loaded.problems.count == 1 && loaded.notice?.hasPrefix(path) == true, "\(loaded.problems)"
        )
        #expect(loaded.keys.toml == KeyMap.standard.toml)
      }
    }
  }

  @Test func `damaged files leave a way back, help and commands on every screen`() throws {
    let text = """
      [everywhere]
      theme = "F5"
      back = ["q", "Esc"]
      [runs]
      stop = ["X", "Ctrl-X"]
      archive = []
      help = "F1"
      command = ":"
      [a-question]
      confirm = "Enter"
      cancel = ["n", "Alt-Up"]
      """
    let mutator = TextMutator(
      text, words: text.split { " =\t\n\"[]".contains($0) }.map(String.init),
      separators: [" ", "=", "\"", "-"], tokens: ["\n", "\t", "[[", "]]", "Ctrl-", "F", "[]"])
    try Fuzz.run(
      "keys", share: 10, make: { mutator.mutated(&$0) },
      read: { fuzz, input in
        let loaded = KeyFile.load(path: fuzz.file("keys.toml", input))
        for problem in loaded.problems + loaded.warnings {
          #expect(problem.file?.hasSuffix("keys.toml") == true)
        }
        for context in KeyContext.screens {
          for action in [Action.back, .help, .command] {
            let name = loaded.keys.name(of: action, in: context)
            #expect(!name.hasPrefix(":") || name == ":", "\(action) in \(context.name)")
          }
        }
        let cancel = loaded.keys.name(of: .cancel, in: .confirmation)
        #expect(!cancel.hasPrefix(":") || cancel == ":")
        if let problem = loaded.problems.first { throw problem }
      }, isExpected: { ($0 as? ExperimentError)?.problem.isEmpty == false })
  }

  @Test func `the key bar, the help and the hints name the keys as they are`() {
    var state = Fixture.stateWithRuns()
    state.keys =
      file(
        """
        [everywhere]
        help = "F2"
        [runs]
        new = "Alt-n"
        [a-question]
        confirm = "j"
        """
      ).keys
    func picture() -> String { view(state, width: 80, height: 24, glyphs: .braille).text() }
    #expect(picture().contains(" Alt-n  New") && picture().contains(" F2  Help"))
    Fixture.script(&state, Fixture.typed(":open 5") + [Fixture.key(.enter)] + Fixture.typed("x"))
    #expect(picture().contains("[ j Yes ]"))
    let effects = Fixture.script(&state, Fixture.typed("j"))
    #expect(effects.contains(.notebook(.control(.stop, 5))))
    Fixture.script(&state, [Fixture.key(.function(2))])
    #expect(picture().contains("F2 closes"))
  }
}

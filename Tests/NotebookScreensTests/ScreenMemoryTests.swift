import Foundation
import NotebookScreens
import TestSupport
import Testing

@Suite struct ScreenMemoryTests {
  @Test func `what was remembered is there again, and other keys stay`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "state/primer/screens").path
      #expect(ScreenMemory.load(path: path) == ScreenMemory())
      try ScreenMemory.remember(["state", "priming.inner.steps"], for: "runs.columns", path: path)
      try ScreenMemory.remember([], for: "run.hidden", path: path)
      try ScreenMemory.remember(["f1", "descending"], for: "runs.sort", path: path)
      let memory = ScreenMemory.load(path: path)
      #expect(memory["runs.columns"] == ["state", "priming.inner.steps"])
      #expect(memory["run.hidden"] == [], "nothing chosen is not the same as nothing remembered")
      #expect(memory["run.panes"] == nil)
      #expect(ScreenMemory(text: memory.text) == memory)
      #expect(
        memory.text == """
          # What Primer's screens remember; it may be deleted.
          run.hidden =
          runs.columns = state priming.inner.steps
          runs.sort = f1 descending

          """)
    }
  }

  @Test(arguments: [
    "", "\n\n=\n= =\nno sign\n#runs.sort = f1\n", "runs sort = f1", "\u{0}\u{1b}[2J = x",
    "\u{FEFF}={}[]",
  ])
  func `rubbish is nothing remembered`(text: String) {
    #expect(ScreenMemory(text: text) == ScreenMemory())
  }

  @Test func `words that would steer a terminal are left out`() {
    #expect(ScreenMemory(text: "runs.sort = f1 a\u{1b}b")["runs.sort"] == ["f1"])
    var memory = ScreenMemory()
    memory["a"] = ["two words", "", "one"]
    #expect(memory["a"] == ["one"])
  }

  @Test func `a file that is no text, or too long, or a folder, is nothing remembered`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "screens").path
      try Data([0xFF, 0xFE, 0x00, 0x3D, 0x80]).write(to: URL(filePath: path))
      #expect(ScreenMemory.load(path: path) == ScreenMemory())
      try Data(String(repeating: "a = b\n", count: 20_000).utf8).write(to: URL(filePath: path))
      #expect(ScreenMemory.load(path: path) == ScreenMemory())
      #expect(ScreenMemory.load(path: folder.path) == ScreenMemory())
    }
  }
}

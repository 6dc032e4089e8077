import Foundation
import NamedEntities
import TestSupport
import Testing

@Suite struct InputLinesTests {
  private func lines(_ bytes: [UInt8]) throws -> [String] {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "lines")
      try Data(bytes).write(to: file)
      let lines = try InputLines(path: file.path)
      var all: [String] = []
      while let line = try lines.next() { all.append(line) }
      return all
    }
  }

  @Test(
    arguments: [
      ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("\n\n", ["", ""]),
      ("a\r\nb\r\n", ["a", "b"]), ("\u{FEFF}a\n\u{FEFF}b", ["a", "\u{FEFF}b"]),
      ("a\u{0}b\nc", ["a\u{0}b", "c"]), ("a\rb", ["a\rb"]),
    ] as [(String, [String])])
  func `lines end at line feeds`(text: String, expected: [String]) throws {
    #expect(try lines(Array(text.utf8)) == expected)
  }

  @Test func `lines longer than what is read at once are whole`() throws {
    let long = String(repeating: "ä", count: 200_000)
    #expect(try lines(Array("\(long)\nb\n\(long)".utf8)) == [long, "b", long])
  }

  @Test func `a line that is not UTF-8 is named, and its controls are harmless`() throws {
    do {
      _ = try lines(Array("good\n".utf8) + [0x1B, 0x41, 0xFF, 0x0A])
      Issue.record("was read")
    } catch let error as CorpusError {
      #expect(error.line == 2)
      #expect(error.description.contains("the line is not UTF-8 (‘␛A�’)"))
    }
  }

  @Test(arguments: ["/nowhere/at/all", "/"])
  func `what cannot be read says so`(path: String) {
    #expect(throws: CorpusError.self) {
      let lines = try InputLines(path: path)
      _ = try lines.next()
    }
  }

  @Test func `a pause is seen, half a line is no line, and the end is one`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "pipe").path
      #expect(mkfifo(path, 0o600) == 0)
      // For reading too, so that neither side waits for the other. A program that another test
      // starts may hold a copy until it is executed: so the end is waited for.
      let both = open(path, O_RDWR | O_CLOEXEC)
      let lines = try InputLines(path: path)
      #expect(try !lines.isReady(withinMilliseconds: 0))
      _ = write(both, "one\ntw", 6)
      #expect(try lines.isReady(withinMilliseconds: 0))
      #expect(try lines.next() == "one")
      #expect(try !lines.isReady(withinMilliseconds: 1), "half a line")
      _ = write(both, "o\n", 2)
      #expect(try lines.next() == "two" && lines.number == 2)
      close(both)
      #expect(try lines.isReady(withinMilliseconds: 20_000), "the end")
      #expect(try lines.next() == nil)
    }
  }

  @Test func `signs that steer a terminal are shown, not sent`() {
    #expect("a\tb\u{1B}[31m\u{7F}\u{9B}\u{202E}é😀\u{0}".withVisibleControls == "a\tb␛[31m␡��é😀␀")
  }
}

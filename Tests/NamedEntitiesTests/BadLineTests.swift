import Foundation
import NamedEntities
import TestSupport
import Testing

/// Lines that cannot be read: refused with their number, or left out and counted.
@Suite struct BadLineTests {
  private func reading<Result>(
    _ text: Data, _ name: String = "train.conll", skipping: Bool = true,
    _ body: (CorpusFolder) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      try write(text, to: folder, "en/\(name)")
      var options = CorpusOptions()
      options.skipsBadLines = skipping
      return try body(CorpusFolder(path: folder.path, options: options))
    }
  }

  private static let mixed =
    Data("Ada\tB-PER\n\tO\nran\tO\nalone\nx\tQ-Y\n\nJos".utf8) + [0xE9]
    + Data("\tB-PER\nYes\tO\n".utf8)

  @Test func `a heading of columns that is not UTF-8 is an error with its line`() throws {
    let text =
      Data("# global.columns = ".utf8) + Data(repeating: 0xFF, count: 40) + Data("\na\tO\n".utf8)
    try reading(text, skipping: false) { (corpus: CorpusFolder) throws in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train")
      }
      #expect(error?.line == 1 && error?.problem.hasPrefix("the line is not UTF-8") == true)
    }
  }

  @Test func `they are left out, and listed with what is wrong`() throws {
    try reading(Self.mixed) { (corpus: CorpusFolder) throws in
      let sentences = try corpus.sentences(language: "en", split: "train")
      #expect(sentences.map(\.words) == [["Ada", "ran"], ["Yes"]])
      let summary = try #require(try corpus.summary(language: "en", split: "train"))
      #expect(summary.skipped.map(\.line) == [2, 4, 5, 7])
      #expect(
        summary.skipped.map(\.problem) == [
          "there is a tag but no word", "there is one column, ‘alone’",
          "‘Q-Y’ is not a tag this program knows", "the line is not UTF-8 (‘Jos\u{FFFD}\tB-PER’)",
        ])
      #expect(
        SkippedLine.summary(of: Array(summary.skipped.prefix(2)))
          == #"2 lines skipped (data.badLines = "skip"): line 2, there is a tag but no word; "#
          + "line 4, there is one column, ‘alone’")
      let census = try corpus.census(of: [("en", "train")])
      #expect(census.skippedLines.first?.hasPrefix("en/train: 4 lines skipped") == true)
    }
    try reading(Self.mixed, skipping: false) { (corpus: CorpusFolder) throws in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train")
      }
      #expect(error?.line == 7, "the encoding is looked at first")
    }
  }

  @Test func `PAN-X's lines are left out, too`() throws {
    try reading(Data("en:a\tO\nen:b O\nc\tO\nen:d\tB-X\n".utf8), "train") {
      (corpus: CorpusFolder) throws in
      #expect(try corpus.sentences(language: "en", split: "train")[0].words == ["a", "d"])
      #expect(
        try corpus.summary(language: "en", split: "train")?.skipped.map(\.line) == [2, 3])
    }
  }

  @Test func `a file of nothing but bad lines is refused all the same`() throws {
    try reading(Data("\tO\n\tO\n".utf8)) { (corpus: CorpusFolder) throws in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train")
      }
      #expect(error?.problem == "there is no sentence in the file")
    }
  }

  /// A byte-order mark in the first line or the last one is no word, nor part of one.
  @Test(arguments: [
    "\u{FEFF}Ada\tB-PER\nran\tO\n", "Ada\tB-PER\nran\tO\n\u{FEFF}\n",
    "Ada\tB-PER\nran\tO\n\u{FEFF}",
    "\u{FEFF}\nAda\tB-PER\nran\tO\n", "\u{FEFF}\u{FEFF}Ada\tB-PER\nran\tO\u{FEFF}\n\n",
    "Ada\tB-PER\nran\tO\n\u{FEFF}\tO\n", "\u{FEFF}\tO\nAda\tB-PER\nran\tO",
    "Ada\tB-PER\nran\tO\n\n \u{FEFF} \n\n", "\u{FEFF} O\nAda B-PER\nran O\n",
    "\u{FEFF}-DOCSTART-\tO\n\nAda\tB-PER\nran\tO\n",
  ])
  func `a byte-order mark is no word`(text: String) throws {
    for skipping in [false, true] {
      try reading(Data(text.utf8), skipping: skipping) { (corpus: CorpusFolder) throws in
        let sentences = try corpus.sentences(language: "en", split: "train")
        #expect(sentences.map(\.words) == [["Ada", "ran"]])
        #expect(sentences[0].words[0].utf8.count == 3)
        #expect(try corpus.summary(language: "en", split: "train")?.skipped == [])
      }
    }
  }

  @Test func `what cannot be seen is told by its code points`() throws {
    try reading(Data("a\tO\n\u{200B}\nb\tO\n".utf8), skipping: false) {
      (corpus: CorpusFolder) throws in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train")
      }
      #expect(error?.problem == "there is one column, ‘U+200B’")
    }
    try reading(Data("a\tO\nb\t\u{FEFF}\u{200D}\nb\tO\n".utf8), skipping: false) {
      (corpus: CorpusFolder) throws in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train")
      }
      #expect(error?.problem == "‘U+FEFF U+200D’ is not a tag this program knows")
    }
  }
}

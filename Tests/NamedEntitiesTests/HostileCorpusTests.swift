import Foundation
import NamedEntities
import TestSupport
import Testing

/// Corpora that somebody made to do harm.
@Suite struct HostileCorpusTests {
  private func withCorpus<Result>(
    _ bytes: Data, _ body: (CorpusFolder) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      let language = folder.appending(path: "en")
      try FileManager.default.createDirectory(at: language, withIntermediateDirectories: true)
      try bytes.write(to: language.appending(path: "train"))
      return try body(CorpusFolder(path: folder.path))
    }
  }

  private func problem(of bytes: Data) throws -> String {
    try withCorpus(bytes) { corpus in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train")
      }
      let text = error?.description ?? ""
      #expect(text.utf8.count < 4000, "an error is for a person")
      return text
    }
  }

  /// The square of their number would take hours.
  @Test func `as many tags as lines take no more time than other lines`() throws {
    let count = 60_000
    let lines = (0..<count).map { "en:w\tB-T\($0)\n" }.joined()
    let sentences = try withCorpus(Data(lines.utf8)) {
      try $0.sentences(language: "en", split: "train")
    }
    #expect(sentences.count == 1 && sentences[0].spans.count == count)
    let tags = TagSet(types: sentences[0].spans.map(\.type))
    #expect(tags.types.count == count && tags.missingTypes(in: sentences).isEmpty)
  }

  @Test func `a line as long as the file is cut in the error`() throws {
    let long = String(repeating: "x", count: 3_000_000)
    #expect(try problem(of: Data(long.utf8)).contains("there is no tab"))
    #expect(try problem(of: Data("en:w\t\(long)\n".utf8)).contains("the tag has 3000000 bytes"))
    #expect(try problem(of: Data(long.utf8) + [0xFF]).contains("not UTF-8"))
    #expect(try problem(of: Data("\(long)\tO".utf8)).contains("no `lang:`"))
  }

  @Test func `a pipe or a device under a split's name is an error`() throws {
    try withTemporaryFolder { folder in
      let language = folder.appending(path: "en")
      try FileManager.default.createDirectory(at: language, withIntermediateDirectories: true)
      #expect(mkfifo(language.appending(path: "train").path, 0o600) == 0)
      try FileManager.default.createSymbolicLink(
        atPath: language.appending(path: "dev").path, withDestinationPath: "/dev/zero")
      let corpus = try CorpusFolder(path: folder.path, format: .panx)
      for split in ["train", "dev"] {
        let error = #expect(throws: CorpusError.self) {
          try corpus.sentences(language: "en", split: split)
        }
        #expect(error?.description.contains("it is not a regular file") == true)
      }
    }
  }

  @Test func `zero bytes and controls are words like others, and visible when they are shown`()
    throws
  {
    let bytes = Data("en:\u{0}\u{1B}]0;x\u{7}\u{9B}2J\u{202E}\tB-PER\u{1B}[31m\n".utf8)
    let sentence = try withCorpus(bytes) {
      try $0.sentences(language: "en", split: "train")[0]
    }
    let shown = (sentence.words + sentence.spans.map(\.type.name)).map(\.withVisibleControls)
    #expect(shown == ["␀␛]0;x␇�2J�", "PER␛[31m"])
  }

  @Test func `a word of a million letters and a sentence of a million words are read`() throws {
    let word = String(repeating: "é", count: 1_000_000)
    let long = try withCorpus(Data("en:\(word)\tO\n".utf8)) {
      try $0.sentences(language: "en", split: "train")
    }
    #expect(long[0].words[0].utf8.count == 2_000_000)
    let many = try withCorpus(Data(String(repeating: "en:w\tO\n", count: 300_000).utf8)) {
      try $0.sentences(language: "en", split: "train")
    }
    #expect(many.count == 1 && many[0].words.count == 300_000)
  }
}

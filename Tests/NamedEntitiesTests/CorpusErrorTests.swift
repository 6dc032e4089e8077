import Foundation
import NamedEntities
import TestSupport
import Testing

/// Each complaint names file and line, what is wrong, what was expected and what to do.
@Suite struct CorpusErrorTests {
  @Test(arguments: [
    ("en:Ada\tB-PER\nen:ran O\n", 2, "there is no tab between a word and a tag"),
    ("en:Ada\tB-PER\nen:ran\t\n", 2, "there is no tab between a word and a tag"),
    ("en:Ada\tB-PER\n\nran\tO\n", 3, "there is no `lang:` before the word ‘ran’"),
    ("en:Ada\tX-PER\n", 1, "‘X-PER’ is not a tag this program knows"),
    ("en:a\tO\r\nen:b\tO\r\n\r\nen:Ada\tPER\r\n", 4, "‘PER’ is not a tag this program knows"),
    ("en:a\tO\nen:\tO\n", 2, "there is a tag but no word"),
  ])
  func `a malformed PAN-X line is named`(text: String, line: Int, problem: String) throws {
    let error = try complaint(about: Data(text.utf8), as: .panx)
    #expect(error?.line == line)
    #expect(error?.problem == problem)
    #expect(error?.path.hasSuffix("en/train") == true)
  }

  @Test(arguments: [
    ("Ada B-PER\nran\n", 2, "there is one column, ‘ran’"),
    ("Ada\tNN\tB-PER\nran\tVB\n", 2, "‘VB’ is not a tag this program knows"),
    ("#\tX-PER\nAda\tB-PER\n", 1, "‘X-PER’ is not a tag this program knows"),
    ("Ada\tB-PER\n\tO\n", 2, "there is a tag but no word"),
  ])
  func `a malformed CoNLL line is named`(text: String, line: Int, problem: String) throws {
    let error = try complaint(about: Data(text.utf8), as: .conll)
    #expect(error?.line == line)
    #expect(error?.problem == problem)
  }

  @Test func `a complaint says all it knows in one line`() throws {
    let error = try complaint(about: Data("en:Ada B-PER\n".utf8), as: .panx)
    #expect(
      error?.description
        == "\(error?.path ?? ""):1: there is no tab between a word and a tag; expected "
        + "`lang:word<TAB>tag`, as in `en:Ada<TAB>B-PER`. Separate word and tag by one tab; "
        + "end a sentence by a blank line.")
  }

  @Test func `bytes that are not UTF-8 are found by their line`() throws {
    let text = Data("en:a\tO\nen:Jos".utf8) + [0xE9] + Data("\tO\n".utf8)
    let error = try complaint(about: text, as: .panx)
    #expect(error?.line == 2)
    #expect(error?.problem == "the line is not UTF-8 (‘en:Jos\u{FFFD}\tO’)")
    #expect(error?.advice.contains("iconv") == true)
  }

  @Test(arguments: [
    ("", "the file is empty"), ("\n\n", "there is no sentence in the file"),
  ])
  func `a file without sentences is refused`(text: String, problem: String) throws {
    let error = try complaint(about: Data(text.utf8), as: .panx)
    #expect(error?.problem == problem)
    #expect(error?.line == nil)
  }

  @Test func `a language that is not there is answered with those that are`() throws {
    try withTemporaryFolder { folder in
      try write("en:a\tO\n", to: folder, "en/train")
      try write("hi:a\tO\n", to: folder, "hi/train")
      let corpus = try CorpusFolder(path: folder.path, format: .panx)
      let language = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "de", split: "train")
      }
      #expect(language?.problem == "there is no language ‘de’")
      #expect(language?.expected == "one of those that are there: en hi")
      let split = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "dev")
      }
      #expect(split?.problem == "there is no split ‘dev’")
      #expect(split?.expected == "one of those that are there: train")
    }
  }

  @Test func `a folder without languages is refused with what to do`() throws {
    try withTemporaryFolder { folder in
      try write("en:a\tO\n", to: folder, "panx/en/train")
      let advice = { (path: String, format: CorpusFormat) in
        #expect(throws: CorpusError.self) {
          try CorpusFolder(path: folder.appending(path: path).path, format: format)
        }?.advice
      }
      #expect(advice("panx", .conll)?.hasSuffix("set data.format to panx.") == true)
      #expect(
        advice("panx/en", .panx)
          == "This looks like the folder of one language: name the folder that it is in.")
      #expect(advice("", .panx) == "In it there is now: panx.")
      #expect(advice("nowhere", .panx) == "Check data.path, or the path you gave.")
    }
  }

  @Test func `a scheme that was named is held to`() throws {
    try withTemporaryFolder { folder in
      try write("a O\nb S-PER\n", to: folder, "en/train.conll")
      let corpus = try CorpusFolder(path: folder.path, format: .conll)
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train", scheme: .iob2)
      }
      #expect(error?.line == 2)
      #expect(error?.problem == "the tag ‘S-PER’ is not one of IOB2")
    }
  }

  private func complaint(about data: Data, as format: CorpusFormat) throws -> CorpusError? {
    try withTemporaryFolder { folder in
      try write(data, to: folder, "en/\(format.fileNames(ofSplit: "train")[0])")
      let corpus = try CorpusFolder(path: folder.path, format: format)
      return #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train")
      }
    }
  }
}

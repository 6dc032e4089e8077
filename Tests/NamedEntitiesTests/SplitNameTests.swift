import Foundation
import NamedEntities
import TestSupport
import Testing

/// Files of splits by the names that people give them.
@Suite struct SplitNameTests {
  private static let columns = "Ada B-PER\nran O\n\nYes O\n"

  private func corpus<Result>(
    _ files: [String], options: CorpusOptions = CorpusOptions(), text: String = columns,
    _ body: (CorpusFolder) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      for file in files { try write(text, to: folder, file) }
      return try body(CorpusFolder(path: folder.path, options: options))
    }
  }

  @Test(arguments: [
    (["train.txt", "valid.txt", "test.txt"], "train dev test"),
    (["train.tsv", "validation.tsv"], "train dev"), (["val.conll"], "dev"),
    (["eng.train", "eng.testa", "eng.testb"], "train dev test"),
    (["xx_abc-ud-train.iob2", "xx_abc-ud-dev.iob2"], "train dev"),
    (["NER-xx-train.tsv", "NER-xx-dev.tsv", "NER-xx-test.tsv"], "train dev test"),
    (["train-xx.tsv", "dev-xx.tsv"], "train dev"), (["TRAIN.txt"], "train"),
    (["emerging.dev.conll", "emerging.test.annotated"], "dev test"),
    (["wnut17train.conll"], "train"),
    (["A-v2.1-b-train-xx.tsv", "A-v2.1-b-test-xx.tsv"], "train test"),
  ])
  func `in a language's folder they are its splits`(files: [String], splits: String) throws {
    try corpus(files.map { "xx/\($0)" }) { (corpus: CorpusFolder) throws in
      #expect(corpus.languages == ["xx"])
      #expect(corpus.splits(of: "xx") == splits.words)
      #expect(corpus.ignored.isEmpty && corpus.foldersWithoutSplits.isEmpty)
      for split in splits.words {
        #expect(try corpus.sentences(language: "xx", split: split).count == 2)
      }
    }
  }

  @Test(arguments: [
    (["train-en.tsv", "dev-en.tsv", "train-zh-min.tsv"], "en zh-min"),
    (["en_ewt-ud-train.iob2", "de_pud-ud-test.iob2"], "de_pud en_ewt"),
    (["eng.train", "eng.testa", "deu.testb"], "deu eng"),
    (["A-2022-v2.1-b2020-train-de.tsv", "A-2022-v2.1-b2020-dev-fr.tsv"], "de fr"),
    (["train_en.conll", "val_en.conll", "NER-de-train.tsv"], "de en"),
  ])
  func `side by side their names have the languages`(files: [String], languages: String) throws {
    try corpus(files) { (corpus: CorpusFolder) throws in
      #expect(corpus.languages == languages.words)
      #expect(corpus.ignored.isEmpty)
    }
  }

  @Test func `of two files of a split one is taken, and the other is told`() throws {
    try corpus(["en/train.txt", "en/train.conll", "en/dev.txt", "en/valid.conll", "en/x.train.txt"])
    { (corpus: CorpusFolder) throws in
      #expect(try corpus.file(of: "en", "train").hasSuffix("en/train.conll"))
      #expect(try corpus.file(of: "en", "dev").hasSuffix("en/dev.txt"))
      #expect(
        corpus.ignored.map { $0.split(separator: "/").last.map(String.init) } == [
          "train.txt: ignored, train.conll is taken for train.",
          "valid.conll: ignored, dev.txt is taken for dev.",
          "x.train.txt: ignored, train.conll is taken for train.",
        ])
    }
  }

  /// As HIPE's: `test-masked-de` beside `test-de` in the folder `de`.
  @Test func `files that name the folder's language come first`() throws {
    try corpus(["de/A-test-masked-de.tsv", "de/A-test-de.tsv", "de/A-train-de.tsv"]) {
      (corpus: CorpusFolder) throws in
      #expect(corpus.languages == ["de"])
      #expect(try corpus.file(of: "de", "test").hasSuffix("A-test-de.tsv"))
      #expect(corpus.ignored.count == 1)
    }
  }

  @Test func `what is no split is told, but for what is no data`() throws {
    try corpus([
      "en/train.txt", "en/train.parquet", "en/all.txt", "en/README.md", "en/LICENSE.txt",
      "en/.hidden", "en/labels.txt", "en/train-1.txt", "notes/a", "two/aa-train.txt",
      "two/bb-train.txt", "requirements.txt",
    ]) { (corpus: CorpusFolder) throws in
      #expect(corpus.languages == ["en"])
      let told = corpus.ignored.map { note in
        note.prefix { $0 != ":" }.split(separator: "/").suffix(2).joined(separator: "/")
      }
      #expect(
        told.map { $0.split(separator: "/").last } == [
          "all.txt", "train-1.txt", "train.parquet", "two", "requirements.txt",
        ])
      #expect(corpus.ignored[3].hasSuffix("name this folder to read them."))
      #expect(corpus.foldersWithoutSplits.map { ($0 as NSString).lastPathComponent } == ["notes"])
    }
  }

  @Test func `a file beside folders is a language only when it has tags`() throws {
    try withTemporaryFolder { folder in
      try write(Self.columns, to: folder, "en/train.txt")
      try write(Self.columns, to: folder, "de-train.txt")
      try write("some words of a text\nand more words\n", to: folder, "needs-dev.txt")
      let corpus = try CorpusFolder(path: folder.path)
      #expect(corpus.languages == ["de", "en"])
      #expect(
        corpus.ignored.map { ($0 as NSString).lastPathComponent }
          == ["needs-dev.txt: ignored, there are no tags in its first lines."])
    }
  }

  @Test func `lines decide whether a file is PAN-X's or has columns`() throws {
    let panx = "en:Ada\tB-PER\nen:ran\tO\n\nen:Yes\tO\n"
    for (name, text, format) in [
      ("train", Self.columns, CorpusFormat.conll), ("train", panx, .panx),
      ("train.tsv", panx, .panx), ("train.tsv", Self.columns, .conll),
      ("train.txt", "a:b\tO\nc:d\tO\ne:f\tB-X\n", .conll),
    ] {
      try corpus(["en/\(name)"], text: text) { (corpus: CorpusFolder) throws in
        #expect(corpus.format(of: "en") == format, "\(name)")
        let words = try corpus.sentences(language: "en", split: "train")[0].words
        #expect(words[0] == (text.hasPrefix("a:b") ? "a:b" : "Ada"))
      }
    }
  }

  // MARK: Dev from train

  @Test(arguments: [(0.25, 2), (0.01, 1), (0.9, 7)])
  func `dev can be the last sentences of train`(share: Double, count: Int) throws {
    let text = (0..<8).map { "w\($0) B-T\($0)\n\n" }.joined()
    var options = CorpusOptions()
    options.devFromTrain = share
    try corpus(["en/train.txt", "en/test.txt"], options: options, text: text) {
      (corpus: CorpusFolder) throws in
      #expect(corpus.splits(of: "en") == ["train", "dev", "test"] && corpus.cutsDev(of: "en"))
      func words(_ split: String, limit: Int? = nil) throws -> [String] {
        try corpus.sentences(language: "en", split: split, limit: limit).flatMap(\.words)
      }
      let all = (0..<8).map { "w\($0)" }
      #expect(try words("train") == Array(all.dropLast(count)))
      #expect(try words("dev") == Array(all.suffix(count)))
      #expect(try words("test") == all)
      #expect(try words("train", limit: 1) == ["w0"] && words("dev", limit: 0) == [])
      let census = try corpus.census(of: [("en", "train"), ("en", "dev")])
      #expect(census.parts.map(\.sentences) == [8 - count, count])
      #expect(census.parts[0].entities["T7"] == nil && census.parts[1].entities["T7"] == 1)
    }
  }

  @Test func `a dev that is there is taken, and one sentence cannot be parted`() throws {
    var options = CorpusOptions()
    options.devFromTrain = 0.5
    try corpus(["en/train.txt", "en/dev.txt"], options: options) { (corpus: CorpusFolder) throws in
      #expect(!corpus.cutsDev(of: "en"))
      #expect(try corpus.sentences(language: "en", split: "train").count == 2)
    }
    try corpus(["en/train.txt"], options: options, text: "a O\n") { (corpus: CorpusFolder) throws in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "dev")
      }
      #expect(error?.problem.hasPrefix("there is one sentence") == true)
    }
    try corpus(["en/train.txt"]) { (corpus: CorpusFolder) throws in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "dev")
      }
      #expect(
        error?.advice.hasSuffix("or set data.devFromTrain to use part of train as dev.") == true)
    }
  }
}

extension CorpusFolder {
  /// The file of a split.
  fileprivate func file(of language: String, _ split: String) throws -> String {
    try #require(parts.first { $0.language == language && $0.split == split }).path
  }
}

import Foundation
import NamedEntities
import TestSupport
import Testing

@Suite struct CorpusFolderTests {
  @Test func `PAN-X lines are cut at the first colon only`() throws {
    let sentences = try reading(
      "en:10:30\tO\nen::\tO\nen:Ada\tB-PER\n\nen:Rome\tB-LOC\nen:!\tO\n", as: .panx)
    #expect(
      sentences == [
        Sentence(
          words: ["10:30", ":", "Ada"], spans: [EntitySpan(type: "PER", words: 2..<3)], id: 0),
        Sentence(words: ["Rome", "!"], spans: [EntitySpan(type: "LOC", words: 0..<1)], id: 1),
      ])
  }

  @Test(arguments: [
    "en:Ada\tB-PER\nen:ran\tO\n\nen:Yes\tO\n\n",
    "en:Ada\tB-PER\nen:ran\tO\n\nen:Yes\tO",
    "en:Ada\tB-PER\r\nen:ran\tO\r\n\r\nen:Yes\tO\r\n",
    "\u{FEFF}en:Ada\tB-PER\nen:ran\tO\n\n\n \t\nen:Yes\tO\n",
  ])
  func `line ends, a byte order mark and blank lines change nothing`(text: String) throws {
    let sentences = try reading(text, as: .panx)
    #expect(sentences.map(\.words) == [["Ada", "ran"], ["Yes"]])
    #expect(sentences.map(\.spans) == [[EntitySpan(type: "PER", words: 0..<1)], []])
  }

  @Test(arguments: [
    "Ada\tB-PER\nran\tO\n\nYes\tO\n",
    "Ada B-PER\nran O\n\nYes O\n",
    "-DOCSTART- -X- O O\n\nAda NNP I-NP B-PER\nran VB I-VP O\n\nYes UH O O\n",
    "-DOCSTART-\nAda\tNNP\tB-PER\nran\tVB\tO\n-DOCSTART-\tX\tO\nYes\tUH\tO\n",
    "# sent_id = 1\n# text = Ada ran\nAda\t_\tB-PER\nran\t_\tO\n\n#\n# sent_id = 2\nYes\t_\tO\n",
    "Ada   B-PER  \r\n  ran O\r\n\r\nYes O\r\n",
  ])
  func `CoNLL takes the first column as word and the last as tag`(text: String) throws {
    let sentences = try reading(text, as: .conll)
    #expect(sentences.map(\.words) == [["Ada", "ran"], ["Yes"]])
    #expect(sentences.map(\.spans) == [[EntitySpan(type: "PER", words: 0..<1)], []])
  }

  @Test(arguments: ["#\tO\nAda\tB-PER\n", "# O\nAda B-PER\n", "# one two O\n# O\nAda B-PER\n"])
  func `a number sign that is a word is no comment`(text: String) throws {
    #expect(try reading(text, as: .conll).map(\.words) == [["#", "Ada"]])
  }

  @Test func `CoNLL files may end in txt, and conll comes first`() throws {
    try withTemporaryFolder { folder in
      try write("Ada B-PER\n", to: folder, "en/train.txt")
      try write("Yes O\n", to: folder, "en/dev.txt")
      try write("No O\n", to: folder, "en/dev.conll")
      let corpus = try CorpusFolder(path: folder.path, format: .conll)
      #expect(corpus.splits(of: "en") == ["train", "dev"])
      #expect(try corpus.sentences(language: "en", split: "dev")[0].words == ["No"])
    }
  }

  @Test(arguments: [
    ("I-PER O I-LOC B-LOC", TagScheme.iob1), ("B-PER O B-LOC B-LOC", .iob2),
    ("S-PER O B-LOC E-LOC", .bioes), ("O O O O", .iob2),
  ])
  func `the scheme is found out from the tags`(tags: String, scheme: TagScheme) throws {
    try withTemporaryFolder { folder in
      try write(tags.words.map { "w \($0)\n" }.joined(), to: folder, "en/train.txt")
      let corpus = try CorpusFolder(path: folder.path, format: .conll)
      #expect(try corpus.scheme(language: "en", split: "train") == scheme)
    }
  }

  @Test func `a limit takes the first sentences`() throws {
    try withTemporaryFolder { folder in
      try write("en:a\tO\n\nen:b\tO\n\nen:c\tO\n", to: folder, "en/train")
      let corpus = try CorpusFolder(path: folder.path, format: .panx)
      for (limit, words) in [
        (0, []), (2, ["a", "b"]), (3, ["a", "b", "c"]), (9, ["a", "b", "c"]),
      ] {
        let sentences = try corpus.sentences(language: "en", split: "train", limit: limit)
        #expect(sentences.flatMap(\.words) == words)
      }
    }
  }

  @Test func `languages and splits are those that have files`() throws {
    try withTemporaryFolder { folder in
      for file in ["hi/test", "hi/train", "en/dev", "notes/readme", "train"] {
        try write("en:a\tO\n", to: folder, file)
      }
      let corpus = try CorpusFolder(path: folder.path, format: .panx)
      #expect(corpus.languages == ["en", "hi"])
      #expect(corpus.splits(of: "hi") == ["train", "test"])
      #expect(corpus.splits(of: "de") == [])
      #expect(corpus.format(of: "hi") == .panx)
    }
  }

  @Test func `folders joined by colons are searched in order, each language by its own files`()
    throws
  {
    try withTemporaryFolder { folder in
      try write("en:a\tO\n", to: folder, "first/en/train")
      try write("b O\n", to: folder, "second/en/train.conll")
      try write("c O\n", to: folder, "second/hi/train.conll")
      let path = "\(folder.path)/first:\(folder.path)/second"
      let corpus = try CorpusFolder(path: path)
      #expect(corpus.languages == ["en", "hi"])
      #expect(corpus.format(of: "en") == .panx)
      #expect(corpus.format(of: "hi") == .conll)
      #expect(try corpus.sentences(language: "en", split: "train")[0].words == ["a"])
      #expect(try corpus.sentences(language: "hi", split: "train")[0].words == ["c"])
      #expect(throws: CorpusError.self) { try CorpusFolder(path: path, format: .panx) }
    }
  }

  @Test func `a folder whose name has a colon is one folder`() throws {
    try withTemporaryFolder { folder in
      try write("en:a\tO\n", to: folder, "a:b/en/train")
      #expect(try CorpusFolder(path: "\(folder.path)/a:b").languages == ["en"])
    }
  }

  /// Two sentences: 3 + 2 words; entities PER (2 words) and LOC (1 word).
  @Test func `a summary counts what the file holds`() throws {
    try withTemporaryFolder { folder in
      try write(
        "en:Ada\tB-PER\nen:Byron\tI-PER\nen:Rome\tB-LOC\n\nen:So\tO\nen:.\tO\n",
        to: folder, "en/train")
      let summary = try #require(
        try CorpusFolder(path: folder.path, format: .panx)
          .summary(language: "en", split: "train"))
      #expect(summary.sentences == 2)
      #expect(summary.sentencesWithoutEntities == 1)
      #expect(summary.words == 5)
      #expect(summary.longestSentence == 3)
      #expect(summary.meanLength == 2.5)
      #expect(summary.lengths == [2: 1, 3: 1])
      #expect(summary.entities == ["PER": 1, "LOC": 1])
      #expect(summary.insides == ["PER": 1, "LOC": 0])
      #expect(summary.outsides == 2)
    }
  }

  private func reading(_ text: String, as format: CorpusFormat) throws -> [Sentence] {
    try withTemporaryFolder { folder in
      try write(text, to: folder, "en/\(format.fileNames(ofSplit: "train")[0])")
      return try CorpusFolder(path: folder.path, format: format)
        .sentences(language: "en", split: "train")
    }
  }
}

/// Writes a file, and the folders it is in.
func write(_ text: String, to folder: URL, _ path: String) throws {
  try write(Data(text.utf8), to: folder, path)
}

/// Writes a file, and the folders it is in.
func write(_ data: Data, to folder: URL, _ path: String) throws {
  let file = folder.appending(path: path)
  try FileManager.default.createDirectory(
    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
  try data.write(to: file)
}

import Foundation
import NamedEntities
import TestSupport
import Testing

/// Which columns of a file are taken for the word and the tag.
@Suite struct ColumnTests {
  private func contents(
    _ text: String, columns: ColumnChoice = ColumnChoice()
  ) throws -> (sentences: [Sentence], summary: CorpusSummary) {
    try withTemporaryFolder { folder in
      try write(text, to: folder, "en/train.conll")
      var options = CorpusOptions(format: .conll)
      options.columns = columns
      let corpus = try CorpusFolder(path: folder.path, options: options)
      return (
        try corpus.sentences(language: "en", split: "train"),
        try #require(try corpus.summary(language: "en", split: "train"))
      )
    }
  }

  /// Each says: Ada (PER) went to Rome (LOC) / Oslo (LOC).
  private static let layouts: [(text: String, word: Int, tag: Int)] = [
    ("Ada B-PER\nwent O\nto O\nRome B-LOC\n\nOslo B-LOC\n", 1, 2),
    // A counter from 1 or 0, with a tag behind the word, and further columns.
    ("1\tAda\tB-PER\n2\twent\tO\n3\tto\tO\n4\tRome\tB-LOC\n\n1\tOslo\tB-LOC\n", 2, 3),
    ("0 Ada B-PER\n1 went O\n2 to O\n3 Rome B-LOC\n\n0 Oslo B-LOC\n", 2, 3),
    (
      "# sent_id = x\n# text = Ada went\n1\tAda\tB-PER\t-\ta\n2\twent\tO\t-\ta\n3\tto\tO\t-\ta\n"
        + "4\tRome\tB-LOC\t-\ta\n\n# sent_id = y\n1\tOslo\tB-LOC\t-\ta\n", 2, 3
    ),
    // Outer and inner entities: the outer ones.
    (
      "#\thttp://example.org\t[2001-01-01]\t\n1\tAda\tB-PER\tO\n2\twent\tO\tO\n3\tto\tO\tO\n"
        + "4\tRome\tB-LOC\tB-ORG\n\n1\tOslo\tB-LOC\tO\n", 2, 3
    ),
    // Chunks are no entities, with and without a counter.
    (
      "Ada N B-NP B-PER\nwent V B-VP O\nto P B-PP O\nRome N B-NP B-LOC\n\nOslo N B-NP B-LOC\n", 1, 4
    ),
    (
      "1\tAda\tN\tB-NP\tB-PER\n2\twent\tV\tB-VP\tO\n3\tto\tP\tB-PP\tO\n4\tRome\tN\tB-NP\tB-LOC\n\n"
        + "1\tOslo\tN\tB-NP\tB-LOC\n", 2, 5
    ),
    // Headings.
    (
      "TOKEN\tNE-COARSE-LIT\tNE-COARSE-METO\tMISC\n# x = y\nAda\tB-PER\tO\t_\nwent\tO\tO\t_\n"
        + "to\tO\tO\t_\nRome\tB-LOC\tB-ORG\tNoSpaceAfter|EndOfSentence\nOslo\tB-LOC\tO\t_\n", 1, 2
    ),
    (
      "word\tner\tpos\nAda\tB-PER\tN\nwent\tO\tV\nto\tO\tP\nRome\tB-LOC\tN\n\nOslo\tB-LOC\tN\n", 1,
      2
    ),
    // The tag first.
    ("B-PER\tAda\nO\twent\nO\tto\nB-LOC\tRome\n\nB-LOC\tOslo\n", 2, 1),
    // MultiCoNER's comments have tabs.
    (
      "# id 1\tdomain=en\nAda _ _ B-PER\nwent _ _ O\nto _ _ O\nRome _ _ B-LOC\n\n"
        + "# id 2 domain=en\nOslo _ _ B-LOC\n", 1, 4
    ),
    // CoNLL-U, with a word of two and an empty one.
    (
      "# text = Ada went\n1\tAda\t_\tN\t_\t_\t2\tx\t_\tNER=B-PER|SpaceAfter=No\n"
        + "2-3\twentto\t_\t_\t_\t_\t_\t_\t_\t_\n2\twent\t_\tV\t_\t_\t0\tx\t_\t_\n"
        + "3\tto\t_\tP\t_\t_\t2\tx\t_\tNER=O\n3.1\tx\t_\t_\t_\t_\t_\t_\t_\t_\n"
        + "4\tRome\t_\tN\t_\t_\t2\tx\t_\tNER=B-LOC\n\n"
        + "1\tOslo\t_\tN\t_\t_\t0\tx\t_\tSpaceAfter=No|NER=B-LOC\n", 2, 10
    ),
    // CoNLL-U Plus.
    (
      "# global.columns = ID FORM UPOS MISC NER\n1\tAda\tN\t_\tB-PER\n2\twent\tV\t_\tO\n"
        + "3\tto\tP\t_\tO\n4\tRome\tN\t_\tB-LOC\n\n1\tOslo\tN\t_\tB-LOC\n", 2, 5
    ),
    // The types alone.
    ("Ada PER\nwent O\nto O\nRome LOC\n\nOslo LOC\nis O\nbig O\n", 1, 2),
    // BILOU.
    ("Ada U-PER\nwent O\nto O\nRome U-LOC\n\nOslo U-LOC\n", 1, 2),
  ]

  @Test(arguments: 0..<15)
  func `layouts that people use are recognised`(number: Int) throws {
    #expect(Self.layouts.count == 15)
    let layout = Self.layouts[number]
    let (sentences, summary) = try contents(layout.text)
    #expect(sentences.map { Array($0.words.prefix(4)) }.first == ["Ada", "went", "to", "Rome"])
    #expect(sentences.count == 2 && sentences.last?.words.first == "Oslo")
    #expect(
      sentences.map { $0.spans.map { "\($0.type) \($0.words.lowerBound)" } }
        == [["PER 0", "LOC 3"], ["LOC 0"]])
    #expect(summary.columns?.wordColumn == layout.word)
    #expect(summary.columns?.tagColumn == layout.tag)
  }

  @Test func `what was recognised is said`() throws {
    func said(_ text: String) throws -> String? { try contents(text).summary.columns?.description }
    #expect(try said("Ada\tB-PER\n") == "word in column 1, tag in column 2 of 2")
    #expect(
      try said("1\tAda\tB-PER\tO\n2\tRome\tB-LOC\tB-ORG\n")
        == "a counter in column 1, word in column 2, tag in column 3 of 4 (4 has tags, too)")
    #expect(
      try said("1\ta\t_\t_\t_\t_\t_\t_\t_\tNE=B-X\n")
        == "a counter in column 1, word in column 2, tag NE= in column 10 of 10")
    #expect(
      try said("TOKEN\tNER\nAda\tB-PER\n")
        == "a line of headings, word in column 1, tag in column 2 of 2")
  }

  @Test func `columns that are named are taken`() throws {
    let text = "1 Ada B-PER O\n2 Rome B-LOC B-ORG\n"
    func types(_ columns: ColumnChoice) throws -> [[String]] {
      let (sentences, _) = try contents(text, columns: columns)
      return sentences.map { $0.spans.map(\.type.name) } + sentences.map(\.words)
    }
    #expect(try types(.init(tag: 4)) == [["ORG"], ["Ada", "Rome"]])
    #expect(try types(.init(word: 1)) == [["ORG"], ["1", "2"]])
    #expect(try types(.init(word: 1, tag: 3)) == [["PER", "LOC"], ["1", "2"]])
    let error = #expect(throws: CorpusError.self) { try types(.init(tag: 5)) }
    #expect(error?.line == 1 && error?.problem == "there are 4 columns and no column 5")
  }

  /// A word of two columns that are numbers stays one: its neighbour is a column of tags.
  @Test func `a counter counts every sentence and has a word beside it`() throws {
    #expect(try contents("1 O\n2 O\n3 B-X\n").sentences[0].words == ["1", "2", "3"])
    #expect(try contents("1 N O\n3 N O\n7 N B-X\n").sentences[0].words == ["1", "3", "7"])
    let long = (1...60).map { "\($0) w\($0) O\n" }.joined()
    let error = #expect(throws: CorpusError.self) { try contents(long + "x y B-A\n") }
    #expect(error?.line == 61)
    #expect(error?.problem == "the first column counts the words and has ‘x’ here")
  }

  /// A combining mark, a no-break space, a zero-width space and joiners.
  @Test func `columns are cut at bytes, so that any character can be a word`() throws {
    let words = ["\u{301}", "\u{A0}", "\u{200B}", "\u{200D}", "e\u{301}", "\u{202F}x", "\u{FE0F}"]
    for separator in [" ", "\t", "   "] {
      let text = words.map { "\($0)\(separator)O\n" }.joined() + "a\(separator)B-X\n"
      let read = try contents(text).sentences[0].words
      #expect(read.map { Array($0.utf8) } == (words + ["a"]).map { Array($0.utf8) })
    }
  }

  @Test func `types without letters are entities with their neighbours of one type`() throws {
    let (sentences, summary) = try contents(
      "Ada PER\nB PER\nin O\nNew LOC/GPE\nYork LOC/GPE\nUN ORG\n. O\nso O\nit O\nis O\nhere O\n")
    #expect(summary.scheme == .io)
    #expect(
      sentences[0].spans.map { "\($0.type) \($0.words.lowerBound) \($0.words.upperBound)" }
        == ["PER 0 2", "LOC/GPE 3 5", "ORG 5 6"])
  }

  @Test func `the letters L and U end an entity`() throws {
    let (sentences, summary) = try contents("a B-X\nb I-X\nc L-X\nd U-X\ne U-Y\nf O\n")
    #expect(summary.scheme == .bilou)
    #expect(
      sentences[0].spans.map { "\($0.type) \($0.words.lowerBound) \($0.words.upperBound)" }
        == ["X 0 3", "X 3 4", "Y 4 5"])
    #expect(throws: TagError.self) { try TagScheme.iob2.spans(of: ["U-X"]) }
    #expect(try TagScheme.bilou.spans(of: ["U-X", "O"]).count == 1)
    #expect(try TagScheme.io.spans(of: ["X", "X", "O", "Y"]).count == 2)
  }

  @Test func `a tag that is none is told with what to do about columns`() throws {
    let error = #expect(throws: CorpusError.self) {
      try contents("a\tb\tO\nc\td\tO\nx\ty\tQ-A\n" + String(repeating: "e\tf\tB-A\n", count: 40))
    }
    #expect(error?.line == 3 && error?.problem == "‘Q-A’ is not a tag this program knows")
    #expect(error?.advice.contains("data.columns") == true)
  }

  @Test func `a tag alone is a tag without a word`() throws {
    let error = #expect(throws: CorpusError.self) { try contents("a O\nb B-X\n O\nc O\n") }
    #expect(error?.line == 3 && error?.problem == "there is a tag but no word")
  }

  @Test func `lines that come one by one are cut as files are`() throws {
    var lines = ColumnLines(format: .conll)
    #expect(!lines.isReady)
    lines.learn(from: ["# c", "1\t\u{301}\t_", "2-3\tab\t_", "2\ta\t_", ""])
    #expect(try lines.row("1\tRome\tx") == .word("Rome", ends: false))
    #expect(try lines.row("# c") == .other && lines.row("1-2\tx\ty") == .other)
    #expect(try lines.row(" \u{FEFF}") == .blank)
    #expect(throws: CorpusLineProblem.self) { try lines.row("x\ty\tz") }
    var named = ColumnLines(format: .conll, columns: ColumnChoice(word: 3))
    named.learn(from: ["a b c"])
    #expect(try named.row("d e f") == .word("f", ends: false))
    #expect(ColumnLines.isBlank("\t \u{FEFF}") && !ColumnLines.isBlank("\u{200B}"))
  }

  /// 2 gold entities, 2 predicted, 1 of them right.
  @Test func `gold and predicted tags in the last two columns are scored`() throws {
    try withTemporaryFolder { folder in
      try write(
        "Ada N B-PER B-PER\nmet V O O\n\n-DOCSTART- O O\n\n\u{301} N B-LOC B-ORG\n", to: folder, "x"
      )
      let path = folder.appending(path: "x").path
      let scores = try EntityScores(columns: InputLines(path: path))
      #expect(scores.micro == Score(correct: 1, predicted: 2, gold: 2))
      try write("Ada B-PER B-PER\nBo B-PER\n", to: folder, "x")
      let error = #expect(throws: CorpusError.self) {
        try EntityScores(columns: InputLines(path: path))
      }
      #expect(error?.line == 2 && error?.problem == "there are fewer than three columns")
    }
  }
}

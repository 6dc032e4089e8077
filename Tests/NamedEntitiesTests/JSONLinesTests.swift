import Foundation
import NamedEntities
import TestSupport
import Testing

/// JSON lines, as `datasets` writes them by `to_json`.
@Suite struct JSONLinesTests {
  private static let named = """
    {"id":"0","tokens":["Ada","met","B\\u00f3"],"ner_tags":["B-PER","O","B-PER"],"langs":["en"]}
    {"id":"1","tokens":["Rome"],"ner_tags":["B-LOC"]}

    """
  private static let numbered = """
    {"tokens":["Ada","met","B\\u00f3"],"ner_tags":[1,0,1],"lang":"en"}
    {"tokens":["Rome"],"ner_tags":[5],"lang":"en"}

    """
  private static let names = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]

  private func reading<Result>(
    _ files: [String: String], _ options: CorpusOptions = CorpusOptions(),
    _ body: (CorpusFolder) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      for (name, text) in files { try write(text, to: folder, name) }
      return try body(CorpusFolder(path: folder.path, options: options))
    }
  }

  private func expectBoth(_ corpus: CorpusFolder) throws {
    let sentences = try corpus.sentences(language: "en", split: "train")
    #expect(sentences.map(\.words) == [["Ada", "met", "B\u{F3}"], ["Rome"]])
    #expect(
      sentences.map(\.spans) == [
        [.init(type: "PER", words: 0..<1), .init(type: "PER", words: 2..<3)],
        [.init(type: "LOC", words: 0..<1)],
      ])
    #expect(corpus.format(of: "en") == .jsonl)
  }

  @Test(arguments: ["en/train.jsonl", "en/train.json", "train_en.jsonl", "en/train.txt"])
  func `tags are read by their names`(name: String) throws {
    try reading([name: Self.named]) { (corpus: CorpusFolder) throws in try expectBoth(corpus) }
  }

  @Test(arguments: [
    (
      "en/dataset_info.json",
      #"{"features":{"tokens":{"feature":{"dtype":"string"}},"ner_tags":{"_type":"Sequence","feature":"#
        + #"{"_type":"ClassLabel","names":NAMES}}},"splits":{}}"#
    ),
    ("dataset_info.json", #"{"features":{"ner_tags":[{"names":NAMES,"_type":"ClassLabel"}]}}"#),
    (
      "en/dataset_infos.json",
      #"{"en":{"features":{"ner_tags":{"_type":"List","feature":{"names":NAMES}}}}}"#
    ),
    ("en/ner_tags.json", "NAMES"), ("ner_tags.json", #"{"names":NAMES}"#),
    ("en/labels.json", #"{"O":0,"B-PER":1,"I-PER":2,"B-ORG":3,"I-ORG":4,"B-LOC":5,"I-LOC":6}"#),
    ("en/tags.txt", "O\nB-PER\nI-PER\nB-ORG\nI-ORG\nB-LOC\nI-LOC\n"),
  ])
  func `numbers have their names from a file beside`(name: String, text: String) throws {
    let list = String(decoding: try JSONEncoder().encode(Self.names), as: UTF8.self)
    let files = ["en/train.jsonl": Self.numbered, name: text.replacing("NAMES", with: list)]
    try reading(files) { (corpus: CorpusFolder) throws in
      try expectBoth(corpus)
      #expect(corpus.ignored.isEmpty)
    }
  }

  @Test func `numbers have their names from a setting, or are refused with what to do`() throws {
    var options = CorpusOptions()
    options.tagNames = Self.names
    try reading(["en/train.jsonl": Self.numbered], options) { (corpus: CorpusFolder) throws in
      try expectBoth(corpus)
    }
    for skips in [false, true] {
      options = CorpusOptions()
      options.skipsBadLines = skips
      try reading(["en/train.jsonl": Self.numbered], options) { (corpus: CorpusFolder) throws in
        let error = #expect(throws: CorpusError.self) {
          try corpus.sentences(language: "en", split: "train")
        }
        #expect(error?.line == 1 && error?.problem == "ner_tags are numbers without names")
        #expect(error?.advice.contains("set data.tags to the list") == true)
      }
    }
  }

  /// As Few-NERD's: `O`, `art`, `person`.
  @Test func `names may be types alone`() throws {
    var options = CorpusOptions()
    options.tagNames = ["O", "art", "work of art"]
    let text = #"{"tokens":["a","b","c","d"],"ner_tags":[1,1,0,2]}"# + "\n"
    try reading(["en/train.jsonl": text], options) { (corpus: CorpusFolder) throws in
      let spans = try corpus.sentences(language: "en", split: "train")[0].spans
      #expect(spans.map { "\($0.type) \($0.words)" } == ["art 0..<2", "work of art 3..<4"])
      #expect(try corpus.scheme(language: "en", split: "train") == .io)
    }
  }

  @Test(arguments: [
    (#"{"tokens":["a","b"],"ner_tags":["O"]}"#, "there are 2 words and 1 tags"),
    (
      #"{"tokens":["a","b"],"ner_tags":["B-a\tb","O"]}"#,
      "the tag ‘B-a\tb’ has a tab or a line break"
    ),
    (#"{"tokens":["a","b","c"],"ner_tags":["O","?","O"]}"#, "‘?’ is not a tag this program knows"),
    (#"{"tokens":["a"],"other":["O"]}"#, "the object has no tags"),
    (#"{"text":"a","tags":["O"]}"#, "the object has no words"),
    (#"{"tokens":["a"],"ner_tags":["X-PER"]}"#, "‘X-PER’ is not a tag this program knows"),
    (#"{"tokens":["a",""],"ner_tags":["O","O"]}"#, "there is a tag but no word"),
    (#"{"tokens":["a\tb"],"ner_tags":["O"]}"#, "the word ‘a\tb’ has a tab or a line break in it"),
    (#"{"tokens":["a"],"ner_tags":["O"]"#, "the line is not a JSON object with words and tags"),
    (#"{"tokens":"a","ner_tags":["O"]}"#, "the line is not a JSON object with words and tags"),
  ])
  func `a bad line is refused with its number, or left out`(line: String, problem: String) throws {
    let text = Self.named + line + "\n" + #"{"tokens":["z"],"ner_tags":["B-LOC"]}"#
    try reading(["en/train.jsonl": text]) { (corpus: CorpusFolder) throws in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train")
      }
      #expect(error?.line == 3 && error?.problem.hasPrefix(problem) == true)
    }
    var options = CorpusOptions()
    options.skipsBadLines = true
    try reading(["en/train.jsonl": text], options) { (corpus: CorpusFolder) throws in
      let words = try corpus.sentences(language: "en", split: "train").map(\.words)
      #expect(
        words.map(\.count) == [3, 1, 1] && words.last == ["z"], "nothing of the line is kept")
      let summary = try #require(try corpus.summary(language: "en", split: "train"))
      #expect(summary.skipped.map(\.line) == [3])
    }
  }

  @Test func `an array is refused with how to write lines`() throws {
    let text = #"[{"tokens":["a"],"ner_tags":["O"]}]"#
    try reading(["en/train.json": text]) { (corpus: CorpusFolder) throws in
      let error = #expect(throws: CorpusError.self) {
        try corpus.sentences(language: "en", split: "train")
      }
      #expect(error?.problem == "the file is a JSON array")
    }
  }

  @Test func `marks, blank lines, empty sentences and a limit are no matter`() throws {
    let text = "\u{FEFF}" + #"{"tokens":[],"ner_tags":[]}"# + "\n\n" + Self.named + "\u{FEFF}\n"
    try reading(["en/train.jsonl": text]) { (corpus: CorpusFolder) throws in
      try expectBoth(corpus)
      let one = try corpus.sentences(language: "en", split: "train", limit: 1)
      #expect(one.map(\.words.count) == [3])
    }
  }
}

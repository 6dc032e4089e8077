import Foundation
import NamedEntities
import TestSupport
import Testing

/// Corpus files with bytes and lines changed: an error that names the line, or sentences.
@Suite struct CorpusFuzzTests {
  private static let panx = """
    en:Ada\tB-PER
    en:Lovelace\tI-PER
    en:met\tO
    en::\tO

    en:東京\tB-LOC
    en:e\u{301}\u{1F468}\u{200D}\u{1F469}\tI-ORG

    """

  private static let conll = """
    -DOCSTART- -X- O O

    # a comment
    Ada NNP B-NP B-PER
    Lovelace NNP I-NP E-PER
    # NN O S-MISC

    U.N.\tNNP\tI-NP\tI-ORG
    is VBZ O O
    """

  private static let json = """
    {"tokens":["Ada","Lovelace","met"],"ner_tags":["B-PER","I-PER","O"]}
    {"id":"1","tokens":["\\u6771\\u4eac","e\u{301}"],"ner_tags":["S-LOC","O"],"langs":["ja"]}

    """

  private static let words = [
    "O", "B-PER", "I-PER", "E-PER", "S-LOC", "B-", "X-PER", "B-\u{1B}[31m", "en:", ":",
    "-DOCSTART-",
    "#", "_", "\u{A0}", "Ada",
  ]

  private static func isExpected(_ error: any Error) -> Bool {
    guard let error = error as? CorpusError else { return false }
    return !error.path.isEmpty && !error.problem.isEmpty && !error.expected.isEmpty
  }

  @Test(arguments: CorpusFormat.allCases)
  func `a corpus is an error or sentences whose entities lie within them`(
    format: CorpusFormat
  ) throws {
    let text = format == .panx ? Self.panx : format == .jsonl ? Self.json : Self.conll
    let other = format == .panx ? Self.conll : Self.panx
    let mutator = TextMutator(
      text, words: Self.words, separators: [" ", "\t", ":", "-"],
      tokens: ["\n", "\n\n", "\t", "\r\n", "\u{FEFF}"], donors: [other])
    try Fuzz.run(
      "corpus \(format.rawValue)", make: { mutator.mutated(&$0) },
      read: { fuzz, input in
        let language = fuzz.folder.appending(path: "en")
        let name = format.fileNames(ofSplit: "train")[0]
        if !FileManager.default.fileExists(atPath: language.path) {
          try FileManager.default.createDirectory(at: language, withIntermediateDirectories: true)
        }
        _ = fuzz.file("en/" + name, input)
        let corpus = try CorpusFolder(path: fuzz.folder.path, format: format)
        let sentences = try corpus.sentences(language: "en", split: "train")
        #expect(!sentences.isEmpty)
        for sentence in sentences {
          let count = sentence.words.count
          #expect(count > 0)
          #expect(sentence.spans.allSatisfy { !$0.words.isEmpty && $0.words.upperBound <= count })
          #expect(
            zip(sentence.spans, sentence.spans.dropFirst()).allSatisfy {
              $0.words.upperBound <= $1.words.lowerBound
            })
          // What is read can be trained on: tags of the corpus's own types.
          let types = Array(Set(sentence.spans.map(\.type)))
          #expect(TagSet(types: types).tags(of: sentence).count == count)
        }
        #expect(try corpus.summary(language: "en", split: "train")?.sentences == sentences.count)
      }, isExpected: Self.isExpected)
  }

  @Test func `lines of input are an error or text`() throws {
    let text = Self.panx + Self.conll
    let bytes = ByteMutator(
      tokens: ["\n", "\r\n", "\u{FEFF}", "\u{0}", "...", "'s", "—", "\u{1B}[2J", "a.b.c.", "!?!?"],
      bytes: [[0xC3], [0xF0, 0x9F]], donors: [Array(text.utf8)])
    try Fuzz.run(
      "lines of input",
      make: { bytes.mutated(Array(text.utf8), &$0) },
      read: { fuzz, input in
        let lines = try InputLines(path: fuzz.file("input", input))
        while let line = try lines.next() {
          #expect(!line.unicodeScalars.contains("\n"))
          let words = TextWords(line).words
          #expect(words.allSatisfy { !$0.isEmpty })
          #expect(words.joined() == line.filter { !$0.isWhitespace })
          #expect(!line.withVisibleControls.unicodeScalars.contains { $0.value == 0x1B })
        }
      }, isExpected: Self.isExpected)
  }
}

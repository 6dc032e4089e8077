import RunFolders
import LabNotebook
import NamedEntities
import NotebookScreens
import RunFolders

/// A corpus, encoders and notes, made by hand.
extension Fixture {
  static let corpusPath = "sample-data/panx"

  /// Sentences of 4, 2 and 9 words.
  static let corpusSentences = [
    Sentence(
      words: ["Ada", "Lovelace", "saw", "Paris"],
      spans: [.init(type: "PER", words: 0..<2), .init(type: "LOC", words: 3..<4)], id: 0),
    Sentence(words: ["No", "entity"], spans: [], id: 1),
    Sentence(
      words: ["The", "Royal", "Society", "met", "in", "दिल्ली", "and", "東京", "."],
      spans: [
        .init(type: "ORG", words: 1..<3), .init(type: "LOC", words: 5..<6),
        .init(type: "LOC", words: 7..<8),
      ], id: 2),
  ]

  static func part(_ language: String, _ split: String) -> CorpusPart {
    CorpusPart(language: language, split: split, path: "/panx/\(language)/\(split)")
  }

  /// af is counted, of hi one file waits and one is broken.
  static var corpus: CorpusPicture {
    var picture = CorpusPicture(source: CorpusSource(path: corpusPath))
    picture.formats = "panx"
    func entry(_ language: String, _ split: String, _ times: Int) -> CorpusPicture.Entry {
      let rows = (0..<times).flatMap { _ in corpusSentences }
      let summary = CorpusSummary(
        language: language, split: split, scheme: .iob2, counting: rows)
      return .init(part: part(language, split), byteCount: 100, state: .counted(summary))
    }
    picture.entries = [
      entry("af", "train", 40), entry("af", "dev", 10), entry("af", "test", 10),
      entry("hi", "train", 20), .init(part: part("hi", "dev"), byteCount: 100),
      .init(
        part: part("hi", "test"), byteCount: 50,
        state: .failed(
          "/panx/hi/test:7: there is no tab between a word and a tag; expected "
            + "`lang:word<TAB>tag`, as in `en:Ada<TAB>B-PER`. Separate word and tag by one tab.")),
    ]
    return picture
  }

  static var answer: SentencesAnswer {
    var answer = SentencesAnswer(
      SentencesQuestion(source: CorpusSource(path: corpusPath), language: "af", split: "train"))
    answer.sentences = (0..<120).map { number in
      var sentence = corpusSentences[number % 3]
      sentence.id = number
      return sentence
    }
    answer.isComplete = true
    return answer
  }

  static var encoder: EncoderFacts {
    var facts = EncoderFacts(
      path: "sample-data/encoder", type: "bert", layerCount: 4, hiddenSize: 128,
      attentionHeadCount: 4, intermediateSize: 512, maximumSubwords: 64, vocabularySize: 8000,
      parameters: 1_825_792, embeddingParameters: 1_032_704)
    facts.weightFiles = ["model.safetensors"]
    facts.weightBytes = 3_709_432
    facts.weightTypes = ["float16"]
    (facts.tokenizer, facts.tokenizerFile) = ("WordPiece", "vocab.txt")
    facts.tokenizerVocabularySize = 8000
    return facts
  }

  static var coverage: CoverageAnswer {
    var answer = CoverageAnswer(
      CoverageQuestion(encoder: "sample-data/encoder", corpus: corpusPath))
    for (language, known, whole, subwords) in [("af", 996, 771, 1374), ("hi", 912, 613, 1596)] {
      var row = VocabularyCoverage(language: language, split: "train")
      (row.sentences, row.words) = (200, 1000)
      (row.knownWords, row.wholeWords, row.subwords) = (known, whole, subwords)
      answer.rows.append(row)
    }
    answer.isComplete = true
    return answer
  }

  static let note = """
    # What we saw

    Priming **helps** Afrikaans, *not* Hindi:

    | language | F1 | change |
    |---|---|---|
    | af | 55.0 | +4.0 |
    | hi | 41.0 | -1.0 |

    1. try `priming.steps = 600`
    2. read [the paper](https://arxiv.org/abs/2205.12453)
       - [x] section 3
       - [ ] appendix

    > "It depends", said Bo.
    """

  static var pages: [Page] {
    [
      Page(name: "Notebook", text: "Does priming pay?\n\nSee the plan.", changed: noon),
      Page(name: "Plan", text: "- seeds 1 to 5\n- matched by updates", changed: noon),
    ]
  }

  /// All of it, as the session tells it.
  static var shelves: [Message] {
    [
      .corpus(corpus), .sentences(answer), .encoder(path: "sample-data/encoder", .known(encoder)),
      .encoder(path: "/notebook/runs/1/primed", nil), .coverage(coverage), .pages(pages),
    ]
  }
}

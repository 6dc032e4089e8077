/// What is in one split of a corpus, counted.
package struct CorpusSummary: Hashable, Sendable {
  /// The language's folder.
  package var language: String
  /// `train`, `dev` or `test`.
  package var split: String
  /// How the file writes its tags.
  package var scheme: TagScheme
  /// How many sentences.
  package var sentences: Int
  /// How many sentences have no entity.
  package var sentencesWithoutEntities: Int
  /// How many words.
  package var words: Int
  /// The number of words of the longest sentence.
  package var longestSentence: Int
  /// Words a sentence, on average.
  package var meanLength: Double
  /// How many sentences have each number of words.
  package var lengths: [Int: Int]
  /// How many entities of each type, which is how often its `B-` occurs in IOB2.
  package var entities: [EntityType: Int]
  /// How often the `I-` of each type occurs in IOB2.
  package var insides: [EntityType: Int]
  /// How many entities are read as `O`, by their types in the file.
  package var leftOut: [EntityType: Int]
  /// What the file's columns hold; nil where nothing had to be recognised.
  package var columns: ColumnLayout?
  /// The lines that were left out because they cannot be read.
  package var skipped: [SkippedLine] = []

  /// Counts sentences.
  package init(
    language: String, split: String, scheme: TagScheme, counting rows: [Sentence],
    leftOut: [EntityType: Int] = [:]
  ) {
    self.language = language
    self.split = split
    self.scheme = scheme
    self.leftOut = leftOut
    sentences = rows.count
    sentencesWithoutEntities = rows.count { $0.spans.isEmpty }
    words = rows.reduce(0) { $0 + $1.words.count }
    longestSentence = rows.map(\.words.count).max() ?? 0
    lengths = rows.reduce(into: [:]) { $0[$1.words.count, default: 0] += 1 }
    meanLength = rows.isEmpty ? 0 : Double(words) / Double(rows.count)
    (entities, insides) = ([:], [:])
    for span in rows.lazy.flatMap(\.spans) {
      entities[span.type, default: 0] += 1
      insides[span.type, default: 0] += span.words.count - 1
    }
  }

  /// How often `O` occurs.
  package var outsides: Int {
    words - entities.values.reduce(0, +) - insides.values.reduce(0, +)
  }

  /// What the file adds to a census.
  package var census: TypeCensus.Part {
    var part = TypeCensus.Part(
      language: language, split: split, entities: entities, leftOut: leftOut)
    (part.sentences, part.skipped) = (sentences, skipped)
    return part
  }
}

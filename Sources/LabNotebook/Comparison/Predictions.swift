import Foundation
package import NamedEntities

/// A test sentence with its entities as the corpus has them and as a run found them.
package struct PredictedSentence: Hashable, Sendable {
  /// The words.
  package var words: [String]
  /// The corpus's entities.
  package var gold: [EntitySpan]
  /// The run's entities.
  package var predicted: [EntitySpan]

  /// A sentence with both.
  package init(words: [String], gold: [EntitySpan], predicted: [EntitySpan]) {
    self.words = words
    self.gold = gold
    self.predicted = predicted
  }

  /// What it adds to a score.
  package var counts: SentenceCounts { SentenceCounts(gold: gold, predicted: predicted) }
}

/// The predictions that a run keeps: `predictions/<language>.<split>.conll` in its folder, lines
/// `word<TAB>gold tag<TAB>predicted tag`, a blank line after each sentence.
package enum Predictions {
  /// The largest file that is read.
  private static let limit = 1 << 30

  /// Where a run's predictions for a language and split are.
  package static func path(runFolder: String, language: String, split: String) -> String {
    "\(runFolder)/predictions/\(language).\(split).conll"
  }

  /// Reads a file of predictions.
  package static func read(_ path: String) throws(CorpusError) -> [PredictedSentence] {
    let expected = "a run's predictions, lines `word<TAB>gold tag<TAB>predicted tag`"
    guard let data = try? OrdinaryFile.contents(of: path, limit: limit),
      let text = String(validating: data, as: UTF8.self)
    else {
      let isThere = access(path, F_OK) == 0
      throw CorpusError(
        path: path, problem: isThere ? "it cannot be read" : "there is no such file",
        expected: expected, advice: "The run makes it again when it is run again.")
    }
    var sentences: [PredictedSentence] = []
    var words: [String] = []
    var (gold, predicted): ([String], [String]) = ([], [])
    func end() {
      guard !words.isEmpty else { return }
      sentences.append(
        PredictedSentence(
          words: words, gold: entitySpans(ofTags: gold),
          predicted: entitySpans(ofTags: predicted)))
      (words, gold, predicted) = ([], [], [])
    }
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      if line.isEmpty {
        end()
        continue
      }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3, fields.allSatisfy({ !$0.isEmpty }) else {
        throw CorpusError(
          path: path, line: number, problem: "there are \(fields.count) columns",
          expected: expected, advice: "The run makes it again when it is run again.")
      }
      words.append(String(fields[0]))
      gold.append(String(fields[1]))
      predicted.append(String(fields[2]))
    }
    end()
    return sentences
  }
}

extension RunRecord {
  /// The predictions that the run keeps for a language and split.
  package func predictions(
    language: String, split: String
  ) throws(CorpusError) -> [PredictedSentence] {
    try Predictions.read(Predictions.path(runFolder: folder, language: language, split: split))
  }
}

/// Checks that runs were tested on the same sentences with the same gold entities.
///
/// - Returns: The number, from 1, of the first sentence that differs; nil when all are alike.
package func firstDifference(_ one: [PredictedSentence], _ other: [PredictedSentence]) -> Int? {
  for (index, (a, b)) in zip(one, other).enumerated()
  where a.words != b.words || a.gold != b.gold {
    return index + 1
  }
  return one.count == other.count ? nil : min(one.count, other.count) + 1
}

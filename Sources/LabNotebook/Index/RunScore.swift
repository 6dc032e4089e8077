import NamedEntities
import RunFolders

/// F1 after tuning of a run's languages and splits, and what follows from it.
package struct RunScores: Hashable, Sendable {
  /// F1 of each language and split.
  package let all: [RunScore]
  /// The mean F1 that stands for the run: on the test split, else on dev.
  package let shown: Double?
  /// What that was measured on, the split and the languages.
  package let judgedOn: String

  init(_ all: [RunScore]) {
    self.all = all
    let split = ["test", "dev"].first { split in all.contains { $0.split == split } }
    guard let split else {
      (shown, judgedOn) = (nil, "")
      return
    }
    shown = Self.mean(of: all, split: split)
    let languages = all.filter { $0.split == split }.map(\.language).sorted()
    judgedOn = "\(split) \(languages.joined(separator: " "))"
  }

  /// The mean over the languages of a split; nil where there is none.
  package func mean(split: String) -> Double? { Self.mean(of: all, split: split) }

  private static func mean(of scores: [RunScore], split: String) -> Double? {
    var (sum, count) = (0.0, 0)
    for score in scores where score.split == split {
      sum += score.f1
      count += 1
    }
    return count == 0 ? nil : sum / Double(count)
  }
}

/// F1 of one language and split after tuning: what a list of runs needs of a result.
package struct RunScore: Hashable, Sendable {
  /// The language's code.
  package var language: String
  /// The split: train, dev or test.
  package var split: String
  /// Micro F1, 0…1.
  package var f1: Double

  /// The score of a result.
  init(_ result: EvaluationResult) {
    (language, split, f1) = (result.language, result.split, result.scores.micro.f1)
  }

  /// The scores of a stored text; a line that cannot be read is left out.
  ///
  ///     0.715 test hi
  static func list(_ text: String) -> [RunScore] {
    var text = text
    return text.withUTF8 { bytes in
      let space = UInt8(ascii: " ")
      var scores: [RunScore] = []
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        guard let first = line.firstIndex(of: space),
          let second = line[(first + 1)...].firstIndex(of: space),
          let f1 = Double(String(decoding: line[..<first], as: UTF8.self))
        else { continue }
        scores.append(
          RunScore(
            language: String(decoding: line[(second + 1)...], as: UTF8.self),
            split: String(decoding: line[(first + 1)..<second], as: UTF8.self), f1: f1))
      }
      return scores
    }
  }

  private init(language: String, split: String, f1: Double) {
    (self.language, self.split, self.f1) = (language, split, f1)
  }

  /// Scores as a text.
  static func text(_ scores: [RunScore]) -> String {
    scores.map { "\($0.f1) \($0.split) \($0.language)" }.joined(separator: "\n")
  }

  /// The scores after another result: the newest of a language and split counts, and is the last.
  static func adding(_ result: EvaluationResult, to scores: [RunScore]) -> [RunScore] {
    guard result.phase == .tuning else { return scores }
    return scores.filter { $0.language != result.language || $0.split != result.split }
      + [RunScore(result)]
  }
}

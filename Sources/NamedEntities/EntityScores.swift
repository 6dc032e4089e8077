/// How many entities were found, and from that precision, recall and F1.
///
/// A ratio whose denominator is 0 is 0, as in seqeval.
package struct Score: Hashable, Codable, Sendable {
  /// Predicted entities that are exactly a gold one: same words, same type.
  package var correct: Int
  /// Entities predicted.
  package var predicted: Int
  /// Entities in the corpus.
  package var gold: Int

  /// A score from its three counts.
  package init(correct: Int = 0, predicted: Int = 0, gold: Int = 0) {
    self.correct = correct
    self.predicted = predicted
    self.gold = gold
  }

  /// The share of the predicted entities that is right.
  package var precision: Double {
    predicted == 0 ? 0 : Double(correct) / Double(predicted)
  }

  /// The share of the gold entities that was found.
  package var recall: Double {
    gold == 0 ? 0 : Double(correct) / Double(gold)
  }

  /// The harmonic mean of precision and recall, `2pr / (p + r)`.
  package var f1: Double {
    correct == 0 ? 0 : 2 * precision * recall / (precision + recall)
  }

  /// How many gold entities the score rests on.
  package var support: Int { gold }

  /// The score of two sets of sentences together.
  package static func + (left: Score, right: Score) -> Score {
    Score(
      correct: left.correct + right.correct, predicted: left.predicted + right.predicted,
      gold: left.gold + right.gold)
  }
}

/// Entity scores over a set of sentences: all entities together, and by type.
///
/// An entity counts as found only with its exact words and its exact type; the numbers are
/// those of seqeval's default mode with micro averaging.
package struct EntityScores: Hashable, Codable, Sendable {
  /// All entities together.
  package var micro: Score
  /// By type; a type that is only predicted, never in the corpus, is there too.
  package var types: [EntityType: Score]

  /// No sentence yet: the neutral element of `+`.
  package init() {
    micro = Score()
    types = [:]
  }

  /// The scores of `predicted` against `gold`, which hold one row of entities a sentence.
  package init(gold: [[EntitySpan]], predicted: [[EntitySpan]]) {
    precondition(
      gold.count == predicted.count,
      "Scores compare the same sentences; \(gold.count) gold, \(predicted.count) predicted")
    self.init()
    for (gold, predicted) in zip(gold, predicted) {
      let gold = Set(gold)
      let predicted = Set(predicted)
      for span in gold { types[span.type, default: Score()].gold += 1 }
      for span in predicted {
        types[span.type, default: Score()].predicted += 1
        if gold.contains(span) { types[span.type, default: Score()].correct += 1 }
      }
    }
    micro = types.values.reduce(Score(), +)
  }

  /// The scores of two sets of sentences together.
  package static func + (left: EntityScores, right: EntityScores) -> EntityScores {
    var sum = EntityScores()
    sum.micro = left.micro + right.micro
    sum.types = left.types.merging(right.types, uniquingKeysWith: +)
    return sum
  }
}

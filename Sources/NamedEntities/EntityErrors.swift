/// What went wrong with the entities of some sentences, and how often.
///
/// Each gold and each predicted entity is counted once. Within a sentence they are paired in four
/// rounds, each from left to right; a pair is out of the later rounds:
///
/// 1. the same words, the same type: `correct`
/// 2. the same words, another type: `wrongType`
/// 3. overlapping words, the same type: `wrongBoundary`
/// 4. overlapping words, another type: `wrongBoth`
///
/// A gold entity that is left over was `missed`, a predicted one is `spurious`. So one found in two
/// pieces is an error of its boundary and a spurious entity:
///
///     gold        PER 0..<3             LOC 4..<5
///     predicted   PER 0..<1  PER 2..<3  ORG 4..<5
///
/// is 1 `wrongBoundary`, 1 `spurious`, 1 `wrongType`. Few-NERD (Ding et al. 2021, section 6) tells
/// errors of span and of type apart in the same way; the rounds are this project's own.
package struct EntityErrors: Hashable, Codable, Sendable {
  /// Found with exactly their words and their type.
  package var correct = 0
  /// Found with exactly their words and another type.
  package var wrongType = 0
  /// Found with their type, and words that only overlap.
  package var wrongBoundary = 0
  /// Found with another type and words that only overlap.
  package var wrongBoth = 0
  /// Gold entities of which nothing was found.
  package var missed = 0
  /// Predicted entities where there is none.
  package var spurious = 0
  /// Which types were taken for which.
  package var confusion = TypeConfusion()

  /// No sentence yet: the neutral element of `+`.
  package init() {}

  /// The errors of `predicted` against `gold`, which hold one row of entities a sentence.
  package init(gold: [[EntitySpan]], predicted: [[EntitySpan]]) {
    precondition(
      gold.count == predicted.count,
      "Errors compare the same sentences; \(gold.count) gold, \(predicted.count) predicted")
    for (gold, predicted) in zip(gold, predicted) { count(gold, predicted) }
  }

  /// Entities in the corpus.
  package var gold: Int { paired + missed }

  /// Entities predicted.
  package var predicted: Int { paired + spurious }

  /// The score of words and type: that of `EntityScores`.
  package var labelled: Score { Score(correct: correct, predicted: predicted, gold: gold) }

  /// The score of the words alone, whatever the type: “unlabelled F1”.
  package var unlabelled: Score {
    Score(correct: correct + wrongType, predicted: predicted, gold: gold)
  }

  private var paired: Int { correct + wrongType + wrongBoundary + wrongBoth }

  private mutating func count(_ gold: [EntitySpan], _ predicted: [EntitySpan]) {
    var pairing = Pairing(gold: gold, predicted: predicted)
    for pair in pairing.pairs(where: { $0 == $1 }) {
      correct += 1
      confusion.addExact(gold: pair.gold.type, predicted: pair.predicted.type)
    }
    for pair in pairing.pairs(where: { $0.words == $1.words }) {
      wrongType += 1
      confusion.addExact(gold: pair.gold.type, predicted: pair.predicted.type)
    }
    for pair in pairing.pairs(where: { $0.words.overlaps($1.words) && $0.type == $1.type }) {
      wrongBoundary += 1
      confusion.addOverlap(gold: pair.gold.type, predicted: pair.predicted.type)
    }
    for pair in pairing.pairs(where: { $0.words.overlaps($1.words) }) {
      wrongBoth += 1
      confusion.addOverlap(gold: pair.gold.type, predicted: pair.predicted.type)
    }
    missed += pairing.gold.count
    spurious += pairing.predicted.count
    for span in pairing.gold { confusion.missed[span.type, default: 0] += 1 }
    for span in pairing.predicted { confusion.spurious[span.type, default: 0] += 1 }
  }

  /// The errors of two sets of sentences together.
  package static func + (left: EntityErrors, right: EntityErrors) -> EntityErrors {
    var sum = left
    sum.correct += right.correct
    sum.wrongType += right.wrongType
    sum.wrongBoundary += right.wrongBoundary
    sum.wrongBoth += right.wrongBoth
    sum.missed += right.missed
    sum.spurious += right.spurious
    sum.confusion = left.confusion + right.confusion
    return sum
  }
}

/// The entities of one sentence that have no partner yet.
private struct Pairing {
  var gold: [EntitySpan]
  var predicted: [EntitySpan]

  init(gold: [EntitySpan], predicted: [EntitySpan]) {
    self.gold = Self.inOrder(gold)
    self.predicted = Self.inOrder(predicted)
  }

  /// Takes out the pairs that fit: for each gold entity the first predicted one that is left.
  mutating func pairs(
    where fits: (EntitySpan, EntitySpan) -> Bool
  ) -> [(gold: EntitySpan, predicted: EntitySpan)] {
    var pairs: [(gold: EntitySpan, predicted: EntitySpan)] = []
    var rest: [EntitySpan] = []
    for span in gold {
      if let place = predicted.firstIndex(where: { fits(span, $0) }) {
        pairs.append((span, predicted.remove(at: place)))
      } else {
        rest.append(span)
      }
    }
    gold = rest
    return pairs
  }

  private static func inOrder(_ spans: [EntitySpan]) -> [EntitySpan] {
    func rank(_ span: EntitySpan) -> (Int, Int, String) {
      (span.words.lowerBound, span.words.upperBound, span.type.name)
    }
    return Set(spans).sorted { rank($0) < rank($1) }
  }
}

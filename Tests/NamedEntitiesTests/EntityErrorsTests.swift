import Foundation
import NamedEntities
import Testing

@Suite struct EntityErrorsTests {
  /// Three sentences.
  ///
  ///     gold        PER 0..<2   LOC 3..<4   ORG 5..<7   LOC 8..<9
  ///     predicted   PER 0..<2   ORG 3..<4   ORG 5..<6               PER 10..<11
  ///                 correct     type        boundary    missed      spurious
  ///
  ///     gold        PER 0..<3
  ///     predicted   LOC 1..<2
  ///                 both
  ///
  ///     gold        PER 0..<3
  ///     predicted   PER 0..<1   PER 2..<3
  ///                 boundary    spurious
  let errors = EntityErrors(
    gold: [
      [span("PER", 0, 2), span("LOC", 3, 4), span("ORG", 5, 7), span("LOC", 8, 9)],
      [span("PER", 0, 3)], [span("PER", 0, 3)],
    ],
    predicted: [
      [span("PER", 0, 2), span("ORG", 3, 4), span("ORG", 5, 6), span("PER", 10, 11)],
      [span("LOC", 1, 2)], [span("PER", 0, 1), span("PER", 2, 3)],
    ])

  @Test func `each kind of error matches the count by hand`() {
    #expect(errors.correct == 1)
    #expect(errors.wrongType == 1)
    #expect(errors.wrongBoundary == 2)
    #expect(errors.wrongBoth == 1)
    #expect(errors.missed == 1)
    #expect(errors.spurious == 2)
    #expect(errors.gold == 6)
    #expect(errors.predicted == 7)
  }

  @Test func `unlabelled F1 counts the right words whatever the type`() {
    #expect(errors.labelled == Score(correct: 1, predicted: 7, gold: 6))
    #expect(errors.unlabelled == Score(correct: 2, predicted: 7, gold: 6))
    #expect(abs(errors.unlabelled.f1 - 4.0 / 13) < 1e-15)
  }

  @Test func `the confusion of types matches the count by hand`() {
    let confusion = errors.confusion
    #expect(confusion.types == ["LOC", "ORG", "PER"])
    #expect(confusion.exact == ["PER": ["PER": 1], "LOC": ["ORG": 1]])
    #expect(confusion.overlapGold == ["ORG": 1, "PER": 2])
    #expect(confusion.overlapPredicted == ["ORG": 1, "LOC": 1, "PER": 1])
    #expect(confusion.missed == ["LOC": 1])
    #expect(confusion.spurious == ["PER": 2])
    #expect(confusion.types.map(confusion.goldCount) == [2, 1, 3])
    #expect(confusion.types.map(confusion.predictedCount) == [1, 2, 4])
  }

  @Test func `of two entities that overlap a predicted one, that of its type is its partner`() {
    let errors = EntityErrors(
      gold: [[span("LOC", 0, 2), span("PER", 2, 4)]], predicted: [[span("PER", 1, 4)]])
    #expect(errors.wrongBoundary == 1)
    #expect(errors.confusion.missed == ["LOC": 1])
  }

  @Test func `an entity with exactly its words is no partner for one that overlaps`() {
    let errors = EntityErrors(
      gold: [[span("PER", 0, 1), span("PER", 1, 3)]],
      predicted: [[span("PER", 0, 2), span("LOC", 1, 3)]])
    #expect(errors.wrongType == 1)
    #expect(errors.wrongBoundary == 1)
  }

  @Test func `the parts add up to the gold and the predicted entities, in total and by type`() {
    var chance = Chance(state: 5)
    var total = EntityErrors()
    var (allGold, allPredicted): ([[EntitySpan]], [[EntitySpan]]) = ([], [])
    for _ in 0..<300 {
      let length = 1 + chance.next(below: 12)
      let gold = [chance.spans(wordCount: length)]
      let predicted = [chance.spans(wordCount: length)]
      let errors = EntityErrors(gold: gold, predicted: predicted)
      let scores = EntityScores(gold: gold, predicted: predicted)
      #expect(errors.labelled == scores.micro)
      let paired =
        errors.correct + errors.wrongType + errors.wrongBoundary + errors.wrongBoth
      #expect(paired + errors.missed == gold[0].count)
      #expect(paired + errors.spurious == predicted[0].count)
      for type in errors.confusion.types {
        #expect(errors.confusion.goldCount(type) == scores.types[type]?.gold)
        #expect(errors.confusion.predictedCount(type) == scores.types[type]?.predicted)
        #expect(errors.confusion.count(gold: type, predicted: type) == scores.types[type]?.correct)
      }
      total = total + errors
      allGold += gold
      allPredicted += predicted
    }
    #expect(total == EntityErrors(gold: allGold, predicted: allPredicted))
    #expect(total.wrongBoth > 0 && total.wrongBoundary > 0, "the law saw every kind")
  }

  @Test func `what was found is right: no other kind is left`() {
    let gold = [[span("PER", 0, 2), span("LOC", 2, 3)], []]
    let errors = EntityErrors(gold: gold, predicted: gold)
    #expect(errors.correct == 2)
    #expect(errors.gold == 2 && errors.predicted == 2)
  }

  @Test func `errors are written and read again`() throws {
    let json = try JSONEncoder().encode(errors)
    #expect(String(decoding: json, as: UTF8.self).contains(#""LOC":{"ORG":1}"#))
    #expect(try JSONDecoder().decode(EntityErrors.self, from: json) == errors)
  }
}

/// An entity of a type over words from one to before another.
func span(_ type: EntityType, _ start: Int, _ end: Int) -> EntitySpan {
  EntitySpan(type: type, words: start..<end)
}

/// Numbers that look random and are the same each time (Knuth's MMIX).
private struct Chance {
  var state: UInt64

  mutating func next(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  mutating func spans(wordCount: Int) -> [EntitySpan] {
    let tags = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "I-ORG"]
    return entitySpans(ofTags: (0..<wordCount).map { _ in tags[next(below: tags.count)] })
  }
}

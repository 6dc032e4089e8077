import Foundation
import NamedEntities
import Testing

@Suite struct EntityScoresTests {
  /// One sentence of six words.
  ///
  /// Gold: PER 0..<2, LOC 3..<4. Predicted: PER 0..<2, ORG 3..<4, LOC 5..<6.
  ///
  ///     correct 1, predicted 3, gold 2   →   p = 1/3, r = 1/2, f1 = 2·(1/6)/(5/6) = 0.4
  let scores = EntityScores(
    gold: [entitySpans(ofTags: "B-PER I-PER O B-LOC O O".words)],
    predicted: [entitySpans(ofTags: "B-PER I-PER O B-ORG O B-LOC".words)])

  @Test func `precision, recall and F1 match the hand calculation`() {
    #expect(scores.micro == Score(correct: 1, predicted: 3, gold: 2))
    #expect(scores.micro.precision == 1.0 / 3)
    #expect(scores.micro.recall == 0.5)
    #expect(abs(scores.micro.f1 - 0.4) < 1e-15)
  }

  @Test func `each type has its own score, one that is only predicted too`() {
    #expect(
      scores.types == [
        "PER": Score(correct: 1, predicted: 1, gold: 1),
        "ORG": Score(correct: 0, predicted: 1, gold: 0),
        "LOC": Score(correct: 0, predicted: 1, gold: 1),
      ])
    #expect(scores.types["PER"]?.f1 == 1)
    #expect(scores.types["ORG"]?.support == 0)
  }

  @Test func `an entity with one word too many is wrong on both sides`() {
    let scores = EntityScores(
      gold: [entitySpans(ofTags: "B-PER I-PER O".words)],
      predicted: [entitySpans(ofTags: "B-PER I-PER I-PER".words)])
    #expect(scores.micro == Score(correct: 0, predicted: 1, gold: 1))
    #expect(scores.micro.f1 == 0)
  }

  @Test func `nothing predicted and nothing to find score 0`() {
    let scores = EntityScores(gold: [[]], predicted: [[]])
    #expect(
      [scores.micro.precision, scores.micro.recall, scores.micro.f1] == [0, 0, 0])
    #expect(scores.types.isEmpty)
  }

  @Test func `the same words in another sentence are another entity`() {
    let per = [EntitySpan(type: "PER", words: 0..<1)]
    let scores = EntityScores(gold: [per, []], predicted: [[], per])
    #expect(scores.micro.correct == 0)
  }

  @Test func `the scores of two halves add up to the scores of the whole`() {
    let rows = ["B-PER O B-LOC", "B-LOC I-LOC O", "O O O", "I-PER B-PER O"].map {
      entitySpans(ofTags: $0.words)
    }
    let guesses = ["B-PER O B-PER", "B-LOC I-LOC O", "B-ORG O O", "B-PER I-PER O"].map {
      entitySpans(ofTags: $0.words)
    }
    let halves =
      EntityScores(gold: Array(rows[..<2]), predicted: Array(guesses[..<2]))
      + EntityScores(gold: Array(rows[2...]), predicted: Array(guesses[2...]))
    #expect(halves == EntityScores(gold: rows, predicted: guesses))
    #expect(halves.micro == Score(correct: 2, predicted: 5, gold: 5))
  }

  @Test func `scores are written by type name and read again`() throws {
    let json = try JSONEncoder().encode(scores)
    #expect(String(decoding: json, as: UTF8.self).contains(#""PER":{"#))
    #expect(try JSONDecoder().decode(EntityScores.self, from: json) == scores)
  }
}

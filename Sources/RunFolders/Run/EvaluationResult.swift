package import NamedEntities

/// The scores of one language on one split.
package struct EvaluationResult: Hashable, Codable, Sendable {
  /// The language's code.
  package var language: String
  /// The split: train, dev or test.
  package var split: String
  /// `priming` for one on the way, `tuning` for one after tuning.
  package var phase: RunPhase
  /// The outer step, or the number of steps of tuning.
  package var step: Int
  /// The entity scores.
  package var scores: EntityScores
  /// How many sentences were read.
  package var sentenceCount: Int
  /// How many of them lost words to the maximum length.
  package var cutSentenceCount: Int
  /// How long it took.
  package var seconds: Double

  /// A result with all that is known of it.
  package init(
    language: String, split: String, phase: RunPhase, step: Int, scores: EntityScores,
    sentenceCount: Int, cutSentenceCount: Int, seconds: Double
  ) {
    self.language = language
    self.split = split
    self.phase = phase
    self.step = step
    self.scores = scores
    self.sentenceCount = sentenceCount
    self.cutSentenceCount = cutSentenceCount
    self.seconds = seconds
  }
}

import Foundation
package import NamedEntities

/// What a run is doing, or how it ended.
package enum RunState: String, Codable, Sendable, CaseIterable {
  case queued, running, paused, finished, stopped, failed, interrupted

  /// Whether nobody works on the run any more.
  package var isFinal: Bool {
    switch self {
    case .queued, .running, .paused: false
    case .finished, .stopped, .failed, .interrupted: true
    }
  }

  /// The states that may follow; the notebook refuses any other.
  package var next: Set<RunState> {
    switch self {
    case .queued: [.running, .stopped, .failed]
    case .running: [.paused, .finished, .stopped, .failed, .interrupted]
    case .paused: [.running, .stopped, .failed, .interrupted]
    case .stopped, .failed: [.queued]
    // An engine that was thought dead may still report; else the run is queued again.
    case .interrupted: [.queued, .running, .paused, .finished, .stopped, .failed]
    case .finished: []
    }
  }
}

/// The part of a run that is under way.
package enum RunPhase: String, Codable, Sendable {
  case loading, pretraining, priming, tuning, evaluation
}

/// Where a run is in its nested loops; the newest picture replaces the one before.
package struct Progress: Hashable, Codable, Sendable {
  /// The part of the run.
  package var phase: RunPhase
  /// The language being worked on.
  package var language: String?
  /// The outer step, optimizer step or sentence, from 1.
  package var step = 0
  /// How many of them the phase has.
  package var stepCount = 0
  /// The task of the meta-batch, from 1.
  package var task = 0
  /// How many tasks the meta-batch has.
  package var taskCount = 0
  /// The inner step, from 1.
  package var innerStep = 0
  /// How many inner steps a task has.
  package var innerStepCount = 0
  /// The split being evaluated.
  package var split: String?
  /// How much of the whole run is done, 0…1.
  package var fraction = 0.0
  /// Seconds since the run began.
  package var secondsElapsed = 0.0
  /// Seconds until the end, when they can be told.
  package var secondsLeft: Double?
  /// Sentences read a second, lately.
  package var sentencesPerSecond: Double?
  /// Memory of the engine in RAM, in bytes.
  package var residentBytes = 0

  /// The beginning of a phase.
  package init(phase: RunPhase) {
    self.phase = phase
  }
}

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

/// Where a run is in its nested loops; the newest picture replaces the one before.
package struct RunProgress: Hashable, Codable, Sendable {
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

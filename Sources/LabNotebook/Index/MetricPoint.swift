package import Foundation

/// One point of a series as the notebook has it.
package struct MetricPoint: Hashable, Sendable {
  /// Where it stands in the run's journal: the byte behind its line, growing with time.
  package var place: Int64
  /// The step of the phase, from 1.
  package var step: Int
  /// The task of the meta-batch, from 1; nil where it is of none, or not known.
  package var task: Int?
  /// The inner step, from 1; nil where it is of none.
  package var innerStep: Int?
  /// The language of the task, where whoever read the point says it.
  package var language: String?
  /// The value; may be no number, or infinite.
  package var value: Double
  /// When it was recorded.
  package var time: Date

  /// A point with all that is known of it.
  package init(
    place: Int64, step: Int, task: Int? = nil, innerStep: Int? = nil, value: Double, time: Date
  ) {
    self.place = place
    self.step = step
    self.task = task
    self.innerStep = innerStep
    self.value = value
    self.time = time
  }
}

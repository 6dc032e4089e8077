/// One measured value, and where in the run it was measured.
package struct SeriesPoint: Hashable, Sendable {
  /// What was measured, and of which language.
  package var key: SeriesKey
  /// The step of the phase, from 1: an outer step while priming.
  package var step: Int
  /// The task of the meta-batch, from 1; nil where the value is of no single task, or of a journal
  /// of the first version.
  package var task: Int?
  /// The inner step, from 1; nil where the value is of none.
  package var innerStep: Int?
  /// The value; may be no number, or infinite.
  package var value: Double
  /// When it was recorded, in seconds since 1970.
  package var time: Double

  /// A point with all that is known of it.
  package init(
    _ key: SeriesKey, step: Int, task: Int? = nil, innerStep: Int? = nil, value: Double,
    time: Double
  ) {
    self.key = key
    self.step = step
    self.task = task
    self.innerStep = innerStep
    self.value = value
    self.time = time
  }
}

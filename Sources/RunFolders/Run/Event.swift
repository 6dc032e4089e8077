package import Experiments

/// How much a line of a log matters.
package enum LogLevel: String, Codable, Sendable {
  case info, warning, error
}

/// What the engine saw; an event carries its values.
package enum Event: Hashable, Codable, Sendable {
  /// The engine began; `engine` names its libraries.
  case started(processID: Int32, host: String, threads: Int, engine: String)
  /// A part of the run began.
  case phase(RunPhase, language: String?)
  /// An inner step was taken; the loss is that before the step. All counted from 1 but the task.
  case innerStep(step: Int, task: Int, language: String, innerStep: Int, loss: Double)
  /// An outer step was taken: the losses of its tasks and their mean; the norm is that before
  /// clipping.
  case outerStep(
    step: Int, tasks: [TaskLosses], loss: Double, gradientNorm: Double, learningRate: Double)
  /// A step of tuning or pretraining was taken.
  case trainingStep(
    phase: RunPhase, language: String?, step: Int, loss: Double, gradientNorm: Double,
    learningRate: Double)
  /// F1 was measured.
  case evaluation(EvaluationResult)
  /// The newest picture of the loops.
  case progress(RunProgress)
  /// A live setting was changed; `tick` counts how often the run had looked for requests by then,
  /// so that a run that goes on from an earlier point changes it at the same moment again.
  case settingChanged(
    key: String, old: SettingValue, new: SettingValue, step: Int, tick: Int? = nil)
  /// Something was written that outlasts the run.
  case checkpoint(step: Int, path: String)
  /// A line for the log.
  case log(LogLevel, String)
  /// The run's state is another.
  case stateChanged(RunState)
  /// The run went on where a checkpoint is: what it measured later was taken back. `place` in
  /// words; `step` is that of the phase.
  case resumed(place: String, step: Int)
}

/// The losses of one task of an outer step.
package struct TaskLosses: Hashable, Codable, Sendable {
  /// The language whose sentences the task has.
  package var language: String
  /// The loss by which the outer step moves: that of the adapted parameters on the query sentences.
  package var outer: Double
  /// The loss of the first inner step, before anything is adapted; nil without inner steps.
  package var before: Double?
  /// The loss of the last inner step; nil without inner steps.
  package var after: Double?

  /// The losses of a task.
  ///
  /// - Parameter inner: The losses of its inner steps, in their order.
  package init(language: String, outer: Double, inner: [Double] = []) {
    self.language = language
    self.outer = outer
    before = inner.first
    after = inner.last
  }
}

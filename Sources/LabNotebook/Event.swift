package import Experiments
package import Foundation

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
  /// An outer step was taken; the norm is that before clipping.
  case outerStep(
    step: Int, languages: [String], loss: Double, gradientNorm: Double, learningRate: Double)
  /// A step of tuning or pretraining was taken.
  case trainingStep(
    phase: RunPhase, language: String?, step: Int, loss: Double, gradientNorm: Double,
    learningRate: Double)
  /// F1 was measured.
  case evaluation(EvaluationResult)
  /// The newest picture of the loops.
  case progress(Progress)
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

/// An event with when it happened.
package struct LoggedEvent: Identifiable, Hashable, Sendable {
  /// Its number in the notebook, growing with time.
  package var id: Int64
  /// When it was recorded.
  package var time: Date
  /// What happened.
  package var event: Event

  /// An event as the notebook has it.
  package init(id: Int64, time: Date, event: Event) {
    self.id = id
    self.time = time
    self.event = event
  }
}

/// One point of a series.
package struct MetricPoint: Hashable, Sendable {
  /// Its number in the notebook, growing with time.
  package var rowID: Int64
  /// The step, as the series counts them.
  package var step: Int
  /// The value; may be no number, or infinite.
  package var value: Double
  /// When it was recorded.
  package var time: Date

  /// A point as the notebook has it.
  package init(rowID: Int64, step: Int, value: Double, time: Date) {
    self.rowID = rowID
    self.step = step
    self.value = value
    self.time = time
  }
}

/// What a run can be asked while it is under way.
package enum Control: Hashable, Codable, Sendable {
  /// Wait after this step, keeping everything in memory.
  case pause
  /// Go on.
  case resume
  /// End after this step.
  case stop
  /// Write a checkpoint after this step, and go on.
  case checkpoint
  /// Change a live setting.
  case set(key: String, value: SettingValue)
}

/// A control that waits in the book until the engine has carried it out.
package struct ControlRequest: Identifiable, Hashable, Sendable {
  /// Its number in the notebook, growing with time.
  package var id: Int64
  /// What was asked.
  package var control: Control

  /// A request as the notebook has it.
  package init(id: Int64, control: Control) {
    self.id = id
    self.control = control
  }
}

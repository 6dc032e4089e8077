import Experiments
import Processes
import RunFolders

/// An engine that a runner started.
final class EngineAtWork {
  /// Which of those that the runner started it is, from 1.
  let number: Int
  /// The run that it carries out.
  let run: RunID
  /// Which attempt of the run it is.
  let attempt: Int
  /// Its process.
  let process: ChildProcess
  /// Its log, and where in that it began to write.
  let log: String
  let logOffset: Int
  /// The threads that it computes with.
  let threads: Int
  /// Whether it times a method of a study.
  let isTimed: Bool
  /// What the run was doing when it was asked to stop for the runner's sake; nil while it is not.
  var interruption: RunState?

  /// An engine that was started.
  init(
    number: Int, run: RunID, attempt: Int, process: ChildProcess, log: String, logOffset: Int,
    threads: Int, isTimed: Bool
  ) {
    self.number = number
    self.run = run
    self.attempt = attempt
    self.process = process
    self.log = log
    self.logOffset = logOffset
    self.threads = threads
    self.isTimed = isTimed
  }
}

import Files
import Processes
package import Experiments
import Foundation
package import LabNotebook
import RunFolders

/// Queues the runs of a study, for the command line and the screens alike.
///
/// Where methods are matched by time, short runs that time them come first, and the grid is queued
/// when they have finished: by whoever launches the study again, or by the runner, so that nobody
/// has to stay. A study is kept in the notebook and launched under a lock: two who launch it at once
/// queue no run twice.
package enum StudyLauncher {
  /// What launching a study came to.
  package struct Outcome: Hashable, Sendable {
    /// The study's name.
    package var study: String
    /// Timing runs that have not finished; while there are any the grid is not queued.
    package var timing: [RunID] = []
    /// The runs of the grid that were queued now.
    package var queued: [RunID] = []
    /// Every run of the grid, those that the notebook had included, in the grid's order.
    package var grid: [RunID] = []
  }

  /// Keeps a study in the notebook and queues what it lacks; starts no runner.
  ///
  /// - Parameter near: The study's file; relative paths may be relative to it.
  package static func launch(
    _ study: Study, near: String?, in notebook: Notebook
  ) throws -> Outcome {
    let file = try notebook.keep(study, near: near)
    return try withLock(file) {
      // Paths of the kept study are absolute, so it is the same wherever it is launched from.
      let kept = try Study.load(path: file)
      let timing = try StudyTiming(kept, near: file, in: notebook)
      guard timing.isComplete else {
        var open = timing.open.map(\.id)
        for run in timing.runs where run.isNeeded {
          open.append(try notebook.enqueue(run.experiment, near: file, study: kept.name))
        }
        if open.isEmpty, let problem = timing.problem { throw problem }
        try notebook.setWaitsForTiming(true, studyFile: file)
        return Outcome(study: kept.name, timing: open)
      }
      return try queueGrid(of: kept, file: file, in: notebook)
    }
  }

  /// Queues the grids of those studies whose timing runs have finished meanwhile.
  ///
  /// A study whose timing run failed waits for somebody to launch it again. One that cannot be
  /// queued does not hold up the others.
  ///
  /// - Parameter onProblem: Takes why a study cannot be queued.
  /// - Throws: Only a `NotebookError` of a notebook that is locked or whose disk is full.
  @discardableResult
  package static func queueTimedStudies(
    in notebook: Notebook, onProblem: (String) -> Void = { _ in }
  ) throws(NotebookError) -> [Outcome] {
    guard !notebook.isReadOnly else { return [] }
    var outcomes: [Outcome] = []
    for study in notebook.studiesWaitingForTiming() {
      do {
        try withLock(study.path) {
          let kept = try Study.load(path: study.path)
          guard try StudyTiming(kept, near: study.path, in: notebook).isComplete else { return }
          outcomes.append(try queueGrid(of: kept, file: study.path, in: notebook))
        }
      } catch let error as NotebookError where [.busy, .full].contains(error.kind) {
        throw error
      } catch {
        onProblem("The grid of the study \(study.name) cannot be queued: \(error)")
      }
    }
    return outcomes
  }

  private static func queueGrid(
    of study: Study, file: String, in notebook: Notebook
  ) throws -> Outcome {
    var outcome = Outcome(study: study.name)
    for entry in try study.entries(in: notebook, near: file) {
      if let run = entry.run {
        outcome.grid.append(run.id)
        // A run that is a part of another study too stays with that one.
        if run.study.isEmpty { try notebook.setStudy(run.id, study.name) }
      } else {
        let run = try notebook.enqueue(entry.cell.experiment, near: file, study: study.name)
        outcome.queued.append(run)
        outcome.grid.append(run)
      }
    }
    try notebook.setWaitsForTiming(false, studyFile: file)
    return outcome
  }

  /// Calls `body` while nobody else launches the study.
  private static func withLock<Result>(_ file: String, _ body: () throws -> Result) throws -> Result
  {
    let path = PathText.folder(of: file) + "/launch.lock"
    let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard lock >= 0 else {
      throw ProcessError("\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(lock) }
    // Launching takes milliseconds a run; a file system without locks does without.
    while flock(lock, LOCK_EX) != 0, errno == EINTR {}
    return try body()
  }
}

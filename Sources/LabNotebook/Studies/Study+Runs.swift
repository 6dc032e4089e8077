package import Experiments
import Foundation
import RunFolders

extension RunRecord {
  /// Whether the run is a part of a study: not deleted, and finished or on its way to be.
  fileprivate var counts: Bool {
    deleted == nil && [.queued, .running, .paused, .finished].contains(state)
  }
}

extension Study {
  /// The grid with the runs that a notebook has: of each cell the newest that is finished, under
  /// way or queued.
  ///
  /// - Parameter near: The study's file; relative paths may be relative to it.
  /// - Throws: An `ExperimentError` while methods that are matched by time have not been timed.
  package func entries(
    in book: Notebook, near path: String?
  ) throws -> [(cell: Cell, run: RunRecord?)] {
    let timing = try StudyTiming(self, near: path, in: book)
    if let problem = timing.problem { throw problem }
    let runs = try book.runs()
    return try cells(secondsPerStep: timing.secondsPerStep).map { cell in
      let planned = try book.planned(cell.experiment, near: path)
      return (cell, runs.last { $0.counts && $0.experiment == planned })
    }
  }
}

/// How far the methods of a study have been timed, for those that are matched by time.
///
/// The length of priming follows from the timing runs, so an unfinished one does not count: the
/// grid would change while it goes on.
package struct StudyTiming {
  /// A short run that times a method.
  package struct TimingRun {
    /// The method.
    package var method: String
    /// What is run.
    package var experiment: Experiment
    /// The newest run of it in the notebook that was not deleted, in whatever state.
    package var run: RunRecord?

    /// Whether a run must be queued: there is none, or it ended without a result.
    package var isNeeded: Bool { run.map { !$0.counts } ?? true }
  }

  /// The timing runs; none where no method is matched by time.
  package let runs: [TimingRun]
  /// Seconds of an outer step, for each method whose timing run has finished.
  package let secondsPerStep: [String: Double]

  /// Looks up the timing runs of a study.
  ///
  /// - Parameter near: The study's file; relative paths may be relative to it.
  package init(_ study: Study, near path: String?, in book: Notebook) throws {
    guard try study.needsTiming() else {
      (runs, secondsPerStep) = ([], [:])
      return
    }
    let known = try book.runs()
    var seconds: [String: Double] = [:]
    runs = try study.timingRuns().map { method, experiment in
      let planned = try book.planned(experiment, near: path)
      let same = known.filter { $0.deleted == nil && $0.experiment == planned }
      let run = same.last { $0.state == .finished } ?? same.last { $0.counts } ?? same.last
      if let run, run.state == .finished {
        seconds[method] = try book.secondsPerOuterStep(of: run.id)
      }
      return TimingRun(method: method, experiment: experiment, run: run)
    }
    secondsPerStep = seconds
  }

  /// Whether every method that needs it has been timed.
  package var isComplete: Bool { runs.allSatisfy { secondsPerStep[$0.method] != nil } }

  /// The timing runs that are queued or under way.
  package var open: [RunRecord] {
    runs.compactMap(\.run).filter { $0.counts && $0.state != .finished }
  }

  /// Why the grid is not known yet; nil when every method has been timed.
  package var problem: ExperimentError? {
    if isComplete { return nil }
    let ended = runs.filter { secondsPerStep[$0.method] == nil }
    if let run = ended.compactMap(\.run).first(where: { $0.state.isFinal }) {
      let reason =
        run.state == .finished
        ? "it recorded too few steps" : run.error ?? "it is \(run.state.rawValue)"
      return ExperimentError(
        key: "match",
        problem:
          "timing run #\(run.id) gave no time of a step (\(reason)); start the study again to "
          + "repeat it")
    }
    let advice =
      open.isEmpty
      ? "start the study to time them"
      : "waiting for " + open.map { "#\($0.id)" }.joined(separator: ", ")
    return ExperimentError(
      key: "match",
      problem:
        "methods are matched by time, and \(runs.count - ended.count) of \(runs.count) timing "
        + "runs have finished; \(advice)")
  }
}

extension StudyResults.Entry {
  /// A cell's run with what the notebook tells of its priming.
  package init(cell: Study.Cell, run: RunRecord, in book: Notebook) throws {
    let seconds = try book.primingSeconds(of: run.id)
    self.init(
      cell: cell, run: run, primingSeconds: seconds,
      primedBy: seconds == nil
        ? try book.primedRun(for: run.experiment, except: run.id)?.id : nil)
  }
}

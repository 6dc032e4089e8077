package import Experiments
import Foundation
import RunFolders

extension Study {
  /// The runs of the grid that a notebook has: of each cell the newest that still counts.
  package func entries(
    in book: Notebook, near path: String, secondsPerStep: [String: Double]
  ) throws -> [(cell: Cell, run: RunRecord?)] {
    let runs = try book.runs()
    return try cells(secondsPerStep: secondsPerStep).map { cell in
      let planned = try book.planned(cell.experiment, near: path)
      let known = runs.last { run in
        run.deleted == nil && run.experiment == planned
          && [.queued, .running, .paused, .finished].contains(run.state)
      }
      return (cell, known)
    }
  }
}

extension Study {
  /// What an outer step of each method takes, as far as the notebook has the runs that time it;
  /// nothing where no method is matched by time.
  package func timings(in book: Notebook, near path: String) throws -> [String: Double] {
    guard try needsTiming() else { return [:] }
    let runs = try book.runs()
    var seconds: [String: Double] = [:]
    for timing in try timingRuns() {
      let experiment = try book.planned(timing.experiment, near: path)
      let known = runs.last { run in
        run.experiment == experiment
          && [.queued, .running, .paused, .finished].contains(run.state)
      }
      if let known { seconds[timing.method] = try book.secondsPerOuterStep(of: known.id) }
    }
    return seconds
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

extension Notebook {
  /// How long a run primed, without evaluations on the way and pauses; nil where it did not.
  package func primingSeconds(of run: RunID) throws -> Double? {
    var total = 0.0
    var begun: Double?
    var primed = false
    for logged in try events(run, after: 0) {
      let time = logged.time.timeIntervalSince1970
      switch logged.event {
      case .phase(let phase, _):
        if let start = begun { total += max(0, time - start) }
        begun = phase == .priming ? time : nil
        primed = primed || phase == .priming
      case .stateChanged(.running):
        if primed, total > 0, begun == nil { begun = time }
      case .stateChanged:
        if let start = begun { total += max(0, time - start) }
        begun = nil
      case .evaluation(let result):
        if begun != nil, result.phase == .priming { total -= result.seconds }
      default: break
      }
    }
    return primed ? max(0, total) : nil
  }

  /// How long an outer step of a run takes: the time from its first to its last, for each.
  package func secondsPerOuterStep(of run: RunID) throws -> Double? {
    let points = try metrics(run, series: SeriesKey(.outerLoss))
    guard let first = points.dropFirst().first, let last = points.last, last.step > first.step
    else { return nil }
    // The first step warms up caches and memory; it does not count.
    let seconds = last.time.timeIntervalSince(first.time)
    return seconds > 0 ? seconds / Double(last.step - first.step) : nil
  }
}

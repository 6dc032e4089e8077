package import Experiments
import GRDB

extension Notebook {
  /// The run that is meant; throws where it is not there.
  package func run(_ reference: RunReference) throws -> RunRecord {
    switch reference {
    case .number(let id):
      if let run = try run(id) { return run }
      let known = try runNumbers()
      let those =
        known.map { "The notebook has runs #\($0.lowerBound) to #\($0.upperBound)." }
        ?? "The notebook has no run yet."
      throw NotebookError(
        .noSuchRun, path: folder, problem: "there is no run #\(id)", advice: those)
    case .last:
      if let id = try runNumbers()?.upperBound, let run = try run(id) { return run }
      throw NotebookError(
        .noSuchRun, path: folder, problem: "there is no run in it yet",
        advice: "Start one by `primer run FILE`.")
    }
  }

  /// The lowest and the highest number of a run; nil when there is none.
  private func runNumbers() throws -> ClosedRange<RunID>? {
    try read { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT min(id), max(id) FROM run"),
        let low: RunID = try row.storedIfAny(0), let high: RunID = try row.storedIfAny(1)
      else { return nil }
      return low...high
    }
  }
}

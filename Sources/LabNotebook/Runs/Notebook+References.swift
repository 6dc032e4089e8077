package import Experiments
import GRDB
import RunFolders

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
    case .name(let name): return try run(named: name)
    }
  }

  /// The only run of a name; those in the bin count where no other has it.
  private func run(named name: String) throws -> RunRecord {
    let all = try runs()
    let same = all.filter { $0.name.utf8.elementsEqual(name.utf8) }
    let there = same.filter { $0.deleted == nil }
    let found = there.isEmpty ? same : there
    if let run = found.first, found.count == 1 { return run }
    if found.isEmpty {
      let near = all.filter {
        $0.deleted == nil && $0.name.lowercased().contains(name.lowercased())
      }
      throw NotebookError(
        .noSuchRun, path: folder, problem: "no run is called ‘\(name)’",
        advice: near.isEmpty
          ? "Expected a run's number, last, or its name; `primer runs` lists them."
          : "Is one of these meant? \(Self.words(near, hasNames: true))")
    }
    throw NotebookError(
      .noSuchRun, path: folder, problem: "\(found.count) runs are called ‘\(name)’",
      advice: "Give the number of one: \(Self.words(found, hasNames: false))")
  }

  /// Runs as a choice, with names or states: `#3 (finished), #7 (running)`; the newest where there are many.
  private static func words(_ runs: [RunRecord], hasNames: Bool) -> String {
    let most = 8
    let words = runs.suffix(most).map { run in
      hasNames ? "#\(run.id) \(run.name)" : "#\(run.id) (\(run.state.rawValue))"
    }
    let more = runs.count > most ? ", and \(runs.count - most) older ones" : ""
    return words.joined(separator: ", ") + more
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

package import Experiments
import Files
import Foundation
import GRDB
import RunFolders
import Synchronization

extension Notebook {
  /// Queues an experiment as a new run.
  ///
  /// Relative paths become absolute, so that the engine finds the same files wherever it starts.
  /// The run's folder appears whole: with the experiment, and what it needs of the run from whose
  /// point it begins, if it names one.
  ///
  /// - Parameters:
  ///   - near: The experiment's file; relative paths may be relative to it.
  ///   - study: The study that it belongs to.
  package func enqueue(
    _ experiment: Experiment, near: String? = nil, study: String = ""
  ) throws -> RunID {
    guard !isReadOnly else { throw readOnly() }
    try experiment.validated()
    var resolved = try experiment.resolved(near: near)
    let origin = try self.origin(of: resolved)
    if let origin { resolved[Settings.startCheckpoint] = origin.point.text }
    let pending = try newFolder()
    let staging = RunFolder(pending.path)
    try explainingFiles {
      try AtomicFile.write(resolved.resolvedToml(), to: staging.experiment)
      try origin?.keep(in: staging.path)
      let header = RunLog.Header(
        created: clock.now(), name: experiment[Settings.name], study: study,
        origin: originOfRuns.withLock { $0?() })
      try RunLog.append([.header(header)], to: staging)
    }
    return try write { try self.place(pending, $0) }
  }

  /// A folder among those of the runs that is none yet.
  func newFolder() throws -> PendingFolder {
    let runs = folder + "/runs"
    do {
      try FileManager.default.createDirectory(atPath: runs, withIntermediateDirectories: true)
      return try PendingFolder(beside: runs + "/run")
    } catch {
      throw NotebookError(
        (error as? FileError)?.kind == .full ? .full : .readOnly, path: runs,
        problem: "no run can be made there (\(error.localizedDescription))",
        advice: "Check the notebook's permissions and its disk.")
    }
  }

  /// Gives a folder the next number of a run, and takes it into the index.
  func place(_ staging: PendingFolder, _ database: Database) throws -> RunID {
    var number = try lastNumber(database) + 1
    // Where another machine was quicker the number after that is tried.
    while try !explainingFiles({ try staging.put(at: runFolder(number)) }) { number += 1 }
    do {
      try refresh(number, database)
    } catch {
      // Whoever queued it is told that it is not there.
      staging.takeBack()
      throw error
    }
    return number
  }

  /// Removes what programs that were killed left of runs, pages, drafts and studies half written.
  package func sweep() {
    guard !isReadOnly else { return }
    for part in ["", "/runs", "/drafts"] { AtomicFile.sweep(folder + part, isDeep: false) }
    AtomicFile.sweep(folder + "/studies")
  }

  /// The highest number that a run has or had.
  func lastNumber(_ database: Database) throws -> RunID {
    let known = try RunID.fetchOne(database, sql: "SELECT max(id) FROM run") ?? 0
    let there = RunFiles.numbers(in: folder).last ?? 0
    return max(known, there, RunNumbers.last(in: folder))
  }
}

import Experiments
import Files
import Foundation
import GRDB
package import RunFolders

/// What is changed of a run is read, changed, written into its `run.jsonl` and taken into the index
/// in one transaction: of many who change it at once, each builds on what the one before wrote.
extension Notebook {
  /// Changes things that are kept of a run.
  ///
  /// - Parameter change: Gives what becomes of which column, by the run as it is.
  func change(
    _ run: RunID, _ database: Database, _ change: (RunRecord) throws -> [(RunColumn, RunValue)]
  ) throws {
    let record = try current(run, database)
    let lines = try change(record).map { RunLog.Line.set($0.0, $0.1, time: self.clock.now()) }
    try add(lines, to: record, database)
  }

  /// Changes things that are kept of a run, in a transaction of its own.
  func change(
    _ run: RunID, _ change: (RunRecord) throws -> [(RunColumn, RunValue)]
  ) throws {
    try write { try self.change(run, $0, change) }
  }

  /// Adds lines to the log of a run, and takes them into the index.
  func add(_ lines: [RunLog.Line], to run: RunRecord, _ database: Database) throws {
    guard !lines.isEmpty else { return }
    try explainingFiles {
      _ = try RunLog.update(RunFolder(run.folder)) { log in
        // A run of an older program has only its journal.
        let header = RunLog.Header(
          created: run.created.timeIntervalSince1970, name: run.name, study: run.study)
        return (log.header == nil ? [.header(header)] : []) + lines
      }
    }
    try refresh(run.id, database)
  }

  /// A run as its files say in this moment; throws where there is none.
  func current(_ run: RunID, _ database: Database) throws -> RunRecord {
    try refresh(run, database)
    guard let record = try self.run(run, database) else { throw noSuchRun(run) }
    return record
  }

  /// Carries out something with files, whose errors become errors of the notebook.
  func explainingFiles<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as RunFolderError {
      throw NotebookError(error)
    } catch let error as FileError {
      throw NotebookError(RunFolderError(error))
    }
  }

  func noSuchRun(_ run: RunID) -> NotebookError {
    NotebookError(
      .noSuchRun, path: folder, problem: "there is no run #\(run)",
      advice: "`primer runs` lists those that there are.")
  }
}

extension NotebookError {
  /// An error of a run's folder.
  package init(_ error: RunFolderError) {
    let kind: Kind =
      switch error.kind {
      case .full: .full
      case .readOnly: .readOnly
      case .missing: .missing
      case .takenOver: .busy
      default: .other
      }
    self.init(kind, path: error.path, problem: error.problem, advice: error.advice)
  }
}

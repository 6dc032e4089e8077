import Experiments
import Foundation
package import LabNotebook
import Tensors

/// Carries out a run of a notebook: from its beginning, or from its newest checkpoint that can be
/// read.
package struct NotebookRun {
  private let notebook: Notebook
  private let record: RunRecord
  private let recorder: RunRecorder
  private let engine: String

  /// A run whose recorder is open already.
  ///
  /// - Parameter engine: The engine's libraries, for the record.
  package init(_ notebook: Notebook, _ record: RunRecord, recorder: RunRecorder, engine: String) {
    self.notebook = notebook
    self.record = record
    self.recorder = recorder
    self.engine = engine
  }

  /// Runs to the end, or throws: `RunStopped` when asked to stop, else what went wrong.
  ///
  /// - Parameter book: The ties to the notebook; nil for the plain ones.
  package func carryOut(book: RunBook? = nil) throws {
    if let problem = record.experimentProblem {
      throw LaboratoryError(
        "This program cannot read all of the experiment: \(problem). Queue it anew.")
    }
    let book = book ?? RunBook(notebook, recorder, run: record.id)
    let store = CheckpointStore(runFolder: record.folder)
    var problems: [String] = []
    let checkpoint = store.newest { problems.append($0) }
    // What was measured after the checkpoint is measured again, to the same numbers.
    let takenBack = try notebook.rewind(record.id, to: checkpoint?.state.mark ?? .beginning)
    try book.record(.stateChanged(.running))
    try book.record(
      .started(
        processID: ProcessInfo.processInfo.processIdentifier,
        host: ProcessInfo.processInfo.hostName, threads: Numerics.threads, engine: engine))
    for problem in problems {
      let next = checkpoint == nil ? "The run begins again" : "An earlier one is used"
      try book.record(.log(.warning, "A checkpoint is of no use. \(problem) \(next)."))
    }
    let context = try RunContext(
      record.experiment, book: book, store: store,
      resuming: ResumePlan(from: checkpoint, takenBack: takenBack))
    let lender =
      record.experiment[Settings.primingReuse]
      ? try notebook.primedRun(for: record.experiment, except: record.id) : nil
    try RunExecutor(
      folder: record.folder, context: context,
      primedRun: lender.map { .init(id: $0.id, folder: $0.folder) }
    ).run()
    store.removeAllButBest()
  }
}

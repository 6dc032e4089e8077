package import Experiments
import Foundation
package import LabNotebook
package import RunFolders

/// Plays the part of a run's engine: it has the run's lock and writes its journal, and the notebook
/// is brought up to date with what it wrote.
package final class RunStandIn {
  private let notebook: Notebook
  private let run: RunID
  private let innerSteps: Int
  private var writer: JournalWriter
  private var lock: RunLock?
  private var hasBegun = false

  /// Takes the lock of a run and opens its journal.
  ///
  /// - Parameter locks: Whether it takes the lock; else a process has it whose part this plays.
  package init(_ notebook: Notebook, _ run: RunID, locks: Bool = true) throws {
    self.notebook = notebook
    self.run = run
    let folder = RunFolder(notebook.runFolder(run))
    lock = locks ? try RunLock(folder: folder.path) : nil
    innerSteps = try notebook.run(run)?.experiment[Settings.innerSteps] ?? 1
    writer = try JournalWriter(folder, innerSteps: innerSteps, clock: notebook.clock)
  }

  /// Keeps the lock of a stand-in until this process ends.
  package static func keepAlive(_ engine: RunStandIn) {
    // What is kept lives as long as the process: nobody looks at it again.
    if let lock = engine.lock { _ = Unmanaged.passRetained(lock) }
  }

  /// Begins the next attempt, as the process that an event tells of.
  private func begin(_ processID: Int32 = 77, _ host: String = "here", _ engine: String = "e")
    throws
  {
    hasBegun = true
    let log = try RunLog(writer.folder)
    let last = writer.opening.summary.attempt
    try writer.begin(
      attempt: max(last + 1, log.wantedAttempt),
      .init(processID: processID, host: host, boot: Machine.boot, threads: 2, engine: engine),
      anew: log.anewAttempt > last)
  }

  /// Records an event; the first begins the attempt.
  package func record(_ event: Event) throws {
    if case .started(let process, let host, _, let engine) = event {
      if !hasBegun { try begin(process, host, engine) }
      return
    }
    if !hasBegun { try begin() }
    try writer.record(event)
    if case .stateChanged = event { try notebook.refresh(.run(run)) }
  }

  /// Writes what waits; the notebook has it when this returns.
  package func flush() throws {
    try writer.flush()
    try notebook.refresh(.run(run))
  }

  /// Tells where the journal ends.
  package func mark(isDurable: Bool) throws -> RunMark {
    defer { try? notebook.refresh(.run(run)) }
    return try writer.mark(isDurable: isDurable)
  }

  /// Says that a request was carried out.
  package func answer(_ request: ControlRequest, _ event: Event?) throws {
    try writer.answer(request, event)
    try flush()
  }

  /// Takes back what was measured after a mark, as an engine does that begins again from there.
  package func rewind(to mark: RunMark) throws {
    try writer.flush()
    writer = try JournalWriter(writer.folder, innerSteps: innerSteps, clock: notebook.clock)
    _ = try writer.rewind(to: mark)
    try flush()
  }

  /// Writes the end of the run, and gives the lock back.
  package func finish(state: RunState, error: String?) throws {
    if !hasBegun { try begin() }
    try writer.finish(state: state, error: error)
    die()
  }

  /// Ends as an engine that is killed does: what waits is not written.
  package func die() {
    lock?.release()
    lock = nil
    try? notebook.refresh(.run(run))
  }
}

extension Notebook {
  /// A stand-in for the engine of a run.
  package func recorder(for run: RunID) throws -> RunStandIn { try RunStandIn(self, run) }
}

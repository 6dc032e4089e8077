package import Experiments
import Files
import Foundation
package import RunFolders
import Tensors

/// Carries out the run of a folder: from its beginning, or from its newest checkpoint that can be
/// read and whose measurements the journal still has.
package struct RunAttempt {
  private let experiment: Experiment
  private let writer: JournalWriter
  private let engine: String
  private let lender: RunExecutor.PrimedRun?
  private let isAskedToEnd: () -> Bool

  /// The next attempt of a run.
  ///
  /// - Parameters:
  ///   - writer: The run's journal; whoever has it holds the run's lock.
  ///   - engine: The engine's libraries, for the record.
  ///   - lender: A finished run whose priming is the same, whose primed encoder is to be taken.
  ///   - isAskedToEnd: Whether this process is asked to end, as by a signal: the run then stops at
  ///     the next place where a checkpoint is exact.
  package init(
    _ experiment: Experiment, writer: JournalWriter, engine: String,
    lender: RunExecutor.PrimedRun? = nil, isAskedToEnd: @escaping () -> Bool = { false }
  ) {
    self.experiment = experiment
    self.writer = writer
    self.engine = engine
    self.lender = lender
    self.isAskedToEnd = isAskedToEnd
  }

  /// Runs to the end, or throws: `RunStopped` when asked to stop, else what went wrong.
  ///
  /// - Parameter book: The ties to the folder; nil for the plain ones.
  package func carryOut(book: RunBook? = nil) throws {
    let book = book ?? RunBook(writer, isAskedToEnd: isAskedToEnd)
    let folder = writer.folder
    let log = try RunLog(folder)
    let last = writer.opening.summary.attempt
    let isAnew = log.anewAttempt > last
    let store = CheckpointStore(runFolder: folder.path)
    // Before the journal says so: a checkpoint of before must not outlive what it goes on from.
    if isAnew { try store.removeAll() }
    do {
      try writer.begin(
        attempt: max(last + 1, log.wantedAttempt),
        JournalLine.Engine(
          processID: ProcessInfo.processInfo.processIdentifier,
          host: ProcessInfo.processInfo.hostName, boot: Machine.boot, threads: Numerics.threads,
          engine: engine), anew: isAnew)
    } catch let full as RunFolderError where full.kind == .full {
      // What was to be written waits in memory.
      try writer.waitForRoom { writer.isAskedToStop || isAskedToEnd() }
      if writer.isFull { throw full }
    }
    AtomicFile.sweep(folder.path)
    var problems: [String] = []
    var checkpoint: Checkpoint?
    var takenBack: [Event] = []
    if !isAnew {
      checkpoint = store.newest(
        accepts: { writer.opening.holds($0.mark) ? nil : Self.isAhead },
        onProblem: { problems.append($0) })
      // What was measured after the checkpoint is measured again, to the same numbers.
      takenBack = try writer.rewind(to: checkpoint?.state.mark ?? .beginning)
    }
    try book.record(.stateChanged(.running))
    let asked = experiment[Settings.threads]
    if asked > max(Numerics.threads, ProcessInfo.processInfo.activeProcessorCount) {
      try book.record(
        .log(
          .warning,
          "threads = \(asked) is more than this machine's "
            + "\(ProcessInfo.processInfo.activeProcessorCount) processors; computing with "
            + "\(Numerics.threads). Set OMP_NUM_THREADS as well to use more."))
    }
    for problem in problems {
      let next = checkpoint == nil ? "Restarting from step 0" : "An earlier one is used"
      try book.record(.log(.warning, "A checkpoint cannot be used. \(problem) \(next)."))
    }
    let context = try RunContext(
      experiment, book: book, store: store,
      resuming: ResumePlan(from: checkpoint, takenBack: takenBack))
    try RunExecutor(folder: folder.path, context: context, primedRun: lender).run()
    store.removeAllButBest()
    AtomicFile.sweep(folder.path)
  }

  /// Writes the end of the run and why, waiting while the disk is full unless it is asked to stop or
  /// this process to end.
  package func finish(_ state: RunState, error: String? = nil) throws {
    while true {
      do {
        return try writer.finish(state: state, error: error)
      } catch let full as RunFolderError where full.kind == .full {
        try writer.waitForRoom { writer.isAskedToStop || isAskedToEnd() }
        if writer.isFull { throw full }
      }
    }
  }

  /// Says in the run's folder that another attempt is wanted: whoever works on the queue starts an
  /// engine again, which resumes from the newest checkpoint.
  package func requeue() throws {
    try RunLog.update(writer.folder) { log in
      let begun = max(writer.opening.summary.attempt + 1, log.wantedAttempt)
      return [.queued(attempt: begun + 1, time: Date().timeIntervalSince1970, anew: false)]
    }
  }

  private static let isAhead =
    "the journal does not have all that was measured before it: some of the folder is older, or was "
    + "taken back"
}

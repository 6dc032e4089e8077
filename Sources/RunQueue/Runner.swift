import Files
import Processes
package import Experiments
package import Foundation
package import LabNotebook
import RunFolders
import Synchronization

/// Takes the queued runs of a notebook in order, each in an engine process of its own.
///
/// There is one runner for a notebook: it holds a lock on `runner.lock`, which the system gives
/// back when the process ends, however it ends. It does not hang up with its terminal. As many runs
/// as the notebook has slots are under way at once (`Notebook.jobs`); `QueueRule` says when the next
/// may start. It claims a run before it starts an engine and hands the claim to it, so that no second
/// engine is ever started for a run; an engine that a killed runner left behind takes up a slot until
/// it has ended. Asked to end, it takes no more runs, has the engines stop with checkpoints, and puts
/// those runs back at the head of the queue, so that the next runner resumes them.
package final class Runner {
  private let notebook: Notebook
  private let stays: Bool
  private let engine: String
  private let patience: TimeInterval
  private let moves: Bool
  private let processors: Int
  private let lock: Int32
  /// The engines that it started and that have not ended, in the order of their start.
  private var atWork: [EngineAtWork] = []
  /// How many engines it has started.
  private var startedCount = 0
  /// The runs that were under way when it was asked to end and are in the queue again, in the order
  /// in which they were started.
  private var wereAtWork: [EngineAtWork] = []
  /// The runs whose engines another runner started, when they were last looked at.
  private var leftBehind: Set<RunID> = []
  /// Whether a run has ended since the studies that wait for timing runs were looked at.
  private var mayHaveTimedStudies = true
  /// What of that which it cannot change was told, so that it is told once.
  private var told: Set<Problem> = []
  /// How often it was asked to end: once is asked politely, twice is not waited for.
  private let endRequests: () -> Int
  private let tell: (String) -> Void

  /// A runner that holds the notebook's lock.
  ///
  /// - Parameters:
  ///   - stays: Whether to wait for more when the queue is empty.
  ///   - engine: The engine's path; nil for the one beside this program.
  ///   - patience: How many seconds to wait for more before it ends.
  ///   - moves: Whether this process goes to the notebook's folder, so that it does not keep
  ///     busy another that somebody may want to unmount or delete.
  ///   - processors: How many processors the runs share.
  ///   - endRequests: How often it was asked to end; the second time it does not wait for the
  ///     engines.
  ///   - tell: Takes a line about what it does.
  package init(
    notebook: Notebook, stays: Bool = false, engine: String? = nil, patience: TimeInterval = 2,
    moves: Bool = true, processors: Int = ProcessInfo.processInfo.activeProcessorCount,
    endRequests: @escaping () -> Int = { 0 }, tell: @escaping (String) -> Void = { _ in }
  ) throws {
    self.notebook = notebook
    self.endRequests = endRequests
    self.tell = tell
    self.stays = stays
    self.moves = moves
    self.patience = patience
    self.processors = processors
    self.engine = try engine ?? EngineProcess.locate()
    let path = Self.lockPath(notebook.folder)
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard lock >= 0 else {
      throw ProcessError("\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard FileLock.take(lock) else {
      close(lock)
      throw ProcessError("Another runner works on \(notebook.folder).")
    }
  }

  deinit {
    close(lock)
  }

  private static func lockPath(_ folder: String) -> String { folder + "/runner.lock" }

  /// Whether some process is the runner of a notebook now.
  package static func isAlive(notebookFolder: String) -> Bool {
    FileLock.isHeld(lockPath(notebookFolder))
  }

  /// The runs that wait in the queue though nobody works on it; none where a runner does.
  ///
  /// Grids of studies whose methods were timed before the runner ended are queued first.
  package static func abandonedRuns(of notebook: Notebook) throws -> [RunID] {
    if isAlive(notebookFolder: notebook.folder) { return [] }
    try StudyLauncher.queueTimedStudies(in: notebook)
    return try notebook.queue().map(\.id)
  }

  /// Starts a runner in the background unless one is there.
  ///
  /// - Parameter program: The path of `primer`, which has the command `runner`.
  package static func startIfNeeded(notebook: Notebook, program: String) throws {
    if isAlive(notebookFolder: notebook.folder) { return }
    let log = notebook.folder + "/runner.log"
    let begin = EngineLog.size(log)
    let process = try ChildProcess(
      program, ["runner", "--notebook", notebook.folder], output: .appending(log), group: .session)
    for _ in 0..<(100 * secondsToStart) {
      if isAlive(notebookFolder: notebook.folder) { return }
      if let ending = process.poll() {
        // It may have found nothing left to do, or another runner was quicker.
        if ending == .exited(0) || isAlive(notebookFolder: notebook.folder) { return }
        throw ProcessError(
          "The runner ended at once: \(EngineLog.telling(log, after: begin)) Its log is \(log); run "
            + "`primer runner --notebook \(notebook.folder)` to see it work.")
      }
      usleep(10_000)
    }
    throw ProcessError(
      "The runner did not start within \(secondsToStart) seconds; its log is \(log).")
  }

  /// How long a runner may take to start on a machine that is busy.
  private static let secondsToStart = 30

  /// Works until the queue is empty, and for ever when it stays; or until it is asked to end.
  package func runUntilEmpty() throws {
    signal(SIGHUP, SIG_IGN)
    if moves { _ = FileManager.default.changeCurrentDirectoryPath(notebook.folder) }
    notebook.sweep()
    var idleSince = ProcessInfo.processInfo.systemUptime
    var nextLook = idleSince
    while endRequests() == 0 {
      let now = ProcessInfo.processInfo.systemUptime
      if try takeEndings() { nextLook = now }
      if now >= nextLook {
        var look = Look.started
        while look == .started, endRequests() == 0 { look = try startNext() }
        if look != .foundNothing || !atWork.isEmpty || !leftBehind.isEmpty { idleSince = now }
        // Beside an engine nobody waits for a tenth of a second, and looking reads its journal.
        nextLook = now + (atWork.isEmpty ? 0.1 : 0.5)
        if !stays, now - idleSince > patience, try isDone() { return }
      }
      usleep(50_000)
    }
    try endEngines()
  }

  /// What came of looking for a run to start.
  private enum Look {
    /// One was started, or had gone meanwhile: the next may start.
    case started
    /// Something keeps the first of the queue from starting.
    case waits
    /// Nothing waits.
    case foundNothing
  }

  /// What a runner cannot change and works on with.
  private enum Problem { case slots, room }

  private func tellOnce(_ problem: Problem, _ text: String) {
    if told.insert(problem).inserted { tell(text) }
  }

  // MARK: What starts next

  /// How many runs are under way at once, on how many processors.
  private var rule: QueueRule {
    var slots = 1
    do {
      slots = try notebook.jobs
      told.remove(.slots)
    } catch {
      tellOnce(.slots, "\(error)")
    }
    return QueueRule(
      slots: slots, automaticThreads: EngineEnvironment.automaticThreads(processors: processors),
      processors: processors)
  }

  /// A run that may start.
  private struct Start {
    var run: RunRecord
    var threads: Int
    var isTimed: Bool
  }

  /// Starts the first of the queue unless something keeps it from that.
  private func startNext() throws -> Look {
    let rule = rule
    // Where every slot is taken by an engine of its own there is nothing to look up.
    if atWork.count >= rule.slots { return .waits }
    var isQueueEmpty = false
    let start = try whenPossible { () -> Start? in
      try notebook.refresh(.open)
      try lookForEnginesLeftBehind()
      if leftBehind.count + atWork.count >= rule.slots { return nil }
      guard let run = try nextRun(rule) else {
        isQueueEmpty = true
        return nil
      }
      let timed = rule.slots > 1 ? try notebook.timingRuns() : []
      let threads = rule.threads(
        asked: run.experiment[Settings.threads], before: try notebook.threadsBefore(of: run.id))
      let obstacle = rule.obstacle(
        threads: threads, isTimed: timed.contains(run.id),
        beside: try occupants(rule, timed: timed))
      return obstacle == nil
        ? Start(run: run, threads: threads, isTimed: timed.contains(run.id)) : nil
    }
    if isQueueEmpty { return .foundNothing }
    guard let start = start ?? nil, hasRoom(for: start.run), try carryOut(start) else {
      return .waits
    }
    return .started
  }

  /// Looks which engines work that this runner did not start: those of one that was killed.
  private func lookForEnginesLeftBehind() throws {
    let others = Set(try notebook.runsWithEngine()).subtracting(atWork.map(\.run))
    if !leftBehind.isSubset(of: others) { mayHaveTimedStudies = true }
    leftBehind = others
  }

  /// The runs under way, whoever started their engines.
  private func occupants(_ rule: QueueRule, timed: Set<RunID>) throws -> [QueueRule.Occupant] {
    let own = atWork.map {
      QueueRule.Occupant(run: $0.run, threads: $0.threads, isTimed: $0.isTimed)
    }
    return try own
      + leftBehind.sorted().map { run in
        let asked = try notebook.run(run)?.experiment[Settings.threads] ?? 0
        return QueueRule.Occupant(
          run: run,
          threads: try notebook.threadsAtWork(on: run) ?? rule.threads(asked: asked, before: nil),
          isTimed: timed.contains(run))
      }
  }

  /// The head of the queue, which the grids of studies join as soon as their methods are timed.
  private func nextRun(_ rule: QueueRule) throws -> RunRecord? {
    // Looking for them reads every run, so it is done when a run has ended and not at each poll.
    if mayHaveTimedStudies {
      for study in try StudyLauncher.queueTimedStudies(in: notebook, onProblem: tell) {
        tell("Study \(study.study): methods are timed, \(study.queued.count) runs queued")
      }
      mayHaveTimedStudies = false
    }
    let underWay = leftBehind.union(atWork.map(\.run))
    if rule.slots == 1 || underWay.isEmpty { return try notebook.nextQueued(except: underWay) }
    // Who waits for the primed encoder of a run under way lets the others go first.
    let records = try underWay.sorted().compactMap { try notebook.run($0) }
    var passed = underWay
    while passed.count < underWay.count + Notebook.mostPassedOver,
      let run = try notebook.nextQueued(except: passed)
    {
      if try notebook.primingToCome(for: run, from: records) == nil { return run }
      passed.insert(run.id)
    }
    return nil
  }

  /// Tries until nobody else keeps the notebook locked and its disk has room; nil when it was asked
  /// to end more often than `most` times meanwhile.
  private func whenPossible<Result>(
    endRequests most: Int = 0, _ body: () throws -> Result
  ) throws -> Result? {
    var told: NotebookError.Kind?
    while true {
      do {
        return try body()
      } catch let error as NotebookError where [.busy, .full].contains(error.kind) {
        if told != error.kind { tell("Waiting: \(error)") }
        told = error.kind
        if endRequests() > most { return nil }
        usleep(1_000_000)
      }
    }
  }

  /// Gives the lock back and looks once more.
  ///
  /// Whoever queues a run and then sees the lock held counts on this runner, so a run that came
  /// before the lock was free is still its own.
  private func isDone() throws -> Bool {
    flock(lock, LOCK_UN)
    let next = try whenPossible { () -> RunRecord? in
      try notebook.refresh(.open)
      return try nextRun(rule)
    }
    if next ?? nil == nil { return true }
    return !FileLock.take(lock)
  }

  // MARK: One run

  /// The room without which no engine is started, in bytes: it would only fail.
  private static let roomToStart = 4 << 20

  private func hasRoom(for run: RunRecord) -> Bool {
    guard AtomicFile.hasRoom(Self.roomToStart, in: run.folder) || access(run.folder, W_OK) != 0
    else {
      tellOnce(
        .room,
        "Waiting: \(run.folder): the disk is full. Free some space: run #\(run.id) starts when there "
          + "is room.")
      return false
    }
    told.remove(.room)
    return true
  }

  /// Starts the engine of a run; false where somebody else has the run.
  private func carryOut(_ start: Start) throws -> Bool {
    guard let claim = try claim(start.run.id) else { return false }
    defer { claim.release() }
    // With the claim nobody else starts or cancels it; what came before is seen now.
    guard let run = try current(start.run.id), run.state == .queued, run.deleted == nil else {
      return true
    }
    let attempts = try notebook.attempts(of: run.id)
    let attempt = max(attempts.begun + 1, attempts.wanted)
    let begin = EngineLog.size(RunFolder(run.folder).engineLog)
    do {
      let process = try startEngine(of: run, claim, threads: start.threads)
      startedCount += 1
      atWork.append(
        EngineAtWork(
          number: startedCount, run: run.id, attempt: attempt, process: process,
          log: RunFolder(run.folder).engineLog, logOffset: begin, threads: start.threads,
          isTimed: start.isTimed))
      tell("Run #\(run.id) “\(run.name)” started")
    } catch {
      try note(EngineEnding(.failed, "\(error)"), of: run.id, attempt)
      mayHaveTimedStudies = true
    }
    return true
  }

  /// Takes note of the engines that have ended; whether one has.
  private func takeEndings() throws -> Bool {
    var hasEnded = false
    for engine in atWork {
      guard let end = engine.process.poll() else { continue }
      (hasEnded, mayHaveTimedStudies) = (true, true)
      atWork.removeAll { $0 === engine }
      let ending = EngineEnding(end, log: engine.log, after: engine.logOffset)
      // Only who has the claim says how it ended; where somebody else has it another engine works.
      if let claim = try self.claim(engine.run) {
        try note(ending, of: engine.run, engine.attempt)
        claim.release()
      }
      if engine.interruption != nil {
        try putBack(engine)
      } else if let state = try current(engine.run)?.state {
        tell("Run #\(engine.run) \(state.rawValue)")
      }
    }
    return hasEnded
  }

  /// A run as its files say now; nil where it is gone, or this runner was asked to end while others
  /// kept the notebook locked.
  private func current(_ run: RunID) throws -> RunRecord? {
    let found = try whenPossible(endRequests: 1) { () -> RunRecord? in
      try notebook.refresh(.run(run))
      return try notebook.run(run)
    }
    return found ?? nil
  }

  /// The claim on a run; nil where another process has it, or the run is gone.
  private func claim(_ run: RunID) throws -> RunLock? {
    let folder = notebook.runFolder(run)
    guard access(folder, F_OK) == 0 else { return nil }
    let claim = try whenPossible(endRequests: 1) { () -> RunLock? in
      do {
        return try RunLock(folder: folder)
      } catch let error as RunFolderError where [.takenOver, .missing].contains(error.kind) {
        return nil
      } catch let error as RunFolderError where error.kind == .full {
        throw NotebookError(error)
      }
    }
    return claim ?? nil
  }

  private func startEngine(
    of run: RunRecord, _ claim: RunLock, threads: Int
  ) throws -> ChildProcess {
    if let problem = run.fault ?? run.experimentProblem {
      throw ProcessError(
        "This program cannot read all of the run: \(problem). Queue it again.")
    }
    var arguments = ["work", run.folder, "--lock-descriptor", "3"]
    if run.experiment[Settings.primingReuse],
      let lender = try notebook.primedRun(for: run.experiment, except: run.id)
    {
      arguments += ["--reuse", lender.folder]
    }
    return try ChildProcess(
      engine, arguments, environment: EngineProcess.environment(threads: threads),
      output: .appending(RunFolder(run.folder).engineLog), handing: claim.descriptor,
      group: .session)
  }

  // MARK: The end

  /// Has every engine stop with a checkpoint, and waits for them; asked to end once more, it leaves
  /// alone those that still work.
  private func endEngines() throws {
    while true {
      _ = try takeEndings()
      if atWork.isEmpty { return }
      if endRequests() > 1 { break }
      for engine in atWork where engine.interruption == nil { try askToStop(engine) }
      usleep(50_000)
    }
    for engine in atWork {
      tell("Leaving run #\(engine.run) alone: it stops by itself")
      // Where this process lives on, the engine's end is not to wait for anybody to ask.
      let process = engine.process
      Thread.detachNewThread { _ = process.wait() }
    }
    atWork = []
  }

  private func askToStop(_ engine: EngineAtWork) throws {
    do {
      try notebook.refresh(.run(engine.run))
      guard let state = try notebook.run(engine.run)?.state, !state.isFinal else { return }
      try notebook.request(.stop, for: engine.run)
      tell("Asked to end: run #\(engine.run) is to stop with a checkpoint")
      engine.interruption = state
    } catch let error as NotebookError where [.busy, .full].contains(error.kind) {
      // It is asked the next time.
    }
  }

  /// Puts a run that stopped for the runner's sake back to the head of the queue.
  private func putBack(_ engine: EngineAtWork) throws {
    guard let state = try current(engine.run)?.state, state == .stopped else { return }
    _ = try whenPossible(endRequests: 1) { try notebook.requeue(engine.run) }
    // They are to start again in the order in which they did, whichever stopped first.
    wereAtWork.append(engine)
    wereAtWork.sort { $0.number < $1.number }
    for engine in wereAtWork.reversed() {
      _ = try whenPossible(endRequests: 1) { try notebook.move(engine.run, to: .first) }
    }
    if engine.interruption == .paused {
      _ = try whenPossible(endRequests: 1) { try notebook.request(.pause, for: engine.run) }
    }
    tell("Run #\(engine.run) is at the head of the queue: the next runner resumes it")
  }

  /// Writes how an attempt ended, unless its engine did.
  private func note(_ ending: EngineEnding, of run: RunID, _ attempt: Int) throws {
    _ = try whenPossible(endRequests: 1) {
      do {
        try notebook.noteEnding(of: run, attempt: attempt, ending.state, ending.reason)
      } catch let error as NotebookError where error.kind == .noSuchRun {
        // It was deleted meanwhile.
      }
    }
  }
}

import Dispatch
import Files
import Foundation
import NamedEntities
import Synchronization

/// Writes what an engine sees into the run's journal; only the engine that holds the run's lock does.
///
/// Lines wait in memory for at most a fifth of a second or 256 rows, and are written by a queue of
/// the writer's own, so that steps do not wait for the disk. An evaluation is written at once; a
/// change of state is written when the call returns. An error surfaces at the next call, and what
/// could not be written waits for the next attempt. What waits when nobody holds the writer any more
/// is not written: `finish` or `flush` comes first.
///
/// Each write goes where the last one ended. A file that has become longer meanwhile was written by
/// another engine, which took over: then this one writes no more (`RunFolderError.Kind.takenOver`).
///
/// While the disk is full, lines wait in memory and `isFull` is true; see `waitForRoom`.
package final class JournalWriter: Sendable {
  /// Writes bytes at a place of a file, as `pwrite` does; tests let it fail.
  package typealias Put = @Sendable (Int32, UnsafeRawBufferPointer, Int) -> Int

  /// What has not been written yet.
  struct Waiting {
    var lines = LineBuffer()
    var rows = 0
    var answered: [String] = []
    var progress: RunProgress?
    var isScheduled = false
    var isUrgent = false
    var failure: (any Error)?
  }

  /// What belongs to the queue.
  struct Written {
    /// How many bytes the file has.
    var length: Int
    /// The newest picture of the loops, for the end.
    var progress: RunProgress?
    /// When `progress.json` was written, and when the journal was told, on the steady clock.
    var progressFile = -Double.infinity
    var progressLine = -Double.infinity
    /// Since when there is no room, on the steady clock.
    var fullSince: Double?
    /// Whether the journal says that the run is paused for it.
    var isTold = false
    /// When the run went on after a full disk, on the steady clock: those of the last hour.
    var returns: [Double] = []
    /// The state that was recorded last.
    var state: RunState?
    /// Whether the run's end is written.
    var hasEnded = false
  }

  private enum Urgency {
    case none, later, now, wait
  }

  /// How many rows wait at most while the disk is full.
  private static let capacity = 50_000
  private static let rowsTogether = 256
  private static let secondsTogether = 0.2
  static let secondsBetweenProgress = 0.2
  /// How often the journal is told of the progress, which `progress.json` has sooner.
  static let secondsBetweenProgressLines = 30.0

  /// The run's folder.
  package let folder: RunFolder
  /// What the journal said when it was opened.
  package let opening: JournalOpening

  let clock: NotebookClock
  let queue = DispatchQueue(label: "primer.journal")
  let written: Mutex<Written>
  let reserve: RunReserve
  let file: Int32
  let put: Put
  let waiting = Mutex(Waiting())
  private let now: @Sendable () -> Double

  /// Opens the journal of a run's folder, and makes it where there is none.
  ///
  /// A last line that a crash left unfinished is removed.
  ///
  /// - Parameters:
  ///   - innerSteps: The experiment's inner steps a task.
  ///   - clock: What tells the time.
  ///   - put: What writes.
  package init(
    _ folder: RunFolder, innerSteps: Int = 1, clock: NotebookClock = .system,
    put: @escaping Put = { pwrite($0, $1.baseAddress, $1.count, off_t($2)) }
  ) throws(RunFolderError) {
    let path = folder.journal
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
    guard file >= 0 else { throw .system(errno, path: path, doing: "opened") }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw RunFolderError(
        .other, path: path, problem: "it is not a regular file", advice: "Remove what is there.")
    }
    do {
      opening = try JournalOpening(path: path, innerSteps: innerSteps)
    } catch {
      close(file)
      throw error
    }
    let length = opening.position.length
    if Int(facts.st_size) > length, ftruncate(file, off_t(length)) != 0 {
      let code = errno
      close(file)
      throw .system(code, path: path)
    }
    self.file = file
    self.folder = folder
    self.clock = clock
    self.put = put
    reserve = RunReserve(runFolder: folder.path)
    written = Mutex(Written(length: length))
    now = clock.carriedOn()
  }

  deinit {
    close(file)
  }

  // MARK: Recording

  /// Writes that an engine begins an attempt; on the disk when this returns.
  ///
  /// - Parameter anew: Whether the run begins from nothing: everything before is taken back.
  package func begin(attempt: Int, _ engine: JournalLine.Engine, anew: Bool = false) throws {
    if anew { try add(.anew) }
    try add(.started(attempt: attempt, time: now(), engine))
    try flush()
    try synchronize()
    written.withLock { $0.state = .running }
  }

  /// Takes back what was measured after a mark: the run goes on from there, and measures it again.
  ///
  /// - Returns: The events after it that the journal had when it was opened, oldest first: changed
  ///   settings among them apply again.
  package func rewind(to mark: RunMark) throws -> [Event] {
    let taken: [JournalChange.LoggedEvent]
    switch mark {
    case .offset(let offset, _):
      taken = opening.events.filter { $0.begin >= offset }
      if opening.summary.lastMeasured >= offset { try add(.rewind(offset: offset)) }
    case .rows(let rows):
      taken = opening.events.filter { $0.row == 0 || $0.row > rows.event }
      if opening.summary.lastMeasured >= 0 { try add(.rewindRows(rows)) }
    }
    try flush()
    return taken.map(\.event)
  }

  /// Records an event.
  ///
  /// A change of state that finds no room on the disk is an error of the kind `full`, and waits in
  /// memory like all else.
  package func record(_ event: Event) throws {
    if case .stateChanged(let state) = event {
      try add(.event(time: now(), event, request: nil))
      written.withLock { $0.state = state }
      try flush()
      if state == .running { reserve.take() }
      return
    }
    let time = now()
    let (urgency, failure) = try waiting.withLock { waiting in
      try Self.add(event, at: time, request: nil, to: &waiting)
      defer { waiting.failure = nil }
      return (Self.urgency(of: event, &waiting), waiting.failure)
    }
    if let failure { throw failure }
    switch urgency {
    case .none: break
    case .later:
      queue.asyncAfter(deadline: .now() + Self.secondsTogether) { [weak self] in self?.attempt() }
    case .now: queue.async { [weak self] in self?.attempt() }
    case .wait: try flush()
    }
  }

  /// Records that a request was carried out, and what came of it, both or neither; its file is
  /// removed when that is on the disk.
  package func answer(_ request: ControlRequest, _ event: Event?) throws {
    let time = now()
    try waiting.withLock { waiting in
      if let event {
        try Self.add(event, at: time, request: request.id, to: &waiting)
      } else {
        try JournalLine.answered(request: request.id, time: time).write(to: &waiting.lines)
        waiting.rows += 1
      }
      waiting.answered.append(request.id)
    }
    queue.async { [weak self] in self?.attempt() }
  }

  private func add(_ line: JournalLine) throws {
    try waiting.withLock { waiting in
      try line.write(to: &waiting.lines)
      waiting.rows += 1
    }
  }

  private static func add(
    _ event: Event, at time: Double, request: String?, to waiting: inout Waiting
  ) throws {
    if case .progress(let newest) = event { waiting.progress = newest }
    waiting.rows += try event.writeLines(at: time, request: request, to: &waiting.lines)
  }

  private static func urgency(of event: Event, _ waiting: inout Waiting) -> Urgency {
    if waiting.rows >= capacity { return .wait }
    let matters =
      switch event {
      case .evaluation, .started, .phase, .settingChanged, .checkpoint: true
      default: false
      }
    if matters || waiting.rows >= rowsTogether, !waiting.isUrgent {
      waiting.isUrgent = true
      return .now
    }
    guard !waiting.isScheduled, !waiting.isUrgent else { return .none }
    waiting.isScheduled = true
    return .later
  }

  /// Writes what waits, and tells where the journal ends then.
  ///
  /// - Parameter isDurable: Whether all of it is on the disk when this returns.
  package func mark(isDurable: Bool) throws -> RunMark {
    try flush()
    if isDurable { try synchronize() }
    let length = written.withLock { $0.length }
    guard let lines = try LineFile(path: folder.journal), let check = lines.check(at: length) else {
      throw Self.removed(folder.journal)
    }
    return .offset(length, check: check)
  }

  /// Writes what waits, and returns when it is written; throws while the disk is full.
  package func flush() throws {
    try queue.sync { try writeWaiting() }
  }

  /// Writes what waits soon, so that a run that sees nothing for a while is told as it is.
  package func flushSoon() {
    queue.async { [weak self] in self?.attempt() }
  }

  /// Returns when what was written is on the disk.
  func synchronize() throws(RunFolderError) {
    do {
      try AtomicFile.synchronize(file, path: folder.journal)
    } catch {
      throw RunFolderError(error)
    }
  }

  /// Writes the end of a run and why; a run that has ended already keeps its first end.
  ///
  /// Throws while the disk is full; called again, it tries again.
  package func finish(state: RunState, error: String?) throws {
    precondition(state.isFinal, "A run ends finished, stopped, failed or interrupted")
    let isFirst = written.withLock { written in
      defer { written.hasEnded = true }
      return !written.hasEnded
    }
    if isFirst {
      reserve.release()
      let time = now()
      let progress = written.withLock { $0.progress }
      try waiting.withLock { waiting in
        if let progress = waiting.progress ?? progress {
          try JournalLine.progress(progress).write(to: &waiting.lines)
        }
        try JournalLine.event(time: time, .stateChanged(state), request: nil)
          .write(to: &waiting.lines)
        if let error { try JournalLine.set(.error, .text(error)).write(to: &waiting.lines) }
        waiting.rows += 1
      }
    }
    try flush()
    try synchronize()
    unlink(folder.progress)
  }
}

package import Experiments
import Foundation
package import LabNotebook

/// Thrown between steps when the run was asked to stop.
package struct RunStopped: Error {}

/// What a run tells while it works, and what it is told.
///
/// Knows how much of the whole run is done, in units of work, and turns that into the progress
/// that screens show. Between steps it takes the requests: pause waits here, stop throws, changed
/// settings go into the experiment; and it writes the checkpoints from which the run goes on.
package final class RunReporter {
  /// The experiment, with live settings as they are now.
  package internal(set) var experiment: Experiment

  let book: RunBook
  let store: CheckpointStore?
  let now: () -> Double
  private var start: Double
  var pausedSeconds = 0.0
  private var totalWork = 1.0
  private var hasPlan = false
  private var doneWork = 0.0
  private var recent: [(time: Double, sentences: Int)] = []
  private var lastProgress = -1.0
  private var position = LabNotebook.Progress(phase: .loading)

  /// How often the run has looked for requests.
  var tick = 0
  /// Live settings that changed after the checkpoint from which the run goes on, by the tick at
  /// which they did.
  var changesToRepeat: [(tick: Int, key: String, value: SettingValue)] = []
  /// Whether what is told is known already: the run is on its way to where it goes on.
  var isReturning = false
  /// Dev F1 of each language at the newest step it was measured at while priming.
  var devScores: (step: Int, byLanguage: [String: Double]) = (0, [:])
  var bestScore: Double?
  var isCheckpointWanted = false
  var lastCheckpoint: Double
  /// Digests of files of the run, with what the system says of a file that has not changed.
  var knownDigests: [String: (look: [Int], digest: String)] = [:]
  /// Steps left out in a row because their loss was not finite.
  package internal(set) var nonFiniteCount = 0

  /// A reporter for one run.
  ///
  /// - Parameters:
  ///   - book: Where what it tells goes, and what is asked comes from.
  ///   - store: Where checkpoints are kept; nil for a run that writes none.
  ///   - now: Seconds on a clock that never goes back.
  package init(
    experiment: Experiment, book: RunBook, store: CheckpointStore? = nil,
    now: @escaping () -> Double = { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
  ) {
    self.experiment = experiment
    self.book = book
    self.store = store
    self.now = now
    start = now()
    lastCheckpoint = start
  }

  /// Records an event.
  package func record(_ event: Event) throws {
    if case .evaluation(let result) = event { note(result) }
    try book.record(event)
  }

  /// Records a line for the run's log.
  package func log(_ text: String, level: LogLevel = .info) throws {
    if isReturning { return }
    try book.record(.log(level, text))
  }

  /// Says how many units of work the whole run has.
  package func plan(work: Double) {
    if hasPlan { return }  // a run that goes on keeps the plan it was begun with
    totalWork = max(1, work)
    hasPlan = true
  }

  /// Begins a phase, for one language or for all.
  package func begin(_ phase: RunPhase, language: String? = nil) throws {
    position = LabNotebook.Progress(phase: phase)
    position.language = language
    recent.removeAll()
    if !isReturning { try book.record(.phase(phase, language: language)) }
    try tell(force: true)
  }

  /// Counts work that is done: units of the plan, and sentences for the throughput.
  package func done(work: Double, sentences: Int) throws {
    doneWork += work
    let time = now()
    recent.append((time, sentences))
    if recent.count > 64 { recent.removeFirst(recent.count - 64) }
    try tell()
  }

  /// Says where in the nested loops the run is.
  package func place(_ change: (inout LabNotebook.Progress) -> Void, force: Bool = false) throws {
    change(&position)
    try tell(force: force)
  }

  /// Begins the measurement of throughput anew: time has passed in which nothing was done.
  func forgetThroughput() { recent.removeAll() }

  /// Work and time so far, for a checkpoint.
  func account(for state: inout Checkpoint.State) {
    (state.work, state.plannedWork) = (doneWork, totalWork)
    state.seconds = now() - start - pausedSeconds
  }

  /// Takes up work and time of a checkpoint.
  func resumeAccount(of state: Checkpoint.State) {
    (doneWork, totalWork, hasPlan) = (state.work, state.plannedWork, true)
    start = now() - state.seconds
    pausedSeconds = 0
  }

  private func tell(force: Bool = false) throws {
    let time = now()
    guard force || time - lastProgress >= 0.1 else { return }
    lastProgress = time
    var picture = position
    picture.fraction = min(1, doneWork / totalWork)
    picture.secondsElapsed = time - start
    let working = picture.secondsElapsed - pausedSeconds
    if picture.fraction > 0.005 {
      picture.secondsLeft = working * (1 - picture.fraction) / picture.fraction
    }
    if let first = recent.first, recent.count > 1, time > first.time {
      let sentences = recent.dropFirst().reduce(0) { $0 + $1.sentences }
      picture.sentencesPerSecond = Double(sentences) / (time - first.time)
    }
    picture.residentBytes = residentBytes()
    try book.record(.progress(picture))
  }
}

/// The memory of this process that is in RAM now, in bytes; 0 where the system does not say.
package func residentBytes() -> Int {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii) else {
    return 0
  }
  let fields = text.split(separator: " ")
  return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
}

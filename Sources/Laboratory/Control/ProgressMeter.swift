import Foundation
import RunFolders

/// How much of a run is done and how fast it goes, as the screens show it.
///
/// Work is counted in units of which the whole run has a number, so that progress is even.
package final class ProgressMeter {
  private let book: RunBook
  private let now: () -> Double
  private var start: Double
  private var pausedSeconds = 0.0
  private var totalWork = 1.0
  private var hasPlan = false
  private var doneWork = 0.0
  private var recent: [(time: Double, sentences: Int)] = []
  private var lastTold = -1.0
  private var position = RunProgress(phase: .loading)

  /// A meter that begins, or goes on from the work and the time of a checkpoint.
  ///
  /// - Parameter now: Seconds on a clock that never goes back.
  init(book: RunBook, resuming state: Checkpoint.State? = nil, now: @escaping () -> Double) {
    self.book = book
    self.now = now
    start = now()
    guard let state else { return }
    (doneWork, totalWork, hasPlan) = (state.work, state.plannedWork, true)
    start -= state.seconds
  }

  /// Says how many units of work the whole run has; a run that goes on keeps the number it began with.
  func plan(work: Double) {
    if hasPlan { return }
    totalWork = max(1, work)
    hasPlan = true
  }

  /// Begins a phase, for one language or for all.
  func begin(_ phase: RunPhase, language: String? = nil) throws {
    position = RunProgress(phase: phase)
    position.language = language
    recent.removeAll()
    try tell(force: true)
  }

  /// Says where in the nested loops the run is.
  func place(_ change: (inout RunProgress) -> Void) throws {
    change(&position)
    try tell()
  }

  /// Counts work that is done: units of the plan, and sentences for the throughput.
  func done(work: Double, sentences: Int) throws {
    doneWork += work
    recent.append((now(), sentences))
    if recent.count > 64 { recent.removeFirst(recent.count - 64) }
    try tell()
  }

  /// Does something during which the run stands still: its time does not count.
  func standingStill<Result>(_ body: () throws -> Result) rethrows -> Result {
    let begin = now()
    defer {
      pausedSeconds += now() - begin
      recent.removeAll()
    }
    return try body()
  }

  /// Puts work and time so far into a checkpoint.
  func write(to state: inout Checkpoint.State) {
    (state.work, state.plannedWork) = (doneWork, totalWork)
    state.seconds = now() - start - pausedSeconds
  }

  private func tell(force: Bool = false) throws {
    let time = now()
    guard force || time - lastTold >= 0.1 else { return }
    lastTold = time
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

/// Units of work for a sentence: a forward pass is one.
enum Work {
  static let training = 3.0
  static let evaluation = 1.0
}

import Foundation
package import LabNotebook

/// Thrown between steps when the run was asked to stop.
package struct RunStopped: Error {}

/// What a run tells while it works, and what it is told.
///
/// Knows how much of the whole run is done, in units of work, and turns that into the progress
/// that screens show. Between steps it takes the controls: pause waits here, stop throws, changed
/// settings go into the experiment.
package final class RunReporter {
  /// The experiment, with live settings as they are now.
  package private(set) var experiment: Experiment

  private let sink: (Event) throws -> Void
  private let controls: () throws -> [Control]
  private let now: () -> Double
  private let start: Double
  private var pausedSeconds = 0.0
  private var totalWork = 1.0
  private var doneWork = 0.0
  private var recent: [(time: Double, sentences: Int)] = []
  private var lastProgress = -1.0
  private var position = LabNotebook.Progress(phase: .loading)

  /// A reporter for one run.
  ///
  /// - Parameters:
  ///   - sink: Takes each event.
  ///   - controls: Gives what was asked since the last call.
  ///   - now: Seconds on a clock that never goes back.
  package init(
    experiment: Experiment, sink: @escaping (Event) throws -> Void,
    controls: @escaping () throws -> [Control] = { [] },
    now: @escaping () -> Double = { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
  ) {
    self.experiment = experiment
    self.sink = sink
    self.controls = controls
    self.now = now
    start = now()
  }

  /// Records an event.
  package func record(_ event: Event) throws {
    try sink(event)
  }

  /// Records a line for the run's log.
  package func log(_ text: String, level: LogLevel = .info) throws {
    try sink(.log(level, text))
  }

  /// Says how many units of work the whole run has.
  package func plan(work: Double) {
    totalWork = max(1, work)
  }

  /// Begins a phase, for one language or for all.
  package func begin(_ phase: RunPhase, language: String? = nil) throws {
    position = LabNotebook.Progress(phase: phase)
    position.language = language
    recent.removeAll()
    try sink(.phase(phase, language: language))
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
    try sink(.progress(picture))
  }

  /// Takes what was asked between two steps: waits while paused, throws `RunStopped` on stop.
  ///
  /// - Parameter step: The step that a changed setting is recorded with.
  package func checkpoint(step: Int) throws {
    try obey(controls(), step: step)
  }

  private func obey(_ requests: [Control], step: Int) throws {
    for (index, request) in requests.enumerated() {
      switch request {
      case .stop:
        throw RunStopped()
      case .pause:
        try pause(step: step, next: Array(requests.dropFirst(index + 1)))
        return
      case .resume:
        continue
      case .set(let key, let value):
        try change(key, to: value, step: step)
      }
    }
  }

  private func pause(step: Int, next: [Control]) throws {
    try sink(.stateChanged(.paused))
    let begin = now()
    defer {
      pausedSeconds += now() - begin
      recent.removeAll()
    }
    var waiting = next
    while true {
      if let resume = waiting.firstIndex(where: { $0 == .resume || $0 == .stop }) {
        if waiting[resume] == .stop { throw RunStopped() }
        try sink(.stateChanged(.running))
        try obey(waiting.filter { $0 != .resume && $0 != .pause }, step: step)
        return
      }
      for case .set(let key, let value) in waiting { try change(key, to: value, step: step) }
      Thread.sleep(forTimeInterval: 0.1)
      waiting = try controls()
    }
  }

  private func change(_ key: String, to value: String, step: Int) throws {
    guard Settings.descriptor(key)?.isLive == true else {
      try log("\(key) cannot be changed while a run is under way", level: .warning)
      return
    }
    let old = experiment[key: key]?.description ?? ""
    do {
      try experiment.set(key, to: value)
    } catch {
      try log("\(error)", level: .warning)
      return
    }
    let new = experiment[key: key]?.description ?? value
    try sink(.settingChanged(key: key, old: old, new: new, step: step))
  }
}

/// The memory of this process that is in RAM now, in bytes; 0 where the system does not say.
func residentBytes() -> Int {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii) else {
    return 0
  }
  let fields = text.split(separator: " ")
  return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
}

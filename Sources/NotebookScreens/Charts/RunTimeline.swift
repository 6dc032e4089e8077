import Foundation
package import LabNotebook
import NamedEntities
package import RunFolders

/// What happened to a run besides being measured, in the order it happened: what the charts mark.
package struct RunTimeline: Hashable, Sendable {
  /// The kinds of happenings, those that matter most to a reader of curves first.
  package enum Kind: Int, CaseIterable, Hashable, Sendable {
    case setting, resumed, paused, checkpoint, evaluation
  }

  /// One happening.
  package struct Moment: Hashable, Sendable {
    package var kind: Kind
    /// When, in seconds since 1970.
    package var time: Double
    /// The part of the run that was under way, and the language of tuning.
    package var phase: RunPhase?
    package var language: String?
    /// The step of that part; nil when only the time is known.
    package var step: Int?
    /// What happened, for the line under a cursor.
    package var text: String
    /// The same in a word or two, for a chart.
    package var label: String
  }

  /// A moment without its words: what a chart looks through, thousands of them for each frame.
  struct Spot: Hashable, Sendable {
    var kind: Kind
    var time: Double
    var phase: RunPhase?
    /// The language's place in `languages`; -1 for none.
    var language: Int
    /// -1 when only the time is known.
    var step: Int
  }

  package private(set) var moments: [Moment] = []
  /// The moments again, in the same order.
  private(set) var spots: [Spot] = []
  /// The languages that moments name.
  private(set) var languages: [String] = []
  /// When the run was not at work, in seconds since 1970.
  package private(set) var idle: [ClosedRange<Double>] = []
  /// When the first event was recorded.
  package private(set) var beginning: Double?

  private var phase: RunPhase?
  private var language: String?
  private var restingSince: Double?
  private var newest = -Double.infinity

  package init() {}

  /// Takes an event in.
  package mutating func take(_ logged: LoggedEvent) {
    let time = max(logged.time.timeIntervalSince1970, newest)
    newest = time
    if beginning == nil { beginning = time }
    switch logged.event {
    case .phase(let phase, let language):
      // Evaluating is a part of what it interrupts.
      guard phase != .evaluation else { return }
      (self.phase, self.language) = (phase, language)
    case .settingChanged(let key, let old, let new, let step, _):
      let name = key.split(separator: ".").last.map(String.init) ?? key
      add(.setting, time, step, "\(key) \(old) → \(new)", "\(name) \(new)")
    case .checkpoint(let step, let path):
      let name = path.split(separator: "/").last.map(String.init) ?? path
      add(.checkpoint, time, step, "checkpoint \(name)", "checkpoint")
    case .evaluation(let result):
      let f1 = Formatting.f1(result.scores.micro.f1)
      let text = "\(result.language) \(result.split) F1 \(f1)"
      append(
        Moment(
          kind: .evaluation, time: time, phase: result.phase,
          language: result.phase == .tuning ? result.language : nil, step: result.step,
          text: text, label: text))
    case .resumed(let place, let step):
      work(from: time)
      add(.resumed, time, step, "resumed at \(place)", "resumed")
    case .stateChanged(let state): become(state, at: time)
    case .started: work(from: time)
    case .innerStep, .outerStep, .trainingStep, .progress, .log: break
    }
  }

  private mutating func become(_ state: RunState, at time: Double) {
    switch state {
    case .paused:
      restingSince = time
      add(.paused, time, nil, "paused", "paused")
    case .interrupted, .stopped, .failed, .queued:
      restingSince = restingSince ?? time
    case .running: work(from: time)
    case .finished: break
    }
  }

  /// Ends a rest, and says at its beginning how long it was.
  private mutating func work(from time: Double) {
    guard let since = restingSince else { return }
    restingSince = nil
    idle.append(since...max(since, time))
    guard let index = moments.lastIndex(where: { $0.kind == .paused && $0.time == since }) else {
      return
    }
    moments[index].text = "paused for \(Formatting.duration(time - since))"
  }

  private mutating func add(
    _ kind: Kind, _ time: Double, _ step: Int?, _ text: String, _ label: String
  ) {
    append(
      Moment(
        kind: kind, time: time, phase: phase, language: language, step: step, text: text,
        label: label))
  }

  private mutating func append(_ moment: Moment) {
    moments.append(moment)
    var language = -1
    if let name = moment.language {
      language = languages.firstIndex(of: name) ?? languages.count
      if language == languages.count { languages.append(name) }
    }
    spots.append(
      Spot(
        kind: moment.kind, time: moment.time, phase: moment.phase, language: language,
        step: moment.step ?? -1))
  }
}

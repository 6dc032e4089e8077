import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue
import NamedEntities

/// Watches a run in the notebook until it ends, and shows what happens.
final class RunFollower {
  /// How following ended: the exit status, and the run if it was watched to its end.
  struct End {
    var status: Int32
    var run: RunRecord?
  }

  private let notebook: Notebook
  private let id: RunID
  private let display: FollowDisplay
  private var lastEvent: Int64 = 0
  private var lastPlaces: [SeriesKey: Int64] = [:]
  private var losses = Losses()
  private var shownState: RunState?
  private var stopWasAsked = false
  private var lastCheck = Date.distantPast

  init(notebook: Notebook, id: RunID, display: FollowDisplay) {
    self.notebook = notebook
    self.id = id
    self.display = display
  }

  /// Returns when the run has ended, or at the second Ctrl-C.
  func follow() throws -> End {
    Interrupts.startCounting()
    defer { Interrupts.stopCounting() }
    while true {
      if Interrupts.count > 1 {
        display.clear()
        display.say(
          "Stopped following run #\(id): it runs until it has stopped. "
            + "See it: primer show \(id), or primer")
        return End(status: 130, run: nil)
      }
      if Interrupts.count == 1, !stopWasAsked { try askToStop() }
      try checkThatSomebodyWorks()
      try notebook.refresh(.run(id))
      guard let run = try notebook.run(id) else {
        throw CommandFailure("run #\(id) was deleted while it was followed")
      }
      try show(run)
      if run.state.isFinal {
        display.clear()
        return End(status: status(of: run), run: run)
      }
      usleep(100_000)
    }
  }

  private func askToStop() throws {
    stopWasAsked = true
    display.say(
      "Asked run #\(id) to stop after this step. Ctrl-C again: do not wait for it")
    try notebook.request(.stop, for: id)
  }

  /// Every few seconds: starts a runner for a queued run that has none.
  private func checkThatSomebodyWorks() throws {
    guard Date().timeIntervalSince(lastCheck) > 5 else { return }
    lastCheck = Date()
    if try notebook.run(id)?.state == .queued {
      try Runner.startIfNeeded(notebook: notebook, program: try programPath())
    }
  }

  private func status(of run: RunRecord) -> Int32 {
    if run.state == .finished { return 0 }
    return run.state == .stopped && stopWasAsked ? 130 : 1
  }

  private func show(_ run: RunRecord) throws {
    if run.state != shownState {
      shownState = run.state
      try showState(of: run)
    }
    for entry in try notebook.events(id, after: lastEvent) {
      lastEvent = entry.id
      if let line = Self.line(for: entry.event) { display.say(line) }
    }
    guard run.state == .running, let progress = run.progress else { return }
    losses.inner = try newest { $0.series == .innerLoss } ?? losses.inner
    losses.outer = try newest { $0.series == .outerLoss } ?? losses.outer
    if [.tuning, .pretraining].contains(progress.phase) {
      let newest = try newest {
        $0.series == .trainingLoss(progress.phase) && $0.language == progress.language
      }
      losses.training = newest ?? losses.training
    }
    display.show(ProgressText(progress: progress, losses: losses))
  }

  private func showState(of run: RunRecord) throws {
    switch run.state {
    case .queued:
      let ahead = try notebook.runs().filter { $0.id < id && !$0.state.isFinal }.map(\.id)
      let behind = ahead.isEmpty ? "" : ", after \(ahead.map { "#\($0)" }.joined(separator: " "))"
      display.say("Run #\(id) “\(run.name)” is queued in \(notebook.folder)\(behind)")
    case .running: display.say("Run #\(id) is running")
    case .paused: display.say("Run #\(id) is paused; resume it: primer resume \(id)")
    default: break
    }
  }

  /// The newest value of some series; nil if there is none since the last time.
  private func newest(where isWanted: (SeriesKey) -> Bool) throws -> Double? {
    var newest: MetricPoint?
    for key in try notebook.series(of: id) where isWanted(key) {
      let points = try notebook.metrics(id, series: key, after: lastPlaces[key] ?? 0)
      guard let last = points.last else { continue }
      lastPlaces[key] = last.place
      if last.place > newest?.place ?? 0 { newest = last }
    }
    return newest?.value
  }

  /// What is said of an event; nothing of those that the progress shows.
  static func line(for event: Event) -> String? {
    switch event {
    case .started(_, let host, let threads, let engine):
      "On \(host), \(threads) \(threads == 1 ? "thread" : "threads"): \(engine)"
    case .phase(let phase, let language):
      "\(phase.rawValue.capitalized)\(language.map { " \($0)" } ?? "")"
    case .evaluation(let result):
      "\(result.phase == .priming ? "Step \(result.step), " : "")\(result.language) "
        + "\(result.split): F1 \(percentage(result.scores.micro.f1)), "
        + "precision \(percentage(result.scores.micro.precision)), "
        + "recall \(percentage(result.scores.micro.recall)) "
        + "(\(result.sentenceCount) sentences)"
    case .settingChanged(let key, let old, let new, let step, _):
      "Step \(step): \(key) changed from \(old) to \(new)"
    case .resumed(let place, _): "Goes on at \(place)"
    case .log(let level, let text) where level != .info:
      "\(level.rawValue.capitalized): \(text)"
    default: nil
    }
  }
}

import Experiments
import Foundation
import LabNotebook
import RunFolders
import RunQueue

/// What is told while a run is followed.
protocol RunAudience: AnyObject {
  /// The run is in another state; `ahead` are the runs before it while it is queued.
  func stateChanged(_ run: RunRecord, ahead: [RunID]) throws
  /// Something happened.
  func happened(_ entry: LoggedEvent) throws
  /// Where the run is; comes often.
  func progressed(_ progress: RunProgress, _ losses: Losses) throws
  /// A word of this program about following.
  func remark(_ line: String)
  /// Nothing more comes.
  func ended()
}

/// Watches a run in the notebook until it ends, and tells what happens.
final class RunFollower {
  /// Whose run it is, which decides what Ctrl-C does.
  enum Role {
    /// That of whoever started it: the first Ctrl-C stops the run, and a runner is started for it.
    case starter
    /// That of one who only looks on: Ctrl-C ends following, and nothing of the run.
    case watcher
  }

  /// How following ended: the exit status, and the run if it was watched to its end.
  struct End {
    var status: Int32
    var run: RunRecord?
  }

  private let notebook: Notebook
  private let id: RunID
  private let audience: any RunAudience
  private let role: Role
  private var lastEvent: Int64 = 0
  private var lastPlaces: [SeriesKey: Int64] = [:]
  private var losses = Losses()
  private var shownState: RunState?
  private var stopWasAsked = false
  private var lastCheck = Date.distantPast

  init(notebook: Notebook, id: RunID, audience: any RunAudience, role: Role) {
    self.notebook = notebook
    self.id = id
    self.audience = audience
    self.role = role
  }

  /// Returns when the run has ended, or when Ctrl-C ends following: for the starter the second one.
  func follow() throws -> End {
    Interrupts.startCounting()
    defer { Interrupts.stopCounting() }
    while true {
      if Interrupts.count > (role == .starter ? 1 : 0) {
        audience.ended()
        audience.remark(
          role == .starter
            ? "Stopped following run #\(id): it runs until it has stopped. "
              + "See it: \(notebook.command("show \(id)")), or \(notebook.command(""))"
            : "Stopped following run #\(id), which goes on. "
              + "Stop it: \(notebook.command("stop \(id)"))")
        return End(status: 130, run: nil)
      }
      if Interrupts.count == 1, !stopWasAsked { try askToStop() }
      try checkThatSomebodyWorks()
      try notebook.refresh(.run(id))
      guard let run = try notebook.run(id) else {
        throw CommandFailure("run #\(id) was deleted while it was followed")
      }
      try tell(run)
      if run.state.isFinal {
        audience.ended()
        return End(status: status(of: run), run: run)
      }
      usleep(100_000)
    }
  }

  private func askToStop() throws {
    stopWasAsked = true
    audience.remark(
      "Asked run #\(id) to stop after this step. Ctrl-C again: do not wait for it")
    try notebook.request(.stop, for: id)
  }

  /// Every few seconds: starts a runner for a queued run that has none.
  private func checkThatSomebodyWorks() throws {
    guard role == .starter, Date().timeIntervalSince(lastCheck) > 5 else { return }
    lastCheck = Date()
    if try notebook.run(id)?.state == .queued {
      try Runner.startIfNeeded(notebook: notebook, program: try programPath())
    }
  }

  private func status(of run: RunRecord) -> Int32 {
    switch (role, run.state) {
    case (_, .finished): 0
    case (.starter, .stopped): stopWasAsked ? 130 : 1
    case (.watcher, .stopped): 3
    case (.watcher, .interrupted): 4
    default: 1
    }
  }

  private func tell(_ run: RunRecord) throws {
    // How it ended is told last.
    if !run.state.isFinal { try tellState(of: run) }
    defer { shownState = run.state }
    for entry in try notebook.events(id, after: lastEvent) {
      lastEvent = entry.id
      try audience.happened(entry)
    }
    if run.state.isFinal { try tellState(of: run) }
    guard run.state == .running, let progress = run.progress else { return }
    losses.inner = try newest { $0.series == .innerLoss } ?? losses.inner
    losses.outer = try newest { $0.series == .outerLoss } ?? losses.outer
    if [.tuning, .pretraining].contains(progress.phase) {
      let newest = try newest {
        $0.series == .trainingLoss(progress.phase) && $0.language == progress.language
      }
      losses.training = newest ?? losses.training
    }
    try audience.progressed(progress, losses)
  }

  private func tellState(of run: RunRecord) throws {
    guard run.state != shownState else { return }
    let ahead =
      run.state == .queued
      ? try notebook.runs().filter { $0.id < id && !$0.state.isFinal }.map(\.id) : []
    try audience.stateChanged(run, ahead: ahead)
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
}

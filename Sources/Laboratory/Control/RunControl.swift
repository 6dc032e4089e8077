import Experiments
import Foundation
import RunFolders

/// Thrown between steps when the run was asked to stop.
package struct RunStopped: Error {}

/// What is asked of a run while it is under way: to pause, to stop, to change a setting, to write a
/// checkpoint.
final class RunControl {
  private let book: RunBook
  private let live: LiveSettings
  private let progress: ProgressMeter
  private let changes: [ResumePlan.Change]

  /// How often the run has looked for requests between two steps.
  private(set) var tick: Int
  /// Whether a checkpoint is asked for that is not written yet.
  var isCheckpointWanted = false

  /// A control for a run that begins or goes on.
  init(
    book: RunBook, live: LiveSettings, progress: ProgressMeter, resuming plan: ResumePlan
  ) {
    self.book = book
    self.live = live
    self.progress = progress
    changes = plan.changes
    tick = plan.checkpoint?.state.tick ?? 0
  }

  /// Carries out what was asked since the last time: waits while paused, throws `RunStopped` on stop.
  ///
  /// Then does what belongs to this moment between two steps; a checkpoint that is made of it has not
  /// looked for requests yet, so that a run that goes on from it looks again.
  ///
  /// - Parameter step: The step that a changed setting is recorded with.
  func look(step: Int, then body: (_ isStopped: Bool) throws -> Void) throws {
    for change in changes where change.tick == tick + 1 {
      try book.record(live.change(change.key, to: change.value, step: step, tick: tick + 1))
    }
    do {
      var requests = try book.requests()[...]
      while let request = requests.popFirst() {
        if try carryOut(request, step: step) == .pause { try pause(&requests, step: step) }
      }
    } catch let stop as RunStopped {
      try body(true)
      throw stop
    }
    try body(false)
    tick += 1
  }

  private enum Effect { case none, pause, resume }

  private func carryOut(_ request: ControlRequest, step: Int) throws -> Effect {
    var event: Event?
    if case .set(let key, let value) = request.control {
      event = live.change(key, to: value, step: step, tick: tick + 1)
    }
    try book.carriedOut(request, event)
    switch request.control {
    case .stop: throw RunStopped()
    case .pause: return .pause
    case .resume: return .resume
    case .checkpoint: isCheckpointWanted = true
    case .set: break
    }
    return .none
  }

  private func pause(_ requests: inout ArraySlice<ControlRequest>, step: Int) throws {
    try book.record(.stateChanged(.paused))
    try progress.standingStill {
      while true {
        while let request = requests.popFirst() {
          if try carryOut(request, step: step) == .resume { return }
        }
        Thread.sleep(forTimeInterval: 0.1)
        requests = try book.requests()[...]
      }
    }
    try book.record(.stateChanged(.running))
  }

  // MARK: A full disk

  /// Writes files, and again when the disk was full and there is room; what is asked meanwhile is
  /// carried out.
  func whenThereIsRoom<Result>(step: Int, _ write: () throws -> Result) throws -> Result {
    while true {
      do {
        return try write()
      } catch let error where DiskRoom.isLacking(error) {
        try progress.standingStill { try waitForRoom(step: step, error) }
      }
    }
  }

  private func waitForRoom(step: Int, _ cause: any Error) throws {
    try book.waitForRoom(cause) {
      for request in try book.requests() {
        if request.control == .stop {
          try? book.carriedOut(request, nil)
          throw RunStopped()
        }
        _ = try carryOut(request, step: step)
      }
    }
  }
}

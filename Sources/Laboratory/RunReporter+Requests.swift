import Experiments
import Foundation
import LabNotebook

extension RunReporter {
  /// Takes what was asked between two steps: waits while paused, throws `RunStopped` on stop; and
  /// writes a checkpoint when one is due or asked for.
  ///
  /// - Parameters:
  ///   - step: The step that a changed setting is recorded with.
  ///   - save: What the run needs to go on from before this call; nil where it would go on from
  ///     the checkpoint that is there already.
  package func checkpoint(step: Int, save: (() throws -> Checkpoint)? = nil) throws {
    tick += 1
    for change in changesToRepeat where change.tick == tick {
      try apply(change.key, change.value, step: step) { try book.record($0) }
    }
    do {
      try obey(book.requests(), step: step)
    } catch is RunStopped {
      if let save { try writeCheckpoint(step: step, save) }
      throw RunStopped()
    }
    if let save {
      if isCheckpointWanted || isCheckpointDue { try writeCheckpoint(step: step, save) }
    } else if isCheckpointWanted {
      try repeatNewestCheckpoint(step: step)
    }
  }

  private var isCheckpointDue: Bool {
    store != nil && now() - lastCheckpoint >= Double(experiment[Settings.checkpointEvery])
  }

  private func obey(_ requests: [ControlRequest], step: Int) throws {
    for (index, request) in requests.enumerated() {
      switch request.control {
      case .stop:
        try book.carriedOut(request, nil)
        throw RunStopped()
      case .pause:
        try book.carriedOut(request, nil)
        try pause(step: step, next: Array(requests.dropFirst(index + 1)))
        return
      case .resume:
        try book.carriedOut(request, nil)
      case .checkpoint:
        isCheckpointWanted = true
        try book.carriedOut(request, nil)
      case .set(let key, let value):
        try change(request, key, value, step: step)
      }
    }
  }

  /// Writes files, and again when the disk was full and there is room.
  func whenThereIsRoom(step: Int, _ write: () throws -> Void) throws {
    while true {
      do {
        return try write()
      } catch let error where DiskRoom.isLacking(error) {
        try waitForRoom(step: step, error)
      }
    }
  }

  /// Waits until there is room on the disk again, and says so; a request to stop is obeyed.
  func waitForRoom(step: Int, _ cause: any Error) throws {
    let begin = now()
    defer {
      pausedSeconds += now() - begin
      forgetThroughput()
    }
    func tell(_ event: Event) throws {
      do {
        try book.record(event)
      } catch let error where DiskRoom.isLacking(error) {
        // The book is on the same disk: what waits there is written when there is room.
      }
    }
    try tell(
      .log(
        .error,
        "The disk is full: the run waits until there is room, and then goes on. "
          + "(\(DiskRoom.words(cause)))")
    )
    try tell(.stateChanged(.paused))
    while true {
      Thread.sleep(forTimeInterval: 0.5)
      for request in try book.requests() {
        if request.control == .stop {
          try? book.carriedOut(request, nil)
          throw RunStopped()
        }
        try obeyWhileWaiting(request, step: step)
      }
      if DiskRoom.isThere(at: store?.folder ?? ".") { break }
    }
    try tell(.stateChanged(.running))
    try tell(.log(.info, "There is room on the disk again"))
  }

  private func obeyWhileWaiting(_ request: ControlRequest, step: Int) throws {
    if case .set(let key, let value) = request.control {
      try change(request, key, value, step: step)
    } else {
      try book.carriedOut(request, nil)
    }
  }

  private func pause(step: Int, next: [ControlRequest]) throws {
    try book.record(.stateChanged(.paused))
    let begin = now()
    defer {
      pausedSeconds += now() - begin
      forgetThroughput()
    }
    var waiting = next
    while true {
      while let request = waiting.first {
        waiting.removeFirst()
        switch request.control {
        case .stop:
          try book.carriedOut(request, nil)
          throw RunStopped()
        case .resume:
          try book.carriedOut(request, nil)
          try book.record(.stateChanged(.running))
          try obey(waiting, step: step)
          return
        case .pause:
          try book.carriedOut(request, nil)
        case .checkpoint:
          isCheckpointWanted = true
          try book.carriedOut(request, nil)
        case .set(let key, let value):
          try change(request, key, value, step: step)
        }
      }
      Thread.sleep(forTimeInterval: 0.1)
      waiting = try book.requests()
    }
  }

  private func change(
    _ request: ControlRequest, _ key: String, _ value: SettingValue, step: Int
  ) throws {
    try apply(key, value, step: step) { try book.carriedOut(request, $0) }
  }

  private func apply(
    _ key: String, _ value: SettingValue, step: Int, tell: (Event) throws -> Void
  ) throws {
    guard let descriptor = Settings.descriptor(key), descriptor.isLive else {
      try tell(.log(.warning, "\(key) cannot be changed while a run is under way"))
      return
    }
    let old = experiment[key: key] ?? descriptor.defaultValue
    do {
      try experiment.set(key, to: value)
    } catch {
      try tell(.log(.warning, "\(error)"))
      return
    }
    try tell(.settingChanged(key: key, old: old, new: value, step: step, tick: tick))
  }
}

import Files
import Foundation
import Synchronization

/// What an engine does while its disk is full, or the quota of its owner is used up.
///
/// The run counts as paused meanwhile, and its record says why, in the room that was kept for that.
/// It goes on when there is room for much more than what was to be written, so that it does not stop
/// and go at the edge of the disk; and not more than a few times an hour.
extension JournalWriter {
  private static let secondsBetweenAttempts = 0.5
  /// The least room with which a run goes on, in bytes.
  private static let leastRoom = 4 << 20
  /// How often a run may go on within an hour.
  private static let returnsAnHour = 6

  /// Whether what was to be written last found no room.
  package var isFull: Bool { written.withLock { $0.fullSince != nil } }

  /// Takes note of a full disk, and says so in the journal.
  func noteFullDisk() {
    written.withLock { $0.fullSince = $0.fullSince ?? clock.steady() }
    tellOfPause(nil)
  }

  /// Returns when there is room again and what waited is written, or when it is not waited for any
  /// more: then lines still wait.
  ///
  /// - Parameters:
  ///   - cause: What could not be written, in words; nil for the journal itself.
  ///   - place: The folder of what is to be written next; nil for the run's.
  ///   - bytes: How much it is.
  ///   - isOver: Asked every half second whether to wait no more.
  package func waitForRoom(
    cause: String? = nil, at place: String? = nil, bytes: Int = 0, isOver: () throws -> Bool
  ) throws {
    queue.sync {
      written.withLock { $0.fullSince = $0.fullSince ?? clock.steady() }
      tellOfPause(cause)
    }
    let needed = max(Self.leastRoom, bytes + bytes / 4)
    while isFull {
      if try isOver() { return }
      if mayReturn, AtomicFile.hasRoom(needed, in: place ?? folder.path) {
        do {
          try queue.sync {
            try writeWaiting()
            try tellOfRoom()
          }
          return
        } catch let error as RunFolderError where error.kind == .full {
          // Somebody else took it.
        }
      }
      Thread.sleep(forTimeInterval: Self.secondsBetweenAttempts)
    }
  }

  private var mayReturn: Bool {
    let steady = clock.steady()
    return written.withLock { written in
      written.returns.removeAll { steady - $0 > 3600 }
      return written.returns.count < Self.returnsAnHour
    }
  }

  /// Says in the journal that the run is paused, with the room that was kept for it.
  private func tellOfPause(_ cause: String?) {
    let isDue = written.withLock { written in
      guard !written.isTold, written.state == .running else { return false }
      return true
    }
    guard isDue else { return }
    reserve.release()
    let because = cause.map { " (\($0))" } ?? ""
    guard
      let lines = lines([
        .stateChanged(.paused),
        .log(
          .warning,
          "The disk is full: the run waits until there is room, then continues.\(because)"),
      ]), (try? write(lines)) != nil
    else { return }  // not even for this there is room; it is tried again
    written.withLock { ($0.isTold, $0.state) = (true, .paused) }
  }

  private func tellOfRoom() throws {
    let before = written.withLock { $0 }
    let steady = clock.steady()
    if before.isTold, !before.hasEnded, let since = before.fullSince {
      let seconds = Int(max(0, steady - since).rounded())
      guard
        let lines = lines([
          .stateChanged(.running),
          .log(.info, "There is room on the disk again, after \(seconds) s"),
        ])
      else { return }
      try write(lines)
      reserve.take()
    }
    written.withLock { written in
      if written.isTold { written.state = .running }
      (written.fullSince, written.isTold) = (nil, false)
      written.returns.append(steady)
    }
  }

  private func lines(_ events: [Event]) -> LineBuffer? {
    var lines = LineBuffer()
    for event in events {
      let line = JournalLine.event(time: clock.now(), event, request: nil)
      guard (try? line.write(to: &lines)) != nil else { return nil }
    }
    return lines
  }
}

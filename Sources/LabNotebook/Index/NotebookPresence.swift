import Foundation
import Synchronization

/// The mark of everybody who has an index open: a shared lock on `notebook.lock`.
///
/// Who sets the index aside wants it alone; the system gives the lock back when a process ends,
/// however it ends.
final class NotebookPresence: Sendable {
  private let file: Mutex<Int32>

  /// Shares the lock; throws while somebody has it alone.
  ///
  /// In a folder that cannot be written to nobody can have it so, and there is no lock.
  init?(sharing path: String) throws(NotebookError) {
    let file = Self.opened(path)
    guard file >= 0 else { return nil }
    // Whoever wants the index alone holds the lock for a moment only.
    for _ in 0..<500 {
      if flock(file, LOCK_SH | LOCK_NB) == 0 {
        self.file = Mutex(file)
        return
      }
      usleep(10_000)
    }
    close(file)
    throw NotebookError(
      .busy, path: path, problem: "another primer makes the notebook's index again",
      advice: "Wait until that has ended.")
  }

  /// Takes the lock for one alone; throws while anybody else has the index open.
  init(alone path: String) throws(NotebookError) {
    let file = Self.opened(path)
    guard file >= 0 else {
      throw NotebookError(
        .readOnly, path: path,
        problem: "it cannot be written (\(String(cString: strerror(errno))))",
        advice: "Change its permissions.")
    }
    for _ in 0..<50 {
      if flock(file, LOCK_EX | LOCK_NB) == 0 {
        self.file = Mutex(file)
        return
      }
      usleep(10_000)
    }
    close(file)
    throw NotebookError(
      .busy, path: path, problem: "another primer, a runner or an engine has the notebook open",
      advice: "Stop the runs, quit every primer on it, and try again.")
  }

  /// Lets others have it too, from now on.
  func share() {
    file.withLock { _ = flock($0, LOCK_SH) }
  }

  /// Gives the lock back.
  func release() {
    file.withLock { file in
      if file >= 0 { close(file) }
      file = -1
    }
  }

  private static func opened(_ path: String) -> Int32 {
    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
  }

  deinit {
    release()
  }
}

import Foundation

/// The mark of a living engine: a lock on `lock` in its run's folder.
///
/// The system gives it back when the process ends, however it ends.
package final class RunLock {
  private var file: Int32

  /// Takes the lock, or throws when another engine has it.
  package init(folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/lock"
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw ProcessError("\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard FileLock.take(file) else {
      close(file)
      file = -1
      throw ProcessError("Another engine works on \(folder).")
    }
  }

  /// Gives the lock back.
  package func release() {
    if file >= 0 { close(file) }
    file = -1
  }

  deinit {
    release()
  }

  /// Whether some process has the lock of a run's folder.
  package static func isHeld(folder: String) -> Bool {
    FileLock.isHeld(folder + "/lock")
  }
}

/// A lock on a file that says "its owner lives".
enum FileLock {
  /// Takes the lock of an open file; false when another process keeps it.
  ///
  /// Whoever asks whether the lock is held shares it for an instant, so this tries for half a
  /// second.
  static func take(_ file: Int32) -> Bool {
    for _ in 0..<50 {
      if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
      usleep(10_000)
    }
    return false
  }

  /// Whether some process keeps the lock of a file; no when there is no such file.
  ///
  /// Asking shares the lock, so that two who ask at once do not take each other for its owner.
  static func isHeld(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_SH | LOCK_NB) != 0
  }
}

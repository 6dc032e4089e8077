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
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
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
    let file = open(folder + "/lock", O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return true }
    flock(file, LOCK_UN)
    return false
  }
}

import Foundation

/// The mark of everybody who has a notebook open: a shared lock on `notebook.lock`.
///
/// Who makes the book again from the journals wants it alone; the system gives the lock back when
/// a process ends, however it ends.
final class NotebookPresence: Sendable {
  private let file: Int32

  /// Shares the lock; throws while somebody has it alone.
  ///
  /// In a folder that cannot be written to nobody can have it so, and there is no lock.
  init?(folder: String) throws(NotebookError) {
    guard let file = Self.opened(folder) else { return nil }
    // Whoever wants the notebook alone holds the lock for an instant when others have it.
    for _ in 0..<50 {
      if flock(file, LOCK_SH | LOCK_NB) == 0 {
        self.file = file
        return
      }
      usleep(10_000)
    }
    close(file)
    throw NotebookError(
      .busy, path: folder, problem: "the notebook is being repaired",
      advice: "Wait until that has ended.")
  }

  /// Takes the lock for one alone; throws while anybody else has the notebook open.
  init(alone folder: String) throws(NotebookError) {
    guard let file = Self.opened(folder) else {
      throw NotebookError(
        .readOnly, path: folder, problem: "the folder cannot be written to",
        advice: "Change its permissions.")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      throw NotebookError(
        .busy, path: folder, problem: "another primer, a runner or an engine has the notebook open",
        advice: "Stop the runs, quit every primer on it, and try again.")
    }
    self.file = file
  }

  private static func opened(_ folder: String) -> Int32? {
    let file = open(folder + "/notebook.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    return file < 0 ? nil : file
  }

  deinit {
    close(file)
  }
}

import Files
import Foundation

/// The claim on a run: a lock on `lock` in its folder, which says "an engine works on it".
///
/// The system gives it back when the last process that has it ends, however it ends. It belongs to
/// the open file: the runner takes it, hands the descriptor to the engine that it starts, and closes
/// its own; from the first moment nobody else can claim the run.
package final class RunLock {
  /// What can be known of a lock.
  package enum Holder: Hashable, Sendable {
    /// Nobody has it: no engine works on the run.
    case nobody
    /// Some process has it.
    case somebody
    /// The file system cannot tell.
    case unknown(String)
  }

  /// The open file, which a child may be given; -1 after `release`.
  package private(set) var descriptor: Int32

  /// Whether the file system knows locks; where it does not, nothing keeps a second engine away but
  /// the journal's own fence.
  package let isCertain: Bool

  /// Takes the lock, or throws when another engine has it.
  ///
  /// - Parameter folder: The run's folder; one that is missing is an error, for a run that somebody
  ///   deletes must not come back as an empty folder.
  package init(folder: String) throws {
    let path = RunFolder(folder).lock
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw RunFolderError.system(errno, path: path, doing: "opened") }
    isCertain = try Self.take(descriptor, path: path)
  }

  /// Takes over the lock from the process that started this one.
  ///
  /// - Parameter inherited: The descriptor, which must be that of this run's lock.
  package init(folder: String, inherited: Int32) throws {
    let path = RunFolder(folder).lock
    var (file, own) = (stat(), stat())
    guard inherited > 2, fstat(inherited, &file) == 0, stat(path, &own) == 0,
      file.st_dev == own.st_dev, file.st_ino == own.st_ino
    else {
      throw RunFolderError(
        .other, path: path, problem: "descriptor \(inherited) is not this run's lock",
        advice: "Start the engine without --lock-descriptor.")
    }
    descriptor = inherited
    _ = fcntl(inherited, F_SETFD, FD_CLOEXEC)
    isCertain = try Self.take(inherited, path: path)
  }

  /// Takes the lock of an open file, which is closed where that fails.
  private static func take(_ file: Int32, path: String) throws -> Bool {
    switch FileLock.attempt(file) {
    case .taken: return true
    case .unsupported: return false
    case .held:
      close(file)
      throw RunFolderError(
        .takenOver, path: PathText.folder(of: path), problem: "another engine works on the run",
        advice: "Wait until it has ended, or stop it.")
    }
  }

  /// Says that the engine is alive, to those who cannot ask for the lock: by the file's time.
  package func touch() {
    if descriptor >= 0 { _ = futimens(descriptor, nil) }
  }

  /// Gives the lock back; a process that was given the descriptor keeps it.
  package func release() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  deinit {
    release()
  }

  /// Who has the lock of a run's folder.
  package static func holder(folder: String) -> Holder { FileLock.holder(RunFolder(folder).lock) }

  /// Whether some process has the lock of a run's folder.
  package static func isHeld(folder: String) -> Bool { holder(folder: folder) == .somebody }
}

/// A lock on a file that says "its owner lives".
package enum FileLock {
  /// How taking a lock ended.
  package enum Outcome: Hashable, Sendable {
    /// This process has it.
    case taken
    /// Another process has it.
    case held
    /// The file system has no locks, or does not say.
    case unsupported
  }

  /// Takes the lock of an open file.
  ///
  /// Whoever asks whether the lock is held shares it for an instant, so this tries for half a
  /// second.
  package static func attempt(_ file: Int32) -> Outcome {
    for _ in 0..<50 {
      if flock(file, LOCK_EX | LOCK_NB) == 0 { return .taken }
      if errno != EWOULDBLOCK, errno != EINTR { return .unsupported }
      usleep(10_000)
    }
    return .held
  }

  /// Takes the lock of an open file; false when another process keeps it.
  package static func take(_ file: Int32) -> Bool { attempt(file) != .held }

  /// Who has the lock of a file; nobody when there is no such file.
  ///
  /// Asking shares the lock, so that two who ask at once do not take each other for its owner.
  package static func holder(_ path: String) -> RunLock.Holder {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else {
      return errno == ENOENT || errno == ENOTDIR
        ? .nobody : .unknown(String(cString: strerror(errno)))
    }
    defer { close(file) }
    if flock(file, LOCK_SH | LOCK_NB) == 0 { return .nobody }
    return errno == EWOULDBLOCK ? .somebody : .unknown(String(cString: strerror(errno)))
  }

  /// Whether some process keeps the lock of a file; no when there is no such file.
  package static func isHeld(_ path: String) -> Bool { holder(path) == .somebody }
}

package import Foundation

/// A file that is written piece by piece beside its place; one that does not come into its place is
/// removed with this object.
package final class PendingFile {
  /// The place.
  package let path: String
  /// The open file.
  package let descriptor: Int32
  /// Where it is now; nil when it is in its place.
  private var temporary: String?

  /// A file of which nothing is written.
  ///
  /// What is in the place is an ordinary file or a link, or an error.
  package init(_ path: String) throws(FileError) {
    var facts = stat()
    if lstat(path, &facts) == 0 {
      let kind = facts.st_mode & S_IFMT
      guard kind == S_IFREG || kind == S_IFLNK else {
        throw FileError(
          .other, path: path, problem: "what is there is not a regular file",
          advice: "Remove it, or name another file.")
      }
    }
    for _ in 0..<100 {
      let temporary = AtomicFile.nameBeside(path)
      let file = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
      if file < 0, errno == EEXIST { continue }
      guard file >= 0 else { throw .system(errno, path: path) }
      if LeftoverLock.take(file) {
        (self.path, descriptor, self.temporary) = (path, file, temporary)
        return
      }
      close(file)
    }
    throw .system(EEXIST, path: path)
  }

  deinit {
    if let temporary { unlink(temporary) }
    close(descriptor)
  }

  /// Adds bytes.
  package func write(_ data: some ContiguousBytes) throws(FileError) {
    try data.withUnsafeBytes { bytes in
      Result { () throws(FileError) in
        try AtomicFile.writeAll(bytes, to: descriptor, path: path)
      }
    }.get()
  }

  /// Renames the file to its path.
  ///
  /// - Parameter isDurable: Whether to return only when the data is on the disk (fsync).
  package func putInPlace(isDurable: Bool = true) throws(FileError) {
    guard let temporary else { preconditionFailure("A file gets its place once") }
    if isDurable { try AtomicFile.synchronize(descriptor, path: path) }
    guard rename(temporary, path) == 0 else { throw .system(errno, path: path) }
    self.temporary = nil
    if isDurable { try AtomicFile.synchronize(folder: PathText.folder(of: path)) }
  }

  /// Gives the file its place unless there is something; false when there is.
  package func putInNewPlace() throws(FileError) -> Bool {
    guard let temporary else { preconditionFailure("A file gets its place once") }
    try AtomicFile.synchronize(descriptor, path: path)
    // A hard link never replaces a file.
    if link(temporary, path) == 0 { return true }
    if errno == EEXIST { return false }
    guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else {
      throw .system(errno, path: path)
    }
    // The disk knows no second names: the name is taken by an empty file, which is then replaced.
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      if errno == EEXIST { return false }
      throw .system(errno, path: path)
    }
    close(file)
    guard rename(temporary, path) == 0 else { throw .system(errno, path: path) }
    self.temporary = nil
    return true
  }
}

/// A folder that is filled beside its place; one that does not come into its place is removed with
/// this object.
package final class PendingFolder {
  /// Where it is now.
  package private(set) var path: String
  private let lock: Int32
  private var isInPlace = false

  /// An empty folder beside a place.
  package init(beside place: String) throws(FileError) {
    for _ in 0..<100 {
      let temporary = AtomicFile.nameBeside(place)
      guard mkdir(temporary, 0o777) == 0 else {
        if errno == EEXIST { continue }
        throw .system(errno, path: place)
      }
      let file = open(temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if file >= 0, LeftoverLock.take(file) {
        (path, lock) = (temporary, file)
        return
      }
      // A sweep removed it first.
      if file >= 0 { close(file) }
    }
    throw .system(EEXIST, path: place)
  }

  deinit {
    if !isInPlace { try? FileManager.default.removeItem(atPath: path) }
    close(lock)
  }

  /// Takes a folder out of its place, to be removed.
  package init(takingAway place: String) throws(FileError) {
    let file = open(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { throw .system(errno, path: place, doing: "removed") }
    _ = flock(file, LOCK_EX | LOCK_NB)
    let temporary = AtomicFile.nameBeside(place)
    guard rename(place, temporary) == 0 else {
      let code = errno
      close(file)
      throw .system(code, path: place, doing: "removed")
    }
    (path, lock) = (temporary, file)
  }

  /// Gives the folder a place where there is nothing, or an empty folder; false when there is
  /// something.
  ///
  /// The folder and its names are on the disk when this returns.
  package func put(at place: String) throws(FileError) -> Bool {
    precondition(!isInPlace, "A folder gets its place once")
    try AtomicFile.synchronize(lock, path: place)
    guard rename(path, place) == 0 else {
      if [EEXIST, ENOTEMPTY, ENOTDIR].contains(errno) { return false }
      throw .system(errno, path: place)
    }
    (path, isInPlace) = (place, true)
    try AtomicFile.synchronize(folder: PathText.folder(of: place))
    return true
  }

  /// Removes the folder, and says why where it cannot.
  package func remove() throws {
    precondition(!isInPlace, "What is in its place stays")
    try FileManager.default.removeItem(atPath: path)
  }

  /// Takes the folder out of its place again: it is removed with this object.
  package func takeBack() {
    let temporary = AtomicFile.nameBeside(path)
    guard isInPlace, rename(path, temporary) == 0 else { return }
    (path, isInPlace) = (temporary, false)
  }
}

/// The lock by which `AtomicFile.sweep` knows that somebody writes what has the name of a leftover.
private enum LeftoverLock {
  /// Takes the lock of what was made a moment ago; false where it was swept meanwhile.
  static func take(_ file: Int32) -> Bool {
    if flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return false }
    var facts = stat()
    return fstat(file, &facts) == 0 && facts.st_nlink > 0
  }
}

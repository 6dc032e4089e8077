package import Foundation

/// Files that are written beside their place and put there when they are whole.
///
/// The name beside is one that nobody can guess, it is never opened where something stands already,
/// and no link is followed: what somebody else put into the folder is neither written to nor
/// becomes the file.
package enum AtomicFile {
  /// The ending of the names beside: what is left of them after a crash may be removed.
  package static let ending = ".primer-new"

  /// Writes a file, whole or not at all.
  ///
  /// An ordinary file or a link of that name is replaced (the link, not what it leads to); a folder,
  /// a pipe or a device is left alone, and is an error.
  ///
  /// - Parameters:
  ///   - isDurable: Whether it is on the disk when this returns, and not a moment later.
  package static func write(
    _ data: some ContiguousBytes, to path: String, isDurable: Bool = true
  ) throws(RunFolderError) {
    let temporary = try make(beside: path) { file throws(RunFolderError) in
      try data.withUnsafeBytes { bytes in
        Result { () throws(RunFolderError) in try writeAll(bytes, to: file, path: path) }
      }.get()
      if isDurable { try synchronize(file, path: path) }
    }
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw .system(code, path: path)
    }
    if isDurable { try synchronize(folder: PathText.folder(of: path)) }
  }

  /// Writes a text, whole or not at all.
  package static func write(
    _ text: String, to path: String, isDurable: Bool = true
  ) throws(RunFolderError) {
    try write(Array(text.utf8), to: path, isDurable: isDurable)
  }

  /// Writes a new file, whole or not at all; false when there is something of that name already.
  package static func writeNew(
    _ data: some ContiguousBytes, to path: String
  ) throws(RunFolderError) -> Bool {
    let temporary = try make(beside: path) { file throws(RunFolderError) in
      try data.withUnsafeBytes { bytes in
        Result { () throws(RunFolderError) in try writeAll(bytes, to: file, path: path) }
      }.get()
      try synchronize(file, path: path)
    }
    // A second name never replaces anything.
    if link(temporary, path) == 0 {
      unlink(temporary)
      return true
    }
    let code = errno
    guard ![EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(code) else {
      unlink(temporary)
      if code == EEXIST { return false }
      throw .system(code, path: path)
    }
    // The disk knows no second names: the name is taken by an empty file, which is then replaced.
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      let code = errno
      unlink(temporary)
      if code == EEXIST { return false }
      throw .system(code, path: path)
    }
    close(file)
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw .system(code, path: path)
    }
    return true
  }

  /// Removes what a crash left beside files of a folder and of those in it.
  ///
  /// - Parameter older: Only what was written so many seconds ago: others may be writing now.
  package static func sweep(_ folder: String, olderThan older: Double = 0) {
    guard let names = FileManager.default.enumerator(atPath: folder) else { return }
    for case let name as String in names where isLeftover(PathText.name(of: name)) {
      let path = folder + "/" + name
      var facts = stat()
      guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { continue }
      let age = Date().timeIntervalSince1970 - Double(facts.st_mtim.tv_sec)
      if older == 0 || abs(age) > older { unlink(path) }
    }
  }

  /// Whether a name is one of those beside: ours, or those of Foundation's atomic writing.
  package static func isLeftover(_ name: String) -> Bool {
    name.hasPrefix(".") && (name.hasSuffix(ending) || name.hasPrefix(".dat.nosync"))
  }

  // MARK: Parts

  /// Makes a file beside a place, and removes it when writing it fails.
  private static func make(
    beside path: String, _ write: (Int32) throws(RunFolderError) -> Void
  ) throws(RunFolderError) -> String {
    var facts = stat()
    if lstat(path, &facts) == 0 {
      let kind = facts.st_mode & S_IFMT
      guard kind == S_IFREG || kind == S_IFLNK else {
        throw RunFolderError(
          .other, path: path, problem: "what is there is not a regular file",
          advice: "Remove it, or name another file.")
      }
    }
    let name = PathText.name(of: path)
    for _ in 0..<100 {
      let random = String(UInt64.random(in: .min ... .max), radix: 36)
      // A long name of the file leaves no room for more.
      let temporary =
        "\(PathText.folder(of: path))/.\(String(name.utf8.prefix(100)) ?? "file").\(random)\(ending)"
      let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
      if file < 0, errno == EEXIST { continue }
      guard file >= 0 else { throw .system(errno, path: path) }
      do {
        defer { close(file) }
        try write(file)
      } catch {
        unlink(temporary)
        throw error
      }
      return temporary
    }
    throw .system(EEXIST, path: path)
  }

  /// Writes all bytes where an open file is.
  static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to file: Int32, path: String
  ) throws(RunFolderError) {
    var done = 0
    while done < bytes.count {
      let count = Foundation.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system(count < 0 ? errno : ENOSPC, path: path) }
      done += count
    }
  }

  static func synchronize(_ file: Int32, path: String) throws(RunFolderError) {
    guard fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw .system(errno, path: path)
    }
  }

  /// Waits until the names in a folder are on the disk.
  static func synchronize(folder: String) throws(RunFolderError) {
    let file = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard file >= 0 else { throw .system(errno, path: folder) }
    defer { close(file) }
    try synchronize(file, path: folder)
  }
}

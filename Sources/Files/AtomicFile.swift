package import Foundation

/// Writes files under a temporary name in the same folder and renames them when they are complete.
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
  ///   - isDurable: Whether to return only when the data is on the disk (fsync).
  package static func write(
    _ data: some ContiguousBytes, to path: String, isDurable: Bool = true
  ) throws(FileError) {
    let file = try PendingFile(path)
    try file.write(data)
    try file.putInPlace(isDurable: isDurable)
  }

  /// Writes a text, whole or not at all.
  package static func write(
    _ text: String, to path: String, isDurable: Bool = true
  ) throws(FileError) {
    try write(Array(text.utf8), to: path, isDurable: isDurable)
  }

  /// Writes a new file, whole or not at all; false when there is something of that name already.
  package static func writeNew(
    _ data: some ContiguousBytes, to path: String
  ) throws(FileError) -> Bool {
    let file = try PendingFile(path)
    try file.write(data)
    return try file.putInNewPlace()
  }

  /// Removes what a crash left beside files of a folder, and what it left of folders; what somebody
  /// is writing now stays.
  ///
  /// - Parameter isDeep: Whether to look into the folders in it too.
  package static func sweep(_ folder: String, isDeep: Bool = true) {
    guard let listing = opendir(folder) else { return }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let kind = Int32(entry.pointee.d_type)
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      let path = folder + "/" + name
      if isLeftover(name) {
        remove(path)
      } else if isDeep, kind == Int32(DT_DIR) || kind == Int32(DT_UNKNOWN) && isFolder(path) {
        sweep(path)
      }
    }
  }

  /// Whether a name is one of those beside: ours, those of earlier programs, or those of Foundation's
  /// atomic writing.
  package static func isLeftover(_ name: String) -> Bool {
    name.hasPrefix(".") && (name.hasSuffix(ending) || name.hasPrefix(".dat.nosync"))
      || name == ".partial" || name.hasSuffix(".safetensors.partial")
  }

  /// A name beside a place that nobody can guess, and that is known for what it is after a crash.
  package static func nameBeside(_ path: String) -> String {
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    // A long name of the file leaves no room for more.
    var stem = Substring(PathText.name(of: path))
    while stem.utf8.count > 100 { stem = stem.dropLast() }
    return "\(PathText.folder(of: path))/.\(stem).\(random)\(ending)"
  }

  // MARK: Sweeping

  /// How old a leftover must be where nothing else tells whether somebody writes it, in seconds.
  private static let age = 60.0

  private static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  private static func remove(_ path: String) {
    // The lock is held until it is removed: who makes a file of that name at the same time sees that
    // it is gone when the lock is his.
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0 else { return }
    let kind = facts.st_mode & S_IFMT
    guard kind == S_IFREG || kind == S_IFDIR else { return }
    if flock(file, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return }
      let age = Date().timeIntervalSince1970 - Double(facts.st_mtim.tv_sec)
      if abs(age) < Self.age { return }
    }
    if kind == S_IFREG {
      unlink(path)
    } else {
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  // MARK: Bytes and the disk

  /// Writes all bytes where an open file is.
  package static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to file: Int32, path: String
  ) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = Foundation.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system(count < 0 ? errno : ENOSPC, path: path) }
      done += count
    }
  }

  /// Returns when what was written into an open file is on the disk.
  package static func synchronize(_ file: Int32, path: String) throws(FileError) {
    guard fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw .system(errno, path: path)
    }
  }

  /// Waits until the names in a folder are on the disk.
  package static func synchronize(folder: String) throws(FileError) {
    let file = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard file >= 0 else { throw .system(errno, path: folder) }
    defer { close(file) }
    try synchronize(file, path: folder)
  }

  /// Waits until the names in a folder and in those below it are on the disk, and what is in its
  /// files.
  package static func synchronize(tree folder: String) throws(FileError) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let path = folder + "/" + name
      if isFolder(path) {
        try synchronize(tree: path)
        continue
      }
      let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard file >= 0 else {
        if errno == ELOOP { continue }
        throw .system(errno, path: path)
      }
      defer { close(file) }
      try synchronize(file, path: path)
    }
    try synchronize(folder: folder)
  }

  /// Whether so many bytes can be written into a folder: tried, for a quota shows in no other way.
  package static func hasRoom(_ bytes: Int, in folder: String) -> Bool {
    guard let file = try? PendingFile(folder + "/room") else { return false }
    return withExtendedLifetime(file) { posix_fallocate($0.descriptor, 0, off_t(bytes)) == 0 }
  }
}
